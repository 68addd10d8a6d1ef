// The platform's own state in the ledger, moved only by whoever drives a story, one writer at a time (X1).
import type { Entry, Lease, PlatformRecord } from '../contracts/ledger.ts';
import type { Manifest } from '../domain/manifest.ts';
import { DRIVER_SECONDS, driverLease, stepOf, type NightStep, type NightTrigger } from '../contracts/sleep.ts';
import { nextWork } from '../domain/hours-decisions.ts';
import { nightKey } from '../domain/night.ts';
import { sleepPutOff, sleepSoon } from '../domain/night-notices.ts';
import type { SleepDecision } from '../domain/sleep.ts';
import { sentence, type Facts } from '../domain/reason.ts';
import { linkUntil } from '../domain/wake-link.ts';
import type { Ledger, Notices } from '../ports.ts';
import type { WakeLinks } from '../web/wake-link.ts';
import { nameOf } from './failure.ts';
import { placeOf } from './night-place.ts';

export interface PlatformNow {
  readonly value: PlatformRecord;
  /** Version to expect when writing; `new` before the first night. */
  readonly expect: number | 'new';
}
export interface Execution {
  readonly name: string;
  readonly startedAt: string;
}
type Story = 'sleep' | 'wake';

const KEY = 'platform';
const NEVER_SLEPT: PlatformRecord = { state: 'awake', since: '1970-01-01T00:00:00.000Z', by: 'nobody', night: null };

/** The platform's record; awake since ever when there is none. */
export const platformNow = async (ledger: Pick<Ledger, 'recall'>): Promise<PlatformNow> => {
  const entry: Entry<'platform'> | null = await ledger.recall('platform', KEY);
  return entry === null ? { value: NEVER_SLEPT, expect: 'new' } : { value: entry.value, expect: entry.version };
};

/** Writes the next state if nobody was faster; answers whether this writer won. */
export const movePlatform = async (
  ledger: Pick<Ledger, 'remember'>,
  from: PlatformNow,
  to: PlatformRecord,
  at: string,
  fence?: Lease,
): Promise<boolean> => {
  try {
    await ledger.remember('platform', KEY, to, { expect: from.expect, at, ...(fence === undefined ? {} : { fence }) });
    return true;
  } catch (error) {
    if (nameOf(error) === 'Conflict' || nameOf(error) === 'LeaseLost') return false;
    throw error;
  }
};

/** Takes or renews the right to carry a story out, for the next wait and a door after it. */
export const drive = (
  ledger: Pick<Ledger, 'lease'>,
  story: Story,
  execution: Execution,
  seconds: number,
  at: string,
): Promise<Lease | null> => ledger.lease(driverLease(story), execution.name, seconds + DRIVER_SECONDS, at);

export interface Begin {
  readonly ledger: Pick<Ledger, 'lease' | 'release' | 'remember' | 'note'>;
  readonly execution: Execution;
  readonly trigger: NightTrigger;
  readonly platform: PlatformNow;
  readonly decision: { readonly reason: string; readonly facts: Facts };
}

/** Begins a night or its end: the state moves before anything of the platform does. */
export const beginNight = async (
  story: Story,
  { ledger, execution, trigger, platform, decision }: Begin,
  at: string,
): Promise<NightStep> => {
  const lease = await drive(ledger, story, execution, 0, at);
  if (lease === null) return stepOf('done', 'driven-by-another');
  const night = story === 'sleep' ? nightKey(at) : (platform.value.night ?? nightKey(at));
  const next: PlatformRecord = {
    state: story === 'sleep' ? 'falling-asleep' : 'waking',
    since: at,
    by: byWords(trigger),
    night,
    postponedSince: null,
    ...(platform.value.offSpot === undefined ? {} : { offSpot: platform.value.offSpot }),
  };
  const facts = { night, ...decision.facts };
  // Noted first: once the state has moved, a retry finds a night under way and no longer knows who began it.
  await ledger.note({ id: `${story}-${night}-begins`, story, service: null, action: 'begins', reason: decision.reason, facts }, at);
  if (!(await movePlatform(ledger, platform, next, at, lease))) {
    await ledger.release(lease);
    return stepOf('pause', 'driven-by-another', { seconds: 5 });
  }
  return stepOf('advance', decision.reason, { night });
};

/** `schedule`, or who asked. */
export const byWords = ({ kind, by }: NightTrigger): string => (by === undefined ? kind : `${kind} ${by}`);

/** Goes on with a night that has begun, unless another execution is at it. */
export const driveNight = async (
  story: Story,
  {
    ledger,
    execution,
    platform,
    reason,
  }: { readonly ledger: Pick<Ledger, 'lease'>; readonly execution: Execution; readonly platform: PlatformNow; readonly reason: string },
  at: string,
): Promise<NightStep> => {
  const { night } = platform.value;
  if (night === null || (await drive(ledger, story, execution, 0, at)) === null) return stepOf('done', 'driven-by-another');
  return stepOf('advance', reason, { night });
};

export interface Beforehand {
  readonly ledger: Pick<Ledger, 'remember' | 'note'>;
  readonly notices: Notices;
  readonly manifest: Manifest;
  readonly execution: Execution;
  readonly platform: PlatformNow;
  readonly decision: SleepDecision;
  readonly links: Pick<WakeLinks, 'make'>;
}

/** The warning before sleep, and the first word that it is put off; each once, whichever of several executions is first (S8, S9). */
export const tellBeforehand = async (
  { ledger, notices, manifest, execution, platform, decision, links }: Beforehand,
  at: string,
): Promise<void> => {
  const { value } = platform;
  if (decision.action === 'warn' && decision.edge !== null) {
    const mine = value.warned?.edge === decision.edge && value.warned.by === execution.name;
    if (!mine && value.warned?.edge === decision.edge) return;
    const won = mine || (await movePlatform(ledger, platform, { ...value, warned: { edge: decision.edge, by: execution.name } }, at));
    const opens = manifest.hours === null ? null : nextWork(manifest.hours, decision.edge);
    if (won) {
      const ends = decision.reason === 'keep-awake-ends' ? sentence(decision.reason, decision.facts) : undefined;
      const notice = sleepSoon(placeOf(manifest), decision.edge, at, await links.make(linkUntil(opens, at)), ends);
      await notices.send(notice);
      await noteTold(ledger, notice.id, decision, at);
    }
  }
  const { postponedSince } = decision.remember;
  if (postponedSince === null) return;
  // Written at this very instant: by this door, which died before it told people; the notice of the same id is told once.
  const mine = postponedSince === value.postponedSince && postponedSince === at;
  if (!mine && postponedSince === value.postponedSince) return;
  if (!mine && !(await movePlatform(ledger, platform, { ...value, postponedSince }, at))) return;
  const notice = sleepPutOff(placeOf(manifest), decision.reason, decision.facts, at);
  await notices.send(notice);
  await noteTold(ledger, notice.id, decision, at);
};

/** So that `why` finds what the notice names; nothing was changed by it (N4). */
const noteTold = (ledger: Pick<Ledger, 'note'>, id: string, { reason, facts }: SleepDecision, at: string): Promise<void> =>
  ledger.note({ id, story: 'sleep', service: null, action: 'nothing', reason, facts }, at);
