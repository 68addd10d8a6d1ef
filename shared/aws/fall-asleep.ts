// Carries the way to sleep out: how services and databases stand, and the changes of one step (S3).
import type { NightRecord } from '../contracts/ledger.ts';
import type { Manifest, ManifestCache, ManifestDatabase, ManifestService } from '../domain/manifest.ts';
import { missedSince } from '../domain/database-status.ts';
import { latest } from '../domain/instants.ts';
import { layersToSleep, neededAtNight, nightTarget } from '../domain/night.ts';
import { restarted } from '../domain/night-watch.ts';
import { budgetAt, type Falling, type FallingService, type FallingStore, type SleepStep } from '../domain/sleep-steps.ts';
import type { Caches, Fleet, ScalingBounds, Stores } from '../ports.ts';
import { settleEach } from './settle.ts';

export interface SleepPorts {
  readonly fleet: Pick<Fleet, 'counts' | 'count'>;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'set'>;
  readonly stores: Stores;
  readonly caches: Pick<Caches, 'statuses' | 'hibernate'>;
}

const AT_ONCE = 10;

/** Databases that stop at night, nothing awake needing them (S7). */
export const stoppable = ({ databases, services }: Manifest): readonly ManifestDatabase[] => {
  const needed = neededAtNight(services);
  return databases.filter(({ name, offHours }) => offHours === 'stop' && !needed.has(name));
};

/** Caches that hibernate, nothing awake needing them. */
export const hibernating = ({ caches, services }: Manifest): readonly ManifestCache[] => {
  const needed = neededAtNight(services);
  return caches.filter(({ name, offHours }) => offHours === 'hibernate' && !needed.has(name));
};

/** Whether waking means waiting for something slow: a database or a hibernated cache. */
export const sleepsSlowly = (manifest: Manifest): boolean => stoppable(manifest).length + hibernating(manifest).length > 0;

/** When the execution began, how many steps there were before, and when the last one was. */
export interface Turn {
  readonly startedAt: string;
  readonly round: number;
  readonly last: string | null;
}

/** How far the platform is on its way. In the night itself only what is known to be unfinished is touched: a person's change is respected (S13). */
export const gatherFalling = async (
  manifest: Manifest,
  record: NightRecord,
  ports: Pick<SleepPorts, 'fleet' | 'scaling' | 'stores' | 'caches'>,
  { startedAt, round, last }: Turn,
  at: string,
): Promise<Falling> => {
  const troubles = new Set((record.troubles ?? []).map(({ resource }) => resource));
  const falling = record.asleepAt === null;
  const sleepers = manifest.services.filter(({ name }) => falling || troubles.has(name));
  const [services, facts, caches] = await Promise.all([
    fallingServices(sleepers, manifest.services, record, ports),
    ports.stores.describe(stoppable(manifest)),
    fallingCaches(manifest, record, ports.caches),
  ]);
  const stoppedAt = new Map(record.databases.map((database) => [database.identifier, database.stoppedAt ?? null]));
  const deleted = new Set(record.databases.flatMap(({ identifier, status }) => (status === 'missing' ? [identifier] : [])));
  const databases = facts
    .filter(({ identifier }) => !deleted.has(identifier))
    .filter(
      ({ identifier, status }) =>
        falling || troubles.has(identifier) || restarted({ status, stoppedAt: stoppedAt.get(identifier) ?? null }, at),
    );
  // An evening that was interrupted has its time anew. In the night each look tries once: what refuses again is tried by the next one.
  const since = falling ? latest(startedAt, record.takenAt) : round === 0 ? at : record.takenAt;
  const stores = [...databases, ...caches.filter(({ identifier }) => falling || troubles.has(identifier))];
  return {
    since,
    services,
    databases: stores.map(({ identifier, status }) => ({ identifier, status, missedAt: missedSince(status, record.missed?.[identifier], at) })),
    budget: budgetAt(last, at),
  };
};

/** Only a cache whose recipe is in the record may be deleted. */
const fallingCaches = async (
  manifest: Manifest,
  record: NightRecord,
  caches: Pick<Caches, 'statuses'>,
): Promise<readonly FallingStore[]> => {
  const recorded = new Set((record.caches ?? []).map(({ identifier }) => identifier));
  const identifiers = hibernating(manifest)
    .map(({ identifier }) => identifier)
    .filter((identifier) => recorded.has(identifier));
  if (identifiers.length === 0) return [];
  const statuses = await caches.statuses(identifiers);
  return identifiers.map((identifier, index) => ({ identifier, status: statuses[index] ?? 'missing' }));
};

const fallingServices = async (
  sleepers: readonly ManifestService[],
  all: readonly ManifestService[],
  record: NightRecord,
  { fleet, scaling }: Pick<SleepPorts, 'fleet' | 'scaling'>,
): Promise<readonly FallingService[]> => {
  const recorded = new Map(record.services.map((service) => [service.name, service]));
  const layers = layersToSleep(all);
  const names = sleepers.map(({ serviceName }) => serviceName);
  const [counts, bounds] = await Promise.all([fleet.counts(names), scaling.describe(names)]);
  return sleepers.flatMap(({ name, serviceName, offHours }, index) => {
    const before = recorded.get(name);
    const target = before === undefined ? null : nightTarget(offHours, before);
    const now = counts[index];
    if (target === null || now === undefined) return [];
    return [{ name, layer: layers.get(name) ?? 0, target, now: { ...now, bounds: bounds.get(serviceName) ?? null }, busy: false }];
  });
};

export interface Trouble {
  readonly resource: string;
  readonly error: string;
}

/** Makes the changes of one step, each on its own; answers what failed, with AWS's words. */
export const fallAsleep = async (
  step: SleepStep,
  manifest: Manifest,
  record: NightRecord,
  { fleet, scaling, stores, caches }: Pick<SleepPorts, 'fleet' | 'scaling' | 'stores' | 'caches'>,
): Promise<readonly Trouble[]> => {
  const serviceName = new Map(manifest.services.map((service) => [service.name, service.serviceName]));
  const services = await settleEach(step.changes, AT_ONCE, async ({ name, bounds, desired }) => {
    const service = serviceName.get(name) ?? name;
    if (bounds !== null) await scaling.set(service, bounds);
    if (desired !== null) await fleet.count(service, desired);
  });
  const databases = await settleEach(
    manifest.databases.filter(({ identifier }) => step.stop.includes(identifier)),
    AT_ONCE,
    (database) => stores.stop(database),
  );
  const nodes = await settleEach(
    (record.caches ?? []).filter(({ identifier }) => step.stop.includes(identifier)),
    AT_ONCE,
    ({ identifier, snapshot }) => caches.hibernate(identifier, snapshot),
  );
  return [
    ...services.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item.name, error }])),
    ...nodes.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item.identifier, error }])),
    ...databases.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item.identifier, error }])),
  ];
};

/** The troubles that stay when nothing more is tried: what AWS said of them last, or how they stand. */
export const troublesOf = (step: SleepStep, errors: readonly Trouble[], before: readonly Trouble[]): readonly Trouble[] => {
  const said = new Map([...before, ...errors].map(({ resource, error }) => [resource, error]));
  return step.pending.map((resource) => ({ resource, error: said.get(resource) ?? 'did not come down in time' }));
};
