// What the reconciler starts when sleep or wake missed something: an edge, a database that started by itself, a count that nobody restored (S7, S12, S13).
import { nextEdge, scheduledState, workBegan } from './hours-decisions.ts';
import type { Hours } from './hours.ts';
import type { Interruption } from './interruption.ts';
import { secondsBetween } from './instants.ts';
import { nightBegan } from './night.ts';
import type { KeptAwake } from './overrides.ts';
import { IN_USE_AGAIN_SECONDS, IN_USE_LONGEST_SECONDS, SHORTEST_NIGHT_SECONDS } from './sleep.ts';
import { WAKE_LEAD_SECONDS } from './wake.ts';

export interface WatchedNight {
  readonly hours: Hours | null;
  readonly platform: {
    readonly state: 'awake' | 'falling-asleep' | 'asleep' | 'waking';
    readonly since: string;
    readonly night?: string | null;
    /** Since when a sleep is put off: its execution waits and decides again (S9). */
    readonly postponedSince?: string | null;
    /** What broke a story last, and when. */
    readonly interrupted?: Interruption;
  };
  readonly keptAwake: KeptAwake | null;
  /** Services that sleep at night, with the count they have and the count the night gave them; empty while awake. */
  readonly services: readonly { readonly name: string; readonly desired: number; readonly atNight: number }[];
  /** Databases stopped for the night. */
  readonly databases: readonly { readonly identifier: string; readonly status: string; readonly stoppedAt: string | null }[];
  /** What people have been told of already. */
  readonly reported: readonly string[];
  /** What could not be put to sleep in the evening. */
  readonly troubles: readonly string[];
  /** Since when nobody used the platform, and how long that must last; null where sleep follows the clock alone (S11). */
  readonly idle: { readonly sinceSeconds: number; readonly limitSeconds: number } | null;
  /** A platform that was just deployed: no service has had its first image yet, so there is nothing to put to sleep. */
  readonly nothingRuns?: boolean;
}

export interface Repair {
  readonly story: 'sleep' | 'wake';
  readonly kind: 'reconcile' | 'day-7' | 'idle';
  readonly reason: string;
}

/** A story that has moved nothing for so long has lost its execution. */
const STUCK_SECONDS = 20 * 60;
/** RDS starts a stopped database after seven days by itself (aws-facts D). */
export const RESTART_SECONDS = 7 * 86_400 - 6 * 3_600;

/** What is to be started now, null when all is as it should be. */
export const decideReconcile = (watched: WatchedNight, at: string): Repair | null => {
  switch (watched.platform.state) {
    case 'falling-asleep':
      if (overslept(watched, at)) return { story: 'wake', kind: 'reconcile', reason: 'missed-wake' };
      return stuck(watched, at) ? { story: 'sleep', kind: 'reconcile', reason: 'resume-sleep' } : null;
    case 'waking':
      return stuck(watched, at) ? { story: 'wake', kind: 'reconcile', reason: 'resume-wake' } : null;
    case 'awake':
      return whileAwake(watched, at);
    case 'asleep':
      return whileAsleep(watched, at);
  }
};

/**
 * Whether a sleep would begin unless a person keeps the platform awake or nothing runs on it yet: only then both are worth asking (X3).
 * Answers it for what is known so far: with the longest idleness supposed, whether idleness itself is worth measuring.
 */
export const wouldSleep = (known: Omit<WatchedNight, 'keptAwake' | 'nothingRuns'>, at: string): boolean =>
  known.platform.state === 'awake' && whileAwake({ ...known, keptAwake: null }, at) !== null;

const stuck = ({ platform }: WatchedNight, at: string): boolean => secondsBetween(platform.since, at) >= STUCK_SECONDS;

/** Work has begun since the night did: a sleep that a person asked for in working hours lasts until work begins the next time. */
const overslept = ({ hours, platform }: WatchedNight, at: string): boolean =>
  hours !== null && scheduledState(hours, at) === 'at-work' && workBegan(hours, nightOf(platform), at);

/** One look falls into these minutes: should the clock's own ask be lost, people are awaited, or told that it will be late, all the same (S4, S12). */
const LAST_LOOK_SECONDS = 16 * 60;

const workIsNear = ({ hours }: WatchedNight, at: string): boolean => {
  if (hours === null || scheduledState(hours, at) === 'at-work') return false;
  const edge = nextEdge(hours, at);
  return edge !== null && secondsBetween(at, edge.at) <= LAST_LOOK_SECONDS;
};

