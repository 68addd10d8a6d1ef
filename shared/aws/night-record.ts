// Takes the night's record: everything a sleep will change, written once and before the first change (S2).
import type { NightRecord, PlatformRecord } from '../contracts/ledger.ts';
import { ecsNames, type Manifest } from '../domain/manifest.ts';
import { secondsBetween } from '../domain/instants.ts';
import { isGone } from '../domain/database-status.ts';
import { nightSnapshot, recordPrint } from '../domain/night.ts';
import { ROLLOUT_PATIENCE_SECONDS } from '../domain/sleep-steps.ts';
import type { CacheRecipe, Caches, Fleet, Ledger, ScalingBounds, Stores } from '../ports.ts';
import { busyServices } from './barrier.ts';
import { nameOf } from './failure.ts';
import { hibernating, type Trouble } from './fall-asleep.ts';
import { settleEach } from './settle.ts';

export interface RecordPorts {
  readonly fleet: Pick<Fleet, 'counts'>;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'scheduled'>;
  readonly stores: Pick<Stores, 'describe'>;
  readonly caches: Pick<Caches, 'statuses' | 'recipe'>;
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'list'>;
}

const AT_ONCE = 10;

/** Why there is no record yet. */
export type NotYet = 'rollout-first' | 'database-missing';

/** The record of a night: the one that exists, or a new one of how things stand now. Never overwrites (the classic loss: zeros saved as the original). */
const takeRecord = async (
  night: string,
  trigger: { readonly kind: string; readonly by: string },
  manifest: Manifest,
  ports: RecordPorts,
  missedAt: string | null,
  at: string,
): Promise<NightRecord | NotYet> => {
  const record = await howThingsStand(night, trigger, manifest, ports, at);
  if (record.databases.some(({ status }) => status === 'missing' && !isGone({ status, missedAt }, at))) return 'database-missing';
  try {
    await ports.ledger.remember('night', night, record, { expect: 'new', at });
    return record;
  } catch (error) {
    if (nameOf(error) !== 'Conflict') throw error;
    const other = await ports.ledger.recall('night', night);
    if (other === null) throw error;
    return other.value;
  }
};

const howThingsStand = async (
  night: string,
  trigger: { readonly kind: string; readonly by: string },
  manifest: Manifest,
  { fleet, scaling, stores, caches, ledger }: RecordPorts,
  at: string,
): Promise<NightRecord> => {
  const names = ecsNames(manifest.services);
  const [counts, bounds, actions, databases] = await Promise.all([
    fleet.counts(names),
    scaling.describe(names),
    scaling.scheduled(names),
    stores.describe(manifest.databases),
  ]);
  const services = manifest.services.flatMap(({ name, serviceName, count }, index) => {
    const now = counts[index];
    if (now === undefined || !now.exists) return [];
    const { desired, min, max } = count;
    return [
      {
        name,
        desired: now.desired,
        bounds: bounds.get(serviceName) ?? null,
        // Without the ARN in front of it: a record of a thousand services has to fit into one item of 400 KB.
        taskDefinition: now.taskDefinition.slice(now.taskDefinition.lastIndexOf('/') + 1),
        scheduledActions: actions.get(serviceName) ?? [],
        configured: { desired, min, max },
      },
    ];
  });
  const [last] = await ledger.list('night', { newestFirst: true, limit: 1 });
  const owed = failedInTheMorning(manifest, last?.value);
  const { nodes, staying } = await howCachesStand(night, manifest, (last?.value.caches ?? []).filter(({ identifier }) => owed.has(identifier)), caches);
  // Down since a morning that could not start it: recorded as down it would stay down for ever.
  const asMeant = (identifier: string, status: string): string => (status === 'stopped' && owed.has(identifier) ? 'available' : status);
  const stored = databases.map(({ identifier, status }) => ({ identifier, status: asMeant(identifier, status), stoppedAt: null }));
  return {
    hash: recordPrint({ services, databases: stored, caches: nodes }),
    takenAt: at,
    trigger,
    services,
    databases: stored,
    caches: nodes,
    ...(staying.length === 0 ? {} : { staying }),
    troubles: [],
    reported: [],
    asleepAt: null,
    awakeAt: null,
    certificate: null,
    saved: null,
  };
};

/** Databases and caches that the last morning could not bring up, by identifier (S2). */
const failedInTheMorning = ({ databases, caches }: Manifest, last: NightRecord | undefined): ReadonlySet<string> => {
  const failed = (last?.wake?.failed ?? []).map(({ resource }) => resource);
  return new Set([...databases, ...caches].filter(({ name }) => failed.includes(name)).map(({ identifier }) => identifier));
};

interface CachesNow {
  readonly nodes: NonNullable<NightRecord['caches']>;
  readonly staying: readonly Trouble[];
}

/** Recipes of the caches that hibernate. One without a recipe stays; one that a morning still `owes` keeps the snapshot it is to be made again from. */
const howCachesStand = async (
  night: string,
  manifest: Manifest,
  owed: NonNullable<NightRecord['caches']>,
  caches: RecordPorts['caches'],
): Promise<CachesNow> => {
  const identifiers = hibernating(manifest).map(({ identifier }) => identifier);
  if (identifiers.length === 0) return { nodes: [], staying: [] };
  const statuses = await caches.statuses(identifiers);
  const recipes = new Map<string, CacheRecipe>();
  const asked = await settleEach(
    identifiers.filter((_, index) => ['available', 'snapshotting'].includes(statuses[index] ?? '')),
    AT_ONCE,
    async (identifier) => recipes.set(identifier, await caches.recipe(identifier)),
  );
  const made = [...recipes].map(([identifier, recipe]) => ({ identifier, status: 'available', snapshot: nightSnapshot(identifier, night), recipe }));
  const missing = owed.filter(({ identifier }) => statuses[identifiers.indexOf(identifier)] === 'missing');
  const staying = asked.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item, error }]));
  return { nodes: [...made, ...missing], staying };
};

/**
 * The night's record, taken as soon as no rollout is under way, or when patience ends (S3). The state was written before, so a rollout that takes
 * its service's lease from now on waits. One that names a database as missing would leave it down in the morning: `missedAt` is since when one was.
 */
export const recordOnce = async (
  night: string,
  platform: PlatformRecord,
  manifest: Manifest,
  ports: RecordPorts & { readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'list' | 'lease' | 'release'> },
  holder: string,
  missedAt: string | null,
  at: string,
): Promise<NightRecord | NotYet> => {
  const known = await ports.ledger.recall('night', night);
  if (known !== null) return known.value;
  const patient = secondsBetween(platform.since, at) < ROLLOUT_PATIENCE_SECONDS;
  if (patient && (await busyServices(manifest.services, ports.ledger, holder, at)).length > 0) return 'rollout-first';
  const [kind = 'operator', ...by] = platform.by.split(' ');
  return takeRecord(night, { kind, by: by.join(' ') }, manifest, ports, missedAt, at);
};
