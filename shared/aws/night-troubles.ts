// What of a night does not go as it should, kept in its record until it does (S3).
import { missesOf } from '../domain/database-status.ts';
import { restarted } from '../domain/night-watch.ts';
import type { FallingStore, SleepStep } from '../domain/sleep-steps.ts';
import type { Ledger } from '../ports.ts';
import { troublesOf, type Trouble } from './fall-asleep.ts';

/** Notes what failed in a step or is not found, and forgets what has come down or been found since; writes only when something changed. */
export const keepTroubles = async (
  night: string,
  step: SleepStep,
  stores: readonly FallingStore[],
  errors: readonly Trouble[],
  ledger: Pick<Ledger, 'recall' | 'remember'>,
  at: string,
): Promise<void> => {
  const entry = await ledger.recall('night', night);
  if (entry === null) return;
  const before = entry.value.troubles ?? [];
  const kept = before.filter(({ resource }) => step.pending.includes(resource) && !errors.some((error) => error.resource === resource));
  const troubles = step.finished ? troublesOf(step, errors, before) : [...kept, ...errors];
  const stoppedAt = new Set(step.stop.filter((identifier) => !errors.some(({ resource }) => resource === identifier)));
  const missed = missesOf(stores, ({ identifier }) => identifier);
  const unchanged = JSON.stringify([troubles, missed]) === JSON.stringify([before, entry.value.missed ?? {}]);
  if (unchanged && stoppedAt.size === 0) return;
  const databases = entry.value.databases.map((database) => {
    if (!stoppedAt.has(database.identifier)) return database;
    const again = restarted({ status: 'available', stoppedAt: database.stoppedAt ?? null }, at);
    return { ...database, stoppedAt: at, ...(again ? { stoppedAgainAt: at } : {}) };
  });
  await ledger.remember('night', night, { ...entry.value, troubles, databases, missed }, { expect: entry.version, at });
};
