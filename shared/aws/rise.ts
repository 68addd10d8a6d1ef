// Carries the way to work out: how services and databases stand in the morning, and the changes of one step (S4).
import type { NightRecord, ServiceRecord } from '../contracts/ledger.ts';
import type { Manifest, ManifestService } from '../contracts/manifest.ts';
import { restoredTo, type Restored } from '../domain/restore.ts';
import type { Waking, WakingService, WakingStore, WakeStep } from '../domain/wake-steps.ts';
import type { Bounds, Caches, Count, Fleet, Ledger, Machines, ScalingBounds, Stores } from '../ports.ts';
import type { Trouble } from './fall-asleep.ts';
import { mapEach, settleEach } from './settle.ts';

export interface WakePorts {
  readonly fleet: Fleet;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'set'>;
  readonly stores: Stores;
  readonly caches: Pick<Caches, 'statuses' | 'saved' | 'restore'>;
  readonly ledger: Pick<Ledger, 'list'>;
  readonly machines: Pick<Machines, 'start'>;
}

/** One service of the morning with all that is known of it. */
export interface Riser {
  readonly service: ManifestService;
  readonly restored: Restored;
  readonly now: Count;
  readonly bounds: Bounds | null;
}

const AT_ONCE = 10;
/** Time to become healthy, at least; a staged image may have to fail first and go back (R12). */
const SHORTEST_DEADLINE_SECONDS = 600;
const STAGED_FACTOR = 2.5;

export type Releases = ReadonlyMap<string, ServiceRecord>;

export const releasesOf = async (ledger: Pick<Ledger, 'list'>): Promise<Releases> => new Map((await ledger.list('service')).map(({ key, value }) => [key, value]));

/** Every service that slept, and what it is to become. Services that never had an image stay as they are (R7). */
export const gatherRisers = async (manifest: Manifest, record: NightRecord, releases: Releases, { fleet, scaling }: Pick<WakePorts, 'fleet' | 'scaling'>): Promise<readonly Riser[]> => {
  const sleepers = manifest.services.filter(({ offHours }) => offHours.kind !== 'stay');
  const names = sleepers.map(({ serviceName }) => serviceName);
  const [counts, bounds] = await Promise.all([fleet.counts(names), scaling.describe(names)]);
  const recorded = new Map(record.services.map((service) => [service.name, service]));
  return sleepers.flatMap((service, index) => {
    const before = recorded.get(service.name) ?? null;
    const now = counts[index];
    if (now === undefined || (before === null && !isReleased(service, releases))) return [];
    const current = bounds.get(service.serviceName) ?? null;
    return [{ service, restored: restoredTo(service.name, before, service.count, current), now, bounds: current }];
  });
};

/** Whether the service has ever had an image; one whose images are fixed in the file always has. */
export const isReleased = ({ name, containers }: ManifestService, releases: Releases): boolean =>
  containers.every(({ image }) => image === null) || Object.keys(releases.get(name)?.released ?? {}).length > 0;

/** Databases that were up in the evening and stop at night. */
const gatherStores = async (manifest: Manifest, record: NightRecord, stores: Stores): Promise<readonly WakingStore[]> => {
  const before = new Map(record.databases.map(({ identifier, status }) => [identifier, status]));
  const wanted = manifest.databases.filter(({ identifier, offHours }) => offHours === 'stop' && !['stopped', 'missing'].includes(before.get(identifier) ?? 'available'));
  const facts = await stores.describe(wanted);
  return wanted.flatMap(({ name, identifier }, index) => {
    const status = facts[index]?.status ?? 'missing';
    return status === 'missing' ? [] : [{ name, identifier, status }];
  });
};

/** Hibernating caches in the words of databases: asleep is `stopped` once the snapshot can be restored from. */
const gatherCaches = async (manifest: Manifest, record: NightRecord, caches: WakePorts['caches']): Promise<readonly WakingStore[]> => {
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

/** How far the waking is. What was proven once is not asked again. */
export const gatherWaking = async (manifest: Manifest, record: NightRecord, releases: Releases, ports: WakePorts, budget: number, at: string): Promise<Waking> => {
  const [risers, databases, nodes] = await Promise.all([
    gatherRisers(manifest, record, releases, ports),
    gatherStores(manifest, record, ports.stores),
    gatherCaches(manifest, record, ports.caches),
  ]);
  const { raised = {}, proven = {}, startedAt = at } = record.wake ?? {};
  const services = await mapEach(risers, AT_ONCE, async ({ service, restored, now, bounds }): Promise<WakingService> => {
    const healthy = proven[service.name] === undefined ? await ports.fleet.healthy(now, at) : now.desired;
    const staged = releases.get(service.name)?.staged ?? null;
    const deadline = Math.max(SHORTEST_DEADLINE_SECONDS, service.rollout.deadlineSeconds);
    return {
      name: service.name,
      needs: service.needs,
      wanted: restored,
      now: { exists: now.exists, desired: now.desired, bounds },
      healthy,
      raisedAt: raised[service.name] ?? null,
      deadlineSeconds: staged === null ? deadline : deadline * STAGED_FACTOR,
      busy: false,
    };
  });
  return { startedAt, services, stores: [...databases, ...nodes], budget };
};

/** Makes the changes of one step, each on its own; bounds before the exact count (aws-facts C). */
export const rise = async (
  step: WakeStep,
  manifest: Manifest,
  record: NightRecord,
  { fleet, scaling, stores, caches }: Pick<WakePorts, 'fleet' | 'scaling' | 'stores' | 'caches'>,
): Promise<readonly Trouble[]> => {
  const serviceName = new Map(manifest.services.map((service) => [service.name, service.serviceName]));
  const databases = await settleEach(manifest.databases.filter(({ identifier }) => step.start.includes(identifier)), AT_ONCE, stores.start);
  const services = await settleEach(step.changes, AT_ONCE, async ({ name, bounds, desired }) => {
    const service = serviceName.get(name) ?? name;
    if (bounds !== null) await scaling.set(service, bounds);
    if (desired !== null) await fleet.count(service, desired);
  });
  const nodes = await settleEach((record.caches ?? []).filter(({ identifier }) => step.start.includes(identifier)), AT_ONCE, ({ recipe, snapshot }) =>
    caches.restore(recipe, snapshot),
  );
  return [
    ...databases.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item.name, error }])),
    ...nodes.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item.identifier, error }])),
    ...services.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item.name, error }])),
  ];
};

/** The redeploy story proves what was staged in the night, as soon as it runs, and takes it back if it fails (R12). */
export const proveStaged = async (night: string, round: number, raised: readonly string[], releases: Releases, { machines }: Pick<WakePorts, 'machines'>): Promise<readonly string[]> => {
  const staged = raised.filter((name) => (releases.get(name)?.staged ?? null) !== null);
  if (staged.length === 0) return [];
  await machines.start('redeploy', { trigger: { kind: 'wake', detail: `staged in the night of ${night}` }, services: staged }, `wake-${night.replace(/[^0-9]/g, '')}-${round}`);
  return staged;
};
