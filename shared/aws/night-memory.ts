// What earlier nights and people have left in the ledger: how long waking takes, and who wants to stay awake (S8, S10).
import type { NightTrigger } from '../contracts/sleep.ts';
import { secondsBetween } from '../domain/instants.ts';
import { keepAwakeKey } from '../domain/overrides.ts';
import type { Ledger } from '../ports.ts';
import { byWords } from './night-state.ts';

const NIGHTS = 7;
const RECENT_SECONDS = 3_600;

/** Seconds the last wakings took until health was proven, newest first. */
export const measuredWakes = async (ledger: Pick<Ledger, 'list'>): Promise<readonly number[]> =>
  (await ledger.list('night', { newestFirst: true, limit: NIGHTS })).flatMap(({ value: { wake } }) =>
    wake === undefined || wake.readyAt === null || wake.failed.length > 0 ? [] : [secondsBetween(wake.startedAt, wake.readyAt)],
  );

/** Somebody who pushed within the last hour is still there, whatever the hours say; asked only when no edge has just passed (S9). */
export const recentRelease = async (ledger: Pick<Ledger, 'list'>, at: string): Promise<{ readonly what: string } | null> => {
  const recent = (await ledger.list('service')).filter(
    ({ value }) => value.releasedAt !== null && secondsBetween(value.releasedAt, at) < RECENT_SECONDS,
  );
  return recent.length === 0 ? null : { what: `${recent.map(({ key }) => key).join(', ')} got a new release within the last hour` };
};

/** Who wakes a platform outside hours keeps it awake for a while; a longer wish of the same person stays. */
export const keepAwakeFor = async (
  ledger: Pick<Ledger, 'recall' | 'remember'>,
  trigger: NightTrigger,
  until: string,
  at: string,
): Promise<void> => {
  const by = byWords(trigger);
  const key = keepAwakeKey(by);
  const known = await ledger.recall('override', key);
  if (known !== null && (known.value.until ?? '') >= until) return;
  await ledger.remember(
    'override',
    key,
    { kind: 'keep-awake', until, by, at, note: trigger.kind === 'visit' ? 'visited while asleep' : 'woken outside hours' },
    { expect: 'any', at },
  );
};
