// A person's order during the day, as the command line carries it out: the override first, then the story it starts (L6, R8, R11).
import { ledger } from '../../shared/aws/ledger.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { digestOf } from '../../shared/domain/image-references.ts';
import { motionOf, type Motion } from '../../shared/domain/order.ts';
import { connect } from '../in-process.ts';
import type { World } from '../world.ts';
import type { orderVerbs } from './day.ts';
import { asOperator } from './operator.ts';

export interface GivenOrder {
  readonly verb: (typeof orderVerbs)[number];
  readonly service: string;
  readonly by: string;
  readonly minutes?: number | undefined;
}

interface Place {
  readonly world: World;
  readonly manifest: Manifest;
}

const bookOf = ({ world, manifest }: Place): ReturnType<typeof ledger> =>
  ledger({
    environment: { LEDGER_TABLE: `${manifest.id}-ledger`, AWS_REGION: world.region },
    connect: (client: unknown) => void connect(client, world, { kind: 'operator' }),
  });

/** What the order is about: approvals name the digests that wait, everything else the service. Throws when nothing waits. */
const subjects = async ({ verb, service }: GivenOrder, place: Place): Promise<readonly string[]> => {
  if (verb !== 'approve' && verb !== 'reject') return [service];
  const staged = (await bookOf(place).recall('service', service))?.value.staged ?? null;
  if (staged === null) throw Object.assign(new Error(`no image of ${service} waits for approval`), { name: 'NothingWaits' });
  return Object.values(staged.images).flatMap((image) => {
    const digest = digestOf(image);
    return digest === null ? [] : [`${service}#${digest}`];
  });
};

/** Carries the order out at this instant of the world. Throws when the domain refuses it. */
export const giveOrder = async (given: GivenOrder, place: Place): Promise<void> => {
  const at = new Date(place.world.clock.now).toISOString();
  for (const [index, subject] of (await subjects(given, place)).entries()) {
    const id = `${at.replaceAll(/[^0-9]/g, '').slice(0, 14)}-${given.verb}-${index}`;
    const order = { verb: given.verb, subject, minutes: given.minutes ?? null, by: { id: given.by, name: given.by }, id };
    const motion = motionOf(order, { services: place.manifest.services.map(({ name }) => name) }, at);
    if ('refused' in motion) throw Object.assign(new Error(motion.refused), { name: 'OrderRefused' });
    await setInMotion(motion, id, given.by, place, at);
  }
};

const setInMotion = async (motion: Motion, id: string, by: string, place: Place, at: string): Promise<void> => {
  const { world, manifest } = place;
  if (motion.override !== null) {
    const { key, kind, until, note } = motion.override;
    await bookOf(place).remember('override', key, { kind, until, by, at, note }, { expect: 'any', at });
  }
  if (motion.start === null) return;
  const stateMachineArn = `arn:aws:states:${world.region}:${world.account}:stateMachine:${manifest.id}-${motion.start.story}`;
  await asOperator(world, 'states', 'StartExecution', { stateMachineArn, name: `order-${id}`, input: JSON.stringify(motion.start.input) });
};
