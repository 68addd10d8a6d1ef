// Closes an evening, and looks after a night: what people are told, and what the record keeps (S3, S7, S13).
import type { Lease, NightRecord } from '../contracts/ledger.ts';
import type { Manifest } from '../domain/manifest.ts';
import { nextWork } from '../domain/hours-decisions.ts';
import { countAtNight, nightTarget } from '../domain/night.ts';
import { linkUntil } from '../domain/wake-link.ts';
import { asleep, nightChanged } from '../domain/night-notices.ts';
import { changedByHand, restartLine, type WatchedNight } from '../domain/night-watch.ts';
import type { Fleet, Ledger, Notices, Stores } from '../ports.ts';
import type { WakeLinks } from '../web/wake-link.ts';
import { stoppable } from './fall-asleep.ts';
import { placeOf } from './night-place.ts';
import { keepWakingCost } from './night-savings.ts';
import { movePlatform, type PlatformNow } from './night-state.ts';

export interface EveningPorts {
  readonly fleet: Pick<Fleet, 'counts'>;
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'list' | 'note'>;
  readonly notices: Notices;
  readonly stores: Pick<Stores, 'describe'>;
  readonly links: Pick<WakeLinks, 'make'>;
}

/** Writes that the platform sleeps, tells people, and moves the state last: a crash before that is a retry, with the same notice. */
export const closeEvening = async (
  night: string,
  platform: PlatformNow,
  manifest: Manifest,
  ports: EveningPorts,
  lease: Lease,
  at: string,
): Promise<void> => {
  const entry = await ports.ledger.recall('night', night);
  if (entry === null || platform.value.state !== 'falling-asleep') return;
  const record = entry.value;
  if (record.asleepAt === null)
    await ports.ledger.remember('night', night, { ...record, asleepAt: at }, { expect: entry.version, at, fence: lease });
  const troubles = record.troubles ?? [];
  const services = manifest.services.filter(
    ({ name, offHours }) => offHours.kind !== 'stay' && !troubles.some(({ resource }) => resource === name),
  ).length;
  const databases = stoppable(manifest).filter(({ identifier }) => !troubles.some(({ resource }) => resource === identifier)).length;
  const reason = troubles.length === 0 ? 'went-to-sleep' : 'asleep-with-troubles';
  const facts = { night, services, databases, troubles: troubles.map(({ resource }) => resource).join(', ') };
  const wakesAt = manifest.hours === null ? null : nextWork(manifest.hours, at);
  const [wakeLink, wakingCost] = [await ports.links.make(linkUntil(wakesAt, at)), await keepWakingCost(night, manifest, ports.ledger, at)];
  const { staying = [], caches = [] } = record;
  const words = { night, reason, facts, services, databases, caches: caches.length, wakesAt, troubles, staying, wakeLink, wakingCost };
  await ports.notices.send(asleep(placeOf(manifest), words, at));
  await ports.ledger.note({ id: `sleep-${night}`, story: 'sleep', service: null, action: 'asleep', reason, facts }, at);
  await movePlatform(ports.ledger, platform, { ...platform.value, state: 'asleep', since: at }, at, lease);
};

/** In the night: tells once what was changed by hand or stopped again. */
export const tendNight = async (
  night: string,
  _platform: PlatformNow,
  manifest: Manifest,
  ports: EveningPorts,
  lease: Lease,
  at: string,
): Promise<void> => {
  const entry = await ports.ledger.recall('night', night);
  if (entry === null) return;
  const record = entry.value;
  const watched = await watchNight(manifest, record, ports, at);
  const changes = changedByHand(watched, at).filter((change) => !watched.reported.includes(change));
  const again = record.databases.filter(({ stoppedAgainAt }) => stoppedAgainAt !== undefined);
  const lineOf = ({ identifier, stoppedAgainAt = '' }: (typeof again)[number]): string => restartLine(identifier, stoppedAgainAt);
  const restarted = again.filter((database) => !watched.reported.includes(lineOf(database)));
  if (changes.length + restarted.length === 0) return;
  const names = restarted.map(({ identifier }) => identifier);
  await ports.notices.send(nightChanged(placeOf(manifest), night, names, changes, at));
  const reason = changes.length > 0 ? 'changed-by-hand' : 'database-restarted';
  const facts = { night, changes: changes.join('; '), databases: again.map(({ identifier }) => identifier).join(', ') };
  await ports.ledger.note({ id: `night-${night}-${at}`, story: 'sleep', service: null, action: 'tended', reason, facts }, at);
  await ports.ledger.remember(
    'night',
    night,
    { ...record, reported: [...watched.reported, ...changes, ...restarted.map(lineOf)] },
    { expect: entry.version, at, fence: lease },
  );
};

const LOOK_MS = 15 * 60_000;
const MOST_LOOKED_AT = 200;

/** A fleet is looked at part by part, another one each quarter of an hour: AWS's request limits are for people, too (aws-facts B10). */
const partOf = <T>(all: readonly T[], at: string): readonly T[] => {
  const parts = Math.ceil(all.length / MOST_LOOKED_AT);
  const part = Math.floor(Date.parse(at) / LOOK_MS) % Math.max(1, parts);
  return all.slice(part * MOST_LOOKED_AT, (part + 1) * MOST_LOOKED_AT);
};

/** How the sleeping services and databases stand beside what the night made of them. */
export const watchNight = async (
  manifest: Manifest,
  record: NightRecord,
  { fleet, stores }: Pick<EveningPorts, 'fleet' | 'stores'>,
  at: string,
): Promise<Pick<WatchedNight, 'services' | 'databases' | 'reported' | 'troubles'>> => {
  const recorded = new Map(record.services.map((service) => [service.name, service]));
  const sleepers = manifest.services.flatMap((service) => {
    const before = recorded.get(service.name);
    const target = before === undefined ? null : nightTarget(service.offHours, before);
    return target === null ? [] : [{ service, target }];
  });
  const databases = stoppable(manifest);
  const looked = partOf(sleepers, at);
  const [counts, facts] = await Promise.all([fleet.counts(looked.map(({ service }) => service.serviceName)), stores.describe(databases)]);
  const stoppedAt = new Map(record.databases.map((database) => [database.identifier, database.stoppedAt ?? null]));
  return {
    services: looked.map(({ service, target }, index) => {
      const desired = counts[index]?.desired ?? 0;
      return { name: service.name, desired, atNight: countAtNight(target, desired) };
    }),
    databases: facts.map(({ identifier, status }) => ({ identifier, status, stoppedAt: stoppedAt.get(identifier) ?? null })),
    reported: record.reported ?? [],
    troubles: (record.troubles ?? []).map(({ resource }) => resource),
  };
};
