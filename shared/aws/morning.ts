// Closes a night: certificate and savings from how things stand in the morning (S5, S14).
import type { Lease, NightRecord } from '../contracts/ledger.ts';
import type { Manifest } from '../domain/manifest.ts';
import { certify, type Certificate, type MorningService, type MorningStore } from '../domain/certificate.ts';
import { secondsBetween } from '../domain/instants.ts';
import { isUnchanged } from '../domain/night.ts';
import { awake } from '../domain/night-notices.ts';
import { nightLineWords } from '../domain/night-watch.ts';
import type { Ledger, Notices, ScalingBounds, WakePage } from '../ports.ts';
import { tellMonth } from './month-end.ts';
import { placeOf } from './night-place.ts';
import { savingsOf } from './night-savings.ts';
import { movePlatform, type PlatformNow } from './night-state.ts';
import { gatherRisers, releasesOf, type Releases, type WakePorts } from './rise.ts';

export interface MorningPorts extends Pick<WakePorts, 'fleet'> {
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'list' | 'note'>;
  readonly notices: Notices;
  readonly page: Pick<WakePage, 'hide'>;
  readonly scaling: Pick<ScalingBounds, 'describe' | 'scheduled' | 'set'>;
}

/** Compares, reckons, tells, and moves the state last: from then on alarms are heard again, for health is proven (S4). */
export const closeMorning = async (
  night: string,
  platform: PlatformNow,
  manifest: Manifest,
  ports: MorningPorts,
  lease: Lease,
  at: string,
): Promise<void> => {
  const entry = await ports.ledger.recall('night', night);
  if (entry === null) return;
  await ports.page.hide();
  const certificate = entry.value.certificate ?? (await certificateOf(manifest, entry.value, await releasesOf(ports.ledger), ports, at));
  const saved = savingsOf(manifest, entry.value);
  const closed: NightRecord = { ...entry.value, awakeAt: entry.value.awakeAt ?? at, certificate, saved };
  await ports.ledger.remember('night', night, closed, { expect: entry.version, at, fence: lease });
  const { startedAt = at, readyAt = at, failed = [], by = '' } = closed.wake ?? {};
  const seconds = Math.round(secondsBetween(startedAt, readyAt ?? at));
  const words = {
    night,
    seconds,
    failed,
    saved,
    caches: cacheTimes(manifest, closed),
    differences: certificate.differences,
    explained: certificate.explained,
    by: by === '' ? (closed.wake?.kind ?? 'the clock') : by,
  };
  await ports.notices.send(awake(placeOf(manifest), words, at));
  await tellMonth(manifest, ports.ledger, ports.notices, at);
  const reason = failed.length === 0 ? 'awake' : 'awake-with-troubles';
  const facts = {
    night,
    seconds,
    differences: certificate.differences.length,
    failed: failed.map(({ resource }) => resource).join(', '),
    saved: saved.compute + saved.database,
  };
  await ports.ledger.note({ id: `wake-${night}`, story: 'wake', service: null, action: 'awake', reason, facts }, at);
  const down = [...manifest.databases, ...manifest.caches].map(({ name }) => name).filter((name) => failed.some(({ resource }) => resource === name));
  await movePlatform(ports.ledger, platform, { ...platform.value, state: 'awake', since: at, night: null, down }, at, lease);
};

/** Compares the platform with the record of the evening. */
export const certificateOf = async (
  manifest: Manifest,
  record: NightRecord,
  releases: Releases,
  ports: Pick<MorningPorts, 'fleet' | 'scaling'>,
  at: string,
): Promise<Certificate> => {
  const risers = await gatherRisers(manifest, record, releases, ports);
  const actions = await ports.scaling.scheduled(risers.map(({ service }) => service.serviceName));
  const recorded = new Map(record.services.map((service) => [service.name, service]));
  const services = risers.map(({ service, restored, now, bounds }): MorningService => ({
    name: service.name,
    recorded: recorded.get(service.name) ?? null,
    wanted: restored,
    explained: restored.explained,
    now: { ...now, bounds, scheduledActions: actions.get(service.serviceName) ?? [] },
    rolled: isRolled(releases.get(service.name), record.takenAt),
    proven: record.wake?.proven[service.name] !== undefined,
  }));
  const certificate = certify(services, morningStores(manifest, record), at);
  return {
    ...certificate,
    differences: [...certificate.differences, ...(isUnchanged(record) ? [] : ['the record of the evening is not the one that was written then'])],
    explained: [
      ...certificate.explained,
      ...removed(manifest, record),
      ...(record.reported ?? []).map(nightLineWords),
    ],
  };
};

/** How long each cache that hibernated took to answer again, from the beginning of the waking. */
const cacheTimes = ({ caches }: Manifest, { caches: hibernated = [], wake }: NightRecord): readonly { readonly name: string; readonly seconds: number | null }[] =>
  hibernated.map(({ identifier }) => {
    const name = caches.find((cache) => cache.identifier === identifier)?.name ?? identifier;
    const back = wake?.proven[name];
    return { name, seconds: wake === undefined || back === undefined ? null : Math.round(secondsBetween(wake.startedAt, back)) };
  });

/** Services of the evening that a deploy took out of the platform (S5). */
const removed = ({ services }: Manifest, record: NightRecord): readonly string[] => {
  const known = new Set(services.map(({ name }) => name));
  return record.services.flatMap(({ name }) => (known.has(name) ? [] : [`${name}: removed by a deploy in the night`]));
};

/** Databases and caches as they were when the waking looked at them last. */
const morningStores = (manifest: Manifest, record: NightRecord): readonly MorningStore[] => {
  const now = record.wake?.stores ?? {};
  const names = new Map([...manifest.databases, ...manifest.caches].map(({ name, identifier }) => [identifier, name]));
  return [...record.databases, ...(record.caches ?? [])].flatMap(({ identifier, status }) => {
    const seen = now[names.get(identifier) ?? identifier];
    return seen === undefined ? [] : [{ identifier, recorded: status, now: seen }];
  });
};

const isRolled = (
  release:
    | { readonly releasedAt: string | null; readonly staged: object | null; readonly quarantine: readonly { readonly since: string }[] }
    | undefined,
  since: string,
): boolean =>
  release !== undefined &&
  (release.staged !== null || (release.releasedAt ?? '') > since || release.quarantine.some((entry) => entry.since > since));
