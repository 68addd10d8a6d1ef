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
  /** Where it matters: the platform sleeps. */
  readonly asleep?: boolean;
}

/** Writes the override first, then starts the story, then tells people and history; repeated in the same second it is done once. */
export const carryOut = async (place: Place, wish: Wish): Promise<Ordered> => {
  const { manifest, host, by } = place;
  const at = place.now();
  const id = `${at.replaceAll(/[^0-9]/g, '').slice(0, 14)}-${wish.verb}-${by}`.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 70);
  const order = { verb: wish.verb, subject: wish.subject, minutes: null, until: wish.until ?? null, by: { id: place.caller, name: by }, id };
  const motion = motionOf(order, { services: manifest.services.map(({ name }) => name), mutable: mutableNames(place), timeZone: manifest.hours?.timeZone ?? 'UTC', asleep: wish.asleep ?? false }, at);
  if ('refused' in motion) throw new WrongUse(motion.refused);
  const book = ledger(host);
  if (motion.override !== null) {
    const { key, kind, until, note } = motion.override;
    const value = { kind, until, by, at, note: wish.note ?? note };
    await book.remember('override', key, value, { expect: 'any', at });
  }
  const execution = `order-${id}`;
  if (motion.start !== null) await machines(host).start(motion.start.story, motion.start.input, execution);
  await announce(place, order, motion, at);
  return { execution, said: motion.said };
};

/** Services, stores and the alarms of the templates: a mute of a misspelt name would keep nothing quiet. */
const mutableNames = ({ manifest, platform }: Place): readonly string[] => {
  const alarms = Object.values(platform.stacks)
    .flatMap((resources) => Object.values(resources))
    .flatMap(({ Properties }) => (typeof Properties?.['AlarmName'] === 'string' ? [Properties['AlarmName']] : []));
  return [...[...manifest.services, ...manifest.databases, ...manifest.caches].map(({ name }) => name), ...alarms];
};

const announce = async ({ host, manifest }: Place, order: Parameters<typeof motionOf>[0], motion: Motion, at: string): Promise<void> => {
  await notices(host).send(orderNotice(order, motion.said, null, manifest, at));
  const facts = { by: order.by.name, verb: order.verb, subject: order.subject };
  await ledger(host).note({ id: `order-${order.id}`, story: 'operator', service: null, action: order.verb, reason: 'ordered', facts }, at);
};
