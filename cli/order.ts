// Carries out what a person orders on the command line: the same overrides, stories, notice and history as the same order by button (L6).
import { ledger } from '../shared/aws/ledger.ts';
import { machines } from '../shared/aws/machines.ts';
import { notices } from '../shared/aws/notices.ts';
import { motionOf, type Motion, type Verb } from '../shared/domain/order.ts';
import { orderNotice } from '../shared/domain/order-notice.ts';
import { WrongUse } from './command.ts';
import type { Place } from './place.ts';

export interface Ordered {
  /** Name of the execution it started, also the beginning of its records' ids. */
  readonly execution: string;
  readonly said: string;
}

export interface Wish {
  readonly verb: Exclude<Verb, 'status' | 'why'>;
  readonly subject: string;
  /** Where the override must end, when the verb has one and the person said until when. */
  readonly until?: string | null;
  readonly note?: string;
}

/** Writes the override first, then starts the story, then tells people and history; repeated in the same second it is done once. */
export const carryOut = async (place: Place, wish: Wish): Promise<Ordered> => {
  const { manifest, host, by } = place;
  const at = place.now();
  const id = `${at.replaceAll(/[^0-9]/g, '').slice(0, 14)}-${wish.verb}-${by}`.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 70);
  const order = { verb: wish.verb, subject: wish.subject, minutes: null, by: { id: place.caller, name: by }, id };
  const motion = motionOf(order, { services: manifest.services.map(({ name }) => name) }, at);
  if ('refused' in motion) throw new WrongUse(motion.refused);
  const book = ledger(host);
  if (motion.override !== null) {
    const { key, kind, until, note } = motion.override;
    const value = { kind, until: wish.until === undefined ? until : wish.until, by, at, note: wish.note ?? note };
    await book.remember('override', key, value, { expect: 'any', at });
  }
  const execution = `order-${id}`;
  if (motion.start !== null) await machines(host).start(motion.start.story, motion.start.input, execution);
  await announce(place, order, motion, wish, at);
  return { execution, said: motion.said };
};

const announce = async (
  { host, manifest }: Place,
  order: Parameters<typeof motionOf>[0],
  motion: Motion,
  wish: Wish,
  at: string,
): Promise<void> => {
  const said =
    wish.until === undefined || wish.until === null
      ? motion.said
      : `${order.by.name}: ${wish.verb} ${wish.subject === 'platform' ? '' : `${wish.subject} `}until ${wish.until}.`;
  await notices(host).send(orderNotice(order, said, null, manifest, at));
  const facts = { by: order.by.name, verb: order.verb, subject: order.subject };
  await ledger(host).note({ id: `order-${order.id}`, story: 'operator', service: null, action: order.verb, reason: 'ordered', facts }, at);
};
