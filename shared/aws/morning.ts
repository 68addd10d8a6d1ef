// Closes a night: certificate and savings from how things stand in the morning (S5, S14).
import type { Lease, NightRecord } from '../contracts/ledger.ts';
import type { Manifest } from '../contracts/manifest.ts';
import { certify, type Certificate, type MorningService, type MorningStore } from '../domain/certificate.ts';
import { secondsBetween } from '../domain/instants.ts';
import { nightTarget } from '../domain/night.ts';
import { awake } from '../domain/night-notices.ts';
import { savedBy, type Saved } from '../domain/savings.ts';
import type { Caches, Ledger, Notices, ScalingBounds, Stores, WakePage } from '../ports.ts';
import { stoppable } from './fall-asleep.ts';
import { placeOf } from './night-place.ts';
import { movePlatform, type PlatformNow } from './night-state.ts';
import { gatherRisers, releasesOf, type Releases, type WakePorts } from './rise.ts';

export interface MorningPorts extends Pick<WakePorts, 'fleet'> {
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'list' | 'note'>;
  readonly notices: Notices;
  readonly page: Pick<WakePage, 'hide'>;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'scheduled' | 'set'>;
  readonly stores: Stores;
  readonly caches: Pick<Caches, 'statuses' | 'forget'>;
}

/** Compares, reckons, tells, and moves the state last: from then on alarms are heard again, for health is proven (S4). */
export const closeMorning = async (night: string, platform: PlatformNow, manifest: Manifest, ports: MorningPorts, lease: Lease, at: string): Promise<void> => {
  const entry = await ports.ledger.recall('night', night);
  if (entry === null) return;
  await ports.page.hide();
  const certificate = entry.value.certificate ?? (await certificateOf(manifest, entry.value, await releasesOf(ports.ledger), ports, at));
  const saved = savingsOf(manifest, entry.value);
  const closed: NightRecord = { ...entry.value, awakeAt: entry.value.awakeAt ?? at, certificate, saved };
  await ports.ledger.remember('night', night, closed, { expect: entry.version, at, fence: lease });
  await forgetSnapshots(closed, certificate, ports.caches);
  const { startedAt = at, readyAt = at, failed = [], by = '' } = closed.wake ?? {};
  const seconds = Math.round(secondsBetween(startedAt, readyAt ?? at));
  const words = { night, seconds, failed, saved, differences: certificate.differences, explained: certificate.explained, by: by === '' ? (closed.wake?.kind ?? 'the clock') : by };
  await ports.notices.send(awake(placeOf(manifest), words, at));
  const reason = failed.length === 0 ? 'awake' : 'awake-with-troubles';
  const facts = { night, seconds, differences: certificate.differences.length, failed: failed.map(({ resource }) => resource).join(', '), saved: saved.compute + saved.database };
  await ports.ledger.note({ id: `wake-${night}`, story: 'wake', service: null, action: 'awake', reason, facts }, at);
  await movePlatform(ports.ledger, platform, { ...platform.value, state: 'awake', since: at, night: null }, at, lease);
};

/** Compares the platform with the record of the evening. */
export const certificateOf = async (manifest: Manifest, record: NightRecord, releases: Releases, ports: Pick<MorningPorts, 'fleet' | 'scaling' | 'stores' | 'caches'>, at: string): Promise<Certificate> => {
  const risers = await gatherRisers(manifest, record, releases, ports);
  const [actions, stores] = await Promise.all([ports.scaling.scheduled(risers.map(({ service }) => service.serviceName)), ports.stores.describe(stoppable(manifest))]);
  const recorded = new Map(record.services.map((service) => [service.name, service]));
  const services = risers.map(({ service, restored, now, bounds }): MorningService => ({
    name: service.name,
    recorded: recorded.get(service.name) ?? null,
    wanted: restored,
    explained: restored.explained,
    now: { ...now, bounds, scheduledActions: actions.get(service.serviceName) ?? [] },
    rolled: isRolled(releases.get(service.name), record.takenAt),
    byHand: null,
  }));
  const before = new Map(record.databases.map(({ identifier, status }) => [identifier, status]));
  const databases = stores.map(({ identifier, status }) => ({ identifier, recorded: before.get(identifier) ?? status, now: status }));
  const nodes = await morningCaches(record, ports.caches);
  const certificate = certify(services, [...databases, ...nodes], at);
  return { ...certificate, explained: [...certificate.explained, ...(record.reported ?? []).map((change) => `by hand in the night: ${change}`)] };
};

const morningCaches = async ({ caches: recorded = [] }: NightRecord, caches: Pick<Caches, 'statuses'>): Promise<readonly MorningStore[]> => {
  if (recorded.length === 0) return [];
  const statuses = await caches.statuses(recorded.map(({ identifier }) => identifier));
  return recorded.map(({ identifier, status }, index) => ({ identifier, recorded: status, now: statuses[index] ?? 'missing' }));
};

/** The night's snapshots are needed no more once their caches are back. */
const forgetSnapshots = async ({ caches: recorded = [] }: NightRecord, { differences }: Certificate, caches: Pick<Caches, 'forget'>): Promise<void> => {
  for (const { identifier, snapshot } of recorded) if (!differences.some((difference) => difference.startsWith(`${identifier}:`))) await caches.forget(snapshot);
};

const isRolled = (release: { readonly releasedAt: string | null; readonly staged: object | null; readonly quarantine: readonly { readonly since: string }[] } | undefined, since: string): boolean =>
  release !== undefined && (release.staged !== null || (release.releasedAt ?? '') > since || release.quarantine.some((entry) => entry.since > since));

/** What the night saved: from being asleep until the waking began. */
export const savingsOf = (manifest: Manifest, record: NightRecord): Saved => {
  const { asleepAt, wake } = record;
  const hours = asleepAt === null || wake === undefined ? 0 : Math.max(0, secondsBetween(asleepAt, wake.startedAt)) / 3600;
  const recorded = new Map(record.services.map((service) => [service.name, service]));
  const services = manifest.services.flatMap(({ name, offHours, size }) => {
    const before = recorded.get(name);
    const target = before === undefined ? null : nightTarget(offHours, before);
    return before === undefined || target === null ? [] : [{ tasks: before.desired - target.desired, ...size }];
  });
  const failed = new Set((record.troubles ?? []).map(({ resource }) => resource));
  const stopped = new Set(stoppable(manifest).filter(({ identifier }) => !failed.has(identifier)).map(({ identifier }) => identifier));
  const databases = manifest.databases.map((database) => ({ ...database, stopped: stopped.has(database.identifier) }));
  const asleep = new Set((record.caches ?? []).map(({ identifier }) => identifier).filter((identifier) => !failed.has(identifier)));
  const caches = manifest.caches.map((cache) => ({ ...cache, stopped: asleep.has(cache.identifier) }));
  return savedBy({ region: manifest.region, hours, services, databases, caches, loadBalancer: manifest.loadBalancer !== null });
};
