// What a night saved, and what a waking in it cost, in USD against its record (S10, S14).
import type { NightRecord } from '../contracts/ledger.ts';
import { secondsBetween } from '../domain/instants.ts';
import type { Manifest } from '../domain/manifest.ts';
import { nightTarget } from '../domain/night.ts';
import { savedBy, type Saved } from '../domain/savings.ts';
import { extraSeconds } from '../domain/waking-cost.ts';
import type { Ledger } from '../ports.ts';
import { stoppable } from './fall-asleep.ts';

/** What the night saved: from being asleep until the waking began. */
export const savingsOf = (manifest: Manifest, record: NightRecord): Saved => {
  const { asleepAt, wake } = record;
  return billOf(manifest, record, asleepAt === null || wake === undefined ? 0 : Math.max(0, secondsBetween(asleepAt, wake.startedAt)));
};

const billOf = (manifest: Manifest, record: NightRecord, seconds: number): Saved => {
  const recorded = new Map(record.services.map((service) => [service.name, service]));
  const services = manifest.services.flatMap(({ name, offHours, size }) => {
    const before = recorded.get(name);
    const target = before === undefined ? null : nightTarget(offHours, before);
    return before === undefined || target === null ? [] : [{ tasks: before.desired - target.desired, staying: target.desired, ...size }];
  });
  const failed = new Set((record.troubles ?? []).map(({ resource }) => resource));
  const stopped = new Set(
    stoppable(manifest)
      .filter(({ identifier }) => !failed.has(identifier))
      .map(({ identifier }) => identifier),
  );
  const databases = manifest.databases.map((database) => ({ ...database, stopped: stopped.has(database.identifier) }));
  const asleep = new Set((record.caches ?? []).map(({ identifier }) => identifier).filter((identifier) => !failed.has(identifier)));
  const caches = manifest.caches.map((cache) => ({ ...cache, stopped: asleep.has(cache.identifier) }));
  const { region, loadBalancer } = manifest;
  return savedBy({ region, hours: seconds / 3_600, services, databases, caches, loadBalancer: loadBalancer !== null });
};

/**
 * Reckons what the last waking cost, if somebody woke the platform when the hours would not have, and keeps it with the night that was
 * interrupted. Null when nobody did.
 */
export const keepWakingCost = async (
  night: string,
  manifest: Manifest,
  ledger: Pick<Ledger, 'list' | 'remember'>,
  asleepAt: string,
): Promise<NonNullable<NightRecord['wakingCost']> | null> => {
  const before = (await ledger.list('night', { newestFirst: true, limit: 2 })).find(({ key }) => key < night);
  const wake = before?.value.wake;
  if (before === undefined || wake === undefined) return null;
  if (before.value.wakingCost !== undefined) return before.value.wakingCost;
  const seconds = extraSeconds(wake, manifest.hours, asleepAt);
  if (seconds === 0) return null;
  const { compute, database, unpriced } = billOf(manifest, before.value, seconds);
  const wakingCost = { seconds, usd: compute + database, by: wake.by === '' ? wake.kind : wake.by, ...(unpriced === undefined ? {} : { unpriced }) };
  await ledger.remember('night', before.key, { ...before.value, wakingCost }, { expect: before.version, at: asleepAt });
  return wakingCost;
};