const nightOf = ({ night, since }: WatchedNight['platform']): string => (night === undefined || night === null ? since : nightBegan(night));

/** An execution that was put off and has not broken since sleeps by itself; a lost one is made up for when its last look is over. */
const sleepWaits = ({ platform: { postponedSince = null, interrupted } }: WatchedNight, at: string): boolean =>
  postponedSince !== null &&
  secondsBetween(postponedSince, at) < IN_USE_LONGEST_SECONDS + IN_USE_AGAIN_SECONDS &&
  !(interrupted?.story === 'sleep' && interrupted.at >= postponedSince);

const whileAwake = (watched: WatchedNight, at: string): Repair | null => {
  const { hours, keptAwake, idle, platform, nothingRuns } = watched;
  if (keptAwake !== null || nothingRuns === true || sleepWaits(watched, at)) return null;
  const settled = secondsBetween(platform.since, at) >= (idle?.limitSeconds ?? 0);
  if (idle !== null && idle.sinceSeconds >= idle.limitSeconds && settled) return { story: 'sleep', kind: 'idle', reason: 'idle' };
  if (hours === null || scheduledState(hours, at) === 'at-work') return null;
  const edge = nextEdge(hours, at);
  const soon = edge !== null && secondsBetween(at, edge.at) < Math.max(SHORTEST_NIGHT_SECONDS, WAKE_LEAD_SECONDS);
  return soon ? null : { story: 'sleep', kind: 'reconcile', reason: 'missed-sleep' };
};

const whileAsleep = (watched: WatchedNight, at: string): Repair | null => {
  const { databases, troubles } = watched;
  if (overslept(watched, at) || workIsNear(watched, at)) return { story: 'wake', kind: 'reconcile', reason: 'missed-wake' };
  if (databases.some((database) => restarted(database, at))) return { story: 'sleep', kind: 'day-7', reason: 'database-restarted' };
  if (troubles.length > 0) return { story: 'sleep', kind: 'reconcile', reason: 'still-up' };
  return changedByHand(watched, at).some((change) => !watched.reported.includes(change))
    ? { story: 'sleep', kind: 'reconcile', reason: 'changed-by-hand' }
    : null;
};

/** Started by AWS after its seven days, not by a person: it may be stopped again (S7, S13). */
export const restarted = ({ status, stoppedAt }: { readonly status: string; readonly stoppedAt: string | null }, at: string): boolean =>
  status === 'available' && stoppedAt !== null && secondsBetween(stoppedAt, at) >= RESTART_SECONDS;

/** Changes of the night that no story made, one sentence each; they are respected until the next edge (S13). */
export const changedByHand = (
  { services, databases, troubles }: Pick<WatchedNight, 'services' | 'databases' | 'troubles'>,
  at: string,
): readonly string[] => [
  ...services
    .filter(({ name, desired, atNight }) => desired !== atNight && !troubles.includes(name))
    .map(({ name, desired, atNight }) => `${name}: ${desired} ${desired === 1 ? 'task' : 'tasks'} instead of ${atNight}`),
  ...databases
    .filter(
      (database) =>
        ['available', 'starting'].includes(database.status) &&
        !restarted(database, at) &&
        !restarting(database, at) &&
        !troubles.includes(database.identifier),
    )
    .map(({ identifier }) => `${identifier}: started`),
];

const BY_AWS = ' restarted by AWS, stopped again ';

/** The line of a database that AWS started by itself and the story stopped again, among what people were told of the night. */
export const restartLine = (identifier: string, stoppedAt: string): string => `${identifier}${BY_AWS}${stoppedAt}`;

/** What the morning says of a line that people were told in the night: AWS's own doing is nobody's hand. */
export const nightLineWords = (line: string): string => (line.includes(BY_AWS) ? line : `by hand in the night: ${line}`);

const restarting = ({ status, stoppedAt }: { readonly status: string; readonly stoppedAt: string | null }, at: string): boolean =>
  status === 'starting' && stoppedAt !== null && secondsBetween(stoppedAt, at) >= RESTART_SECONDS;

/** Whoever stops a database by hand later in the day is not fought (S13). */
const DOWN_WATCHED_SECONDS = 6 * 3_600;

/** Names of the databases and caches that did not come up in the morning and are still looked after: they are started as soon as AWS lets them (S4, S7). */
export const stillDown = (
  { state, since, down = [] }: { readonly state: string; readonly since: string; readonly down?: readonly string[] },
  at: string,
): readonly string[] => (state === 'awake' && secondsBetween(since, at) <= DOWN_WATCHED_SECONDS ? down : []);
