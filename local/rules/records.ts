// What the rules read again and again: the ledger's records, and what people did during the day.
import type { Entry, Kind, Records } from '../../shared/contracts/ledger.ts';
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

/** What somebody asked for by hand holds for at most a day, ms. */
const BY_HAND = 86_400_000;

/** Somebody asked for sleep in working hours, or nobody used a platform that sleeps when it is idle (S11). */
export const asleepOnPurpose = (ended: Ended, at: number): boolean =>
  happened(ended, 'start', at - BY_HAND, at, { story: 'sleep' }) ||
  happened(ended, 'order', at - BY_HAND, at, { verb: 'sleep-now' }) ||
  recordsIn(ended, 'night').some(
    ({ value: { trigger, takenAt, awakeAt } }) => trigger?.kind === 'idle' && Date.parse(takenAt) <= at && (awakeAt === null || at <= Date.parse(awakeAt)),
  );
