// Whether the platform wakes now: asks the hours, not the event; a person or a visit may wake it at any time (S10, S12).
import { nextEdge, scheduledState, workBegan } from './hours-decisions.ts';
import type { Hours } from './hours.ts';
import { instantWords, later, secondsBetween } from './instants.ts';
import type { Facts } from './reason.ts';

export interface WakeTrigger {
  readonly kind: 'schedule' | 'reconcile' | 'operator' | 'visit' | 'link' | 'day-7' | 'idle';
  readonly by?: string | undefined;
}

export interface WakeFacts {
  readonly trigger: WakeTrigger;
  readonly hours: Hours | null;
  readonly state: 'awake' | 'falling-asleep' | 'asleep' | 'waking';
  /** When the night began, null while awake. */
  readonly nightBegan: string | null;
  /** How long the last nights took to wake, in seconds, any order. */
  readonly measured: readonly number[];
  /** Something slow to start sleeps along: a database or a hibernated cache. */
  readonly slow: boolean;
}

export interface WakeDecision {
  readonly action: 'go' | 'resume' | 'pause' | 'done';
  readonly reason: string;
  readonly facts: Facts;
  readonly seconds: number;
  /** Keeps the platform awake until then, for a waking outside hours. */
  readonly keepAwakeUntil: string | null;
}

/** The schedule fires this long before the edge; how early the waking really begins follows from what was measured. */
export const WAKE_LEAD_SECONDS = 30 * 60;
/** A visit or a command outside hours keeps the platform awake this long; being in use then keeps it longer (S9). */
export const VISIT_AWAKE_SECONDS = 2 * 3_600;
/** Assumed until the first night was measured: databases take "minutes to hours" (aws-facts D). */
const ASSUMED_SLOW_SECONDS = 15 * 60;
const ASSUMED_SECONDS = 4 * 60;
const CAUTIOUS_SLOW_SECONDS = 25 * 60;
/** As many as are looked at (shared/aws/night-memory.ts): a week of them shows little of how much longer a database may take. */
const ENOUGH_NIGHTS = 7;
const SLACK_SECONDS = 120;
/** The reconciler leaves the first word to the clock. */
const AFTER_CLOCK_SECONDS = 90;

/** Decides on one ask to wake. */
export const decideWake = (given: WakeFacts, at: string): WakeDecision => {
  switch (given.state) {
    case 'awake':
      return settle('done', 'already-awake');
    case 'waking':
      return settle('resume', 'resume-wake');
    case 'falling-asleep':
    case 'asleep':
      return ['operator', 'visit', 'link'].includes(given.trigger.kind) ? byPerson(given, at) : byHours(given, at);
  }
};

const byPerson = ({ trigger, hours }: WakeFacts, at: string): WakeDecision => {
  const atWork = hours !== null && scheduledState(hours, at) === 'at-work';
  const until = atWork ? null : later(at, VISIT_AWAKE_SECONDS);
  const reason = trigger.kind === 'visit' ? 'visited' : 'asked-to-wake';
  return { ...settle('go', reason, { by: trigger.by ?? 'somebody', until: words(hours, until) }), keepAwakeUntil: until };
};

const byHours = (given: WakeFacts, at: string): WakeDecision => {
  const { hours, nightBegan } = given;
  if (hours === null) return settle('done', 'no-hours');
  const edge = nextEdge(hours, at);
  if (scheduledState(hours, at) === 'at-work') {
    // Somebody asked for this sleep in the middle of working hours: it lasts until work begins the next time.
    return nightBegan === null || workBegan(hours, nightBegan, at)
      ? settle('go', 'work-begins', { at: words(hours, at) })
      : settle('done', 'asleep-on-purpose', { until: words(hours, edge?.at ?? null) });
  }
  const away = edge === null ? Number.POSITIVE_INFINITY : secondsBetween(at, edge.at);
  if (edge === null || away > WAKE_LEAD_SECONDS + SLACK_SECONDS)
    return settle('done', 'still-night', { until: words(hours, edge?.at ?? null) });
  const begin = away - leadSeconds(given) + (given.trigger.kind === 'reconcile' ? AFTER_CLOCK_SECONDS : 0);
  return begin > 0
    ? settle('pause', 'wake-soon', { edge: words(hours, edge.at) }, Math.ceil(begin))
    : settle('go', 'work-begins', { at: words(hours, edge.at) });
};

/**
 * How long before the edge the waking begins: the longest of the last nights, what they differ by, and a little more, for being late costs
 * more than a few minutes of a database. Until enough nights were measured the assumption counts as one of them.
 */
export const leadSeconds = ({ measured, slow }: Pick<WakeFacts, 'measured' | 'slow'>): number => {
  const assumed = measured.length < ENOUGH_NIGHTS ? [slow ? CAUTIOUS_SLOW_SECONDS : ASSUMED_SECONDS] : [];
  const spread = measured.length === 0 ? 0 : Math.max(...measured) - Math.min(...measured);
  return Math.min(WAKE_LEAD_SECONDS, Math.ceil((Math.max(...measured, ...assumed) * 11) / 10 + spread) + 60);
};

/** Seconds a waking takes: the median of the measured ones, an assumption until there are any. */
export const expectedSeconds = ({ measured, slow }: Pick<WakeFacts, 'measured' | 'slow'>): number => {
  const sorted = [...measured].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? (slow ? ASSUMED_SLOW_SECONDS : ASSUMED_SECONDS);
};

/** An instant as the platform's people read it. */
const words = <I extends string | null>(hours: Hours | null, instant: I): string | I =>
  instant === null ? instant : instantWords(instant, hours?.timeZone ?? 'UTC');

const settle = (action: WakeDecision['action'], reason: string, facts: Facts = {}, seconds = 0): WakeDecision => ({
  action,
  reason,
  facts,
  seconds,
  keepAwakeUntil: null,
});
