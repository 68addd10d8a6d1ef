// Brings databases and caches up in the morning, before and beside the services (S4).
import type { NightRecord } from '../contracts/ledger.ts';
import { missedSince } from '../domain/database-status.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { StoreStep, WakingStore } from '../domain/wake-steps.ts';
import type { Caches, Stores } from '../ports.ts';
import type { Trouble } from './fall-asleep.ts';
import { settleEach } from './settle.ts';

export interface StorePorts {
  readonly stores: Stores;
  readonly caches: Pick<Caches, 'statuses' | 'saved' | 'restore' | 'forget'>;
}

const AT_ONCE = 10;

/** Databases that were up in the evening and stop at night. */
const gatherDatabases = async (manifest: Manifest, record: NightRecord, stores: Stores): Promise<readonly WakingStore[]> => {
  const before = new Map(record.databases.map(({ identifier, status }) => [identifier, status]));
  const wanted = manifest.databases.filter(
    ({ identifier, offHours }) => offHours === 'stop' && !['stopped', 'missing'].includes(before.get(identifier) ?? 'available'),
  );
  const facts = await stores.describe(wanted);
  return wanted.map(({ name, identifier }, index) => ({ name, identifier, status: facts[index]?.status ?? 'missing' }));
};

/** Hibernating caches in the words of databases: asleep is `stopped` once the snapshot can be restored from. */
const gatherCaches = async (manifest: Manifest, record: NightRecord, caches: StorePorts['caches']): Promise<readonly WakingStore[]> => {
  const recorded = record.caches ?? [];
  if (recorded.length === 0) return [];
  const statuses = await caches.statuses(recorded.map(({ identifier }) => identifier));
  return Promise.all(
    recorded.map(async ({ identifier, snapshot }, index) => {
      const name = manifest.caches.find((cache) => cache.identifier === identifier)?.name ?? identifier;
      const status = statuses[index] ?? 'missing';
      if (status !== 'missing') return { name, identifier, status: status === 'deleting' ? 'stopping' : status };
      return { name, identifier, status: (await caches.saved(snapshot)) ? 'stopped' : 'stopping' };
    }),
  );
};

/** Everything that services may wait for, by its name in the platform file. */
export const gatherStores = async (
  manifest: Manifest,
  record: NightRecord,
  { stores, caches }: StorePorts,
  at: string,
): Promise<readonly WakingStore[]> => {
  const found = (await Promise.all([gatherDatabases(manifest, record, stores), gatherCaches(manifest, record, caches)])).flat();
  return found.map((store) => ({ ...store, missedAt: missedSince(store.status, record.wake?.missed?.[store.name], at) }));
};

/** Starts what is due, each on its own; a cache that is back needs its snapshot no more. */
export const riseStores = async (
  step: Pick<StoreStep, 'start'>,
  now: readonly WakingStore[],
  manifest: Manifest,
  record: NightRecord,
  { stores, caches }: StorePorts,
): Promise<readonly Trouble[]> => {
  const recipes = record.caches ?? [];
  const nameOf = (identifier: string): string => now.find((store) => store.identifier === identifier)?.name ?? identifier;
  const databases = await settleEach(
    manifest.databases.filter(({ identifier }) => step.start.includes(identifier)),
    AT_ONCE,
    (database) => stores.start(database),
  );
  const nodes = await settleEach(
    recipes.filter(({ identifier }) => step.start.includes(identifier)),
    AT_ONCE,
    ({ recipe, snapshot }) => caches.restore(recipe, snapshot),
  );
  const back = recipes.filter(({ identifier }) => now.some((store) => store.identifier === identifier && store.status === 'available'));
  await settleEach(back, AT_ONCE, ({ snapshot }) => caches.forget(snapshot));
  return [
    ...databases.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item.name, error }])),
    ...nodes.flatMap(({ item: { identifier }, error }) => (error === null ? [] : [{ resource: nameOf(identifier), error }])),
  ];
};
