// Carries the way to work out: how services stand in the morning, and the changes of one step (S4).
import { SPOT } from '../domain/spot-share.ts';
import type { NightRecord, ServiceRecord } from '../contracts/ledger.ts';
import type { Manifest, ManifestService } from '../domain/manifest.ts';
import { restoredTo, type Restored } from '../domain/restore.ts';
import type { Waking, WakingService, WakeStep } from '../domain/wake-steps.ts';
import type { Bounds, Count, Fleet, Health, Ledger, Machines, ScalingBounds } from '../ports.ts';
import type { Trouble } from './fall-asleep.ts';
import { settleEach } from './settle.ts';

export interface WakePorts {
  readonly fleet: Fleet;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'set'>;
  readonly health: Health;
  readonly ledger: Pick<Ledger, 'list'>;
  readonly machines: Pick<Machines, 'start'>;
}

/** What it takes to look. */
export interface RiserPorts {
  readonly fleet: Pick<Fleet, 'counts'>;
  readonly scaling: Pick<ScalingBounds, 'describe'>;
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

export const releasesOf = async (ledger: Pick<Ledger, 'list'>): Promise<Releases> =>
  new Map((await ledger.list('service')).map(({ key, value }) => [key, value]));

/** Every service that slept, and what it is to become. Services that never had an image stay as they are (R7). */
export const gatherRisers = async (
  manifest: Manifest,
  record: NightRecord,
  releases: Releases,
  { fleet, scaling }: RiserPorts,
): Promise<readonly Riser[]> => {
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

/** How far the waking is. What was proven once, or cannot be yet, is not asked about. */
export const gatherWaking = async (
  manifest: Manifest,
  record: NightRecord,
  releases: Releases,
  ports: WakePorts,
  budget: number,
  at: string,
): Promise<Waking> => {
  const risers = await gatherRisers(manifest, record, releases, ports);
  const { raised = {}, proven = {}, stores = {}, missed = {}, refused = {}, refusedServices = {}, startedAt = at } = record.wake ?? {};
  const open = risers.filter(
    ({ service, now, restored }) => proven[service.name] === undefined && now.running >= Math.min(restored.desired, now.desired),
  );
  const healthy = await ports.health.healthy(
    open.map(({ now }) => now),
    at,
  );
  const found = new Map(open.map(({ service }, index) => [service.name, healthy[index] ?? 0]));
  const services = risers.map(({ service, restored, now, bounds }): WakingService => {
    const staged = releases.get(service.name)?.staged ?? null;
    const deadline = Math.max(SHORTEST_DEADLINE_SECONDS, service.rollout.deadlineSeconds);
    return {
      name: service.name,
      needs: service.needs,
      wanted: restored,
      now: { exists: now.exists, desired: now.desired, bounds },
      running: now.running,
      onSpot: now.placement.some(({ provider }) => provider === SPOT),
      healthy: found.get(service.name) ?? (proven[service.name] === undefined ? 0 : now.desired),
      raisedAt: raised[service.name] ?? null,
      proven: proven[service.name] !== undefined,
      deadlineSeconds: staged === null ? deadline : deadline * STAGED_FACTOR,
      busy: false,
      refused: refusedServices[service.name] ?? null,
    };
  });
  const waited = Object.entries(stores).map(([name, status]) => ({
    name,
    identifier: name,
    status,
    missedAt: missed[name] ?? null,
    refused: refused[name] ?? null,
  }));
  return { startedAt, services, stores: waited, budget };
};

/** Makes the changes of one step, each on its own; bounds before the exact count (aws-facts C). */
export const rise = async (
  step: WakeStep,
  manifest: Manifest,
  { fleet, scaling }: Pick<WakePorts, 'fleet' | 'scaling'>,
): Promise<readonly Trouble[]> => {
  const serviceName = new Map(manifest.services.map((service) => [service.name, service.serviceName]));
  const services = await settleEach(step.changes, AT_ONCE, async ({ name, bounds, desired }) => {
    const service = serviceName.get(name) ?? name;
    if (bounds !== null) await scaling.set(service, bounds);
    if (desired !== null) await fleet.count(service, desired);
  });
  return services.flatMap(({ item, error }) => (error === null ? [] : [{ resource: item.name, error }]));
};

/** The redeploy story proves what was staged in the night, as soon as it runs, and takes it back if it fails (R12). */
export const proveStaged = async (
  night: string,
  round: number,
  raised: readonly string[],
  releases: Releases,
  { machines }: Pick<WakePorts, 'machines'>,
): Promise<readonly string[]> => {
  const staged = raised.filter((name) => (releases.get(name)?.staged ?? null) !== null);
  if (staged.length === 0) return [];
  await machines.start(
    'redeploy',
    { trigger: { kind: 'wake', detail: `staged in the night of ${night}` }, services: staged },
    `wake-${night.replace(/[^0-9]/g, '')}-${round}`,
  );
  return staged;
};
