// What the rules read again and again: the ledger's records, and what people did during the day.
import type { Entry, Kind, Records, RolloutRecord } from '../../shared/contracts/ledger.ts';
import { edges } from '../../shared/domain/hours-decisions.ts';
import type { HappeningKind } from '../rehearsal/day.ts';
import type { Ended } from './check.ts';

/** Every record of a kind, in the order of its keys. */
export const recordsIn = <K extends Kind>({ world, manifest }: Ended, kind: K): readonly Pick<Entry<K>, 'key' | 'value'>[] =>
  world.services.dynamodb
    .items(`${manifest.id}-ledger`)
    .filter((item) => item['kind']?.S === kind)
    .map((item) => ({ key: item['key']?.S ?? '', value: JSON.parse(item['value']?.S ?? 'null') as Records[K] }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));

/** Whether somebody did something of that kind between two instants (ms), about that service when one is named. */
export const happened = ({ day }: Ended, kind: HappeningKind, from: number, until: number, about?: Readonly<Record<string, string>>): boolean =>
  day.happenings.some(
    (happening) =>
      happening.kind === kind &&
      happening.at >= from &&
      happening.at <= until &&
      Object.entries(about ?? {}).every(([field, value]) => (happening.value as Readonly<Record<string, unknown>>)[field] === value),
  );

/** Somebody sent the platform to sleep between two instants, by whatever road; whether the press was allowed does not matter here. */
export const sentToSleep = (ended: Ended, from: number, until: number): boolean =>
  happened(ended, 'start', from, until, { story: 'sleep' }) ||
  happened(ended, 'order', from, until, { verb: 'sleep-now' }) ||
  happened(ended, 'press', from, until, { button: 'sleep-now' }) ||
  happened(ended, 'press', from, until, { command: 'sleep' });

const DAY = 86_400_000;
/** The waking for an edge begins so long before it: who asks for sleep meanwhile asks for the time after it. */
export const LEAD = 31 * 60_000;

/** A sleep that somebody asked for at work lasts until work begins the next time (S12), at most a day where nothing says when. */
const holdsSince = ({ manifest: { hours } }: Ended, at: number): number => {
  const began = hours === null ? undefined : edges(hours, new Date(at - DAY).toISOString(), 1).findLast(({ at: edge, to }) => to === 'at-work' && Date.parse(edge) <= at);
  return began === undefined ? at - DAY : Date.parse(began.at) - LEAD;
};

/** Somebody asked for sleep in working hours, or nobody used a platform that sleeps when it is idle (S11). */
export const asleepOnPurpose = (ended: Ended, at: number): boolean =>
  sentToSleep(ended, holdsSince(ended, at), at) ||
  recordsIn(ended, 'night').some(
    ({ value: { trigger, takenAt, awakeAt } }) => trigger?.kind === 'idle' && Date.parse(takenAt) <= at && (awakeAt === null || at <= Date.parse(awakeAt)),
  );

/**
 * Whether a rollout of a service rightly left its image free of blame: nothing of it was begun, or AWS did lack capacity meanwhile.
 * Then it is tried again (R10).
 */
export const isBlameless = ({ world }: Ended, { blameless, startedAt, since }: RolloutRecord['progress'][string]): boolean =>
  blameless === true &&
  (startedAt === null ||
    world.trail.of('happening').some(({ who, what, at }) => who === 'fargate' && what.endsWith('capacity is gone') && at < Date.parse(since)));
