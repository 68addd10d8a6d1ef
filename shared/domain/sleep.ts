// Whether the platform goes to sleep now: asks the hours, not the event that asked (S8, S9, S12).
import { nextEdge, scheduledState } from './hours-decisions.ts';
import type { Hours } from './hours.ts';
import { instantWords, later, secondsBetween } from './instants.ts';
import type { KeptAwake } from './overrides.ts';
import type { Facts } from './reason.ts';

export interface SleepTrigger {
  readonly kind: 'schedule' | 'reconcile' | 'operator' | 'visit' | 'link' | 'day-7' | 'idle';
  readonly by?: string | undefined;
}

export interface SleepFacts {
  readonly trigger: SleepTrigger;
  readonly hours: Hours | null;
  readonly state: 'awake' | 'falling-asleep' | 'asleep' | 'waking';
  readonly keptAwake: KeptAwake | null;
  /** What is going on now that a sleep would interrupt; null when nothing is, or when nobody was asked. */
  readonly inUse: { readonly what: string } | null;
  /** Since when sleep has been put off because the platform is in use. */
  readonly postponedSince: string | null;
  /** When this execution began: no wait lasts for ever. */
  readonly startedAt: string;
}

export interface SleepDecision {
  /** `go`: begin a night. `resume`: go on with one. `tend`: look after a sleeping platform. `warn` and `pause`: decide again after `seconds`. */
  readonly action: 'go' | 'resume' | 'tend' | 'warn' | 'pause' | 'done';
  readonly reason: string;
  readonly facts: Facts;
  readonly seconds: number;
  /** Instant of the edge that is warned of. */
  readonly edge: string | null;
  readonly remember: { readonly postponedSince: string | null };
}

/** People are warned this long before sleep, with a button to stay awake (S8). */
export const WARNING_SECONDS = 15 * 60;
/** A schedule fires anywhere inside its minute (aws-facts F). */
const SLACK_SECONDS = 120;
/** A night shorter than this saves less than its own waking costs: RDS bills at least ten minutes per start (aws-facts D). */
export const SHORTEST_NIGHT_SECONDS = 45 * 60;
/** How often and how long a platform in use is left awake (S9). */
export const IN_USE_AGAIN_SECONDS = 10 * 60;
export const IN_USE_LONGEST_SECONDS = 60 * 60;
const WAKING_AGAIN_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 23 * 3_600;

/** Decides on one ask to sleep. */
export const decideSleep = (given: SleepFacts, at: string): SleepDecision => {
  switch (given.state) {
    case 'asleep':
      return ['reconcile', 'day-7'].includes(given.trigger.kind) ? settle('tend', 'tend-night') : settle('done', 'already-asleep');
    case 'falling-asleep':
      return settle('resume', 'resume-sleep');
    case 'waking':
      return secondsBetween(given.startedAt, at) < IN_USE_LONGEST_SECONDS && given.trigger.kind === 'operator'
        ? settle('pause', 'waking-first', {}, WAKING_AGAIN_SECONDS)
        : settle('done', 'waking-first');
    case 'awake':
      return given.trigger.kind === 'operator'
        ? settle('go', 'asked-to-sleep', { by: given.trigger.by ?? 'somebody' })
        : byHours(given, at);
  }
};

const byHours = (given: SleepFacts, at: string): SleepDecision => {
  if (given.trigger.kind === 'idle') return whenFree(given, 'idle', {}, at);
  if (given.hours === null) return settle('done', 'no-hours');
  const edge = nextEdge(given.hours, at);
  if (scheduledState(given.hours, at) === 'at-work') return beforeEdge(given, edge?.at ?? null, at);
  if (edge !== null && secondsBetween(at, edge.at) < SHORTEST_NIGHT_SECONDS)
    return settle('done', 'short-night', { until: words(given, edge.at) });
  return whenFree(given, 'off-hours', { until: words(given, edge?.at ?? null) }, at);
};

/** At work: warn when the edge is near, otherwise the ask came at the wrong time of day (S12). */
const beforeEdge = (given: SleepFacts, edge: string | null, at: string): SleepDecision => {
  const { keptAwake } = given;
  if (edge === null || secondsBetween(at, edge) > WARNING_SECONDS + SLACK_SECONDS)
    return settle('done', 'at-work', { until: words(given, edge) });
  if (keptAwake !== null && keptAwake.until > edge) return awaitEnd(keptAwake, given, at);
  return { ...settle('warn', 'sleep-soon', { edge: words(given, edge) }, Math.max(1, Math.ceil(secondsBetween(at, edge)))), edge };
};

/** Off hours: a person's word comes first, then what goes on. */
const whenFree = (given: SleepFacts, reason: string, facts: Facts, at: string): SleepDecision => {
  if (given.keptAwake !== null) return awaitEnd(given.keptAwake, given, at);
  if (given.inUse === null) return settle('go', reason, facts);
  const since = given.postponedSince ?? at;
  if (secondsBetween(since, at) >= IN_USE_LONGEST_SECONDS) return settle('go', 'postponed-enough', { what: given.inUse.what });
  return {
    ...settle(
      'pause',
      'in-use',
      { what: given.inUse.what, until: words(given, later(since, IN_USE_LONGEST_SECONDS)) },
      IN_USE_AGAIN_SECONDS,
    ),
    remember: { postponedSince: since },
  };
};

/** Warns before the keep-awake ends and decides again then; an execution that has waited long enough leaves the rest to the reconciler. */
const awaitEnd = ({ until, by, note }: KeptAwake, given: SleepFacts, at: string): SleepDecision => {
  const facts = { until: words(given, until), by, note };
  if (secondsBetween(given.startedAt, until) > LONGEST_WAIT_SECONDS) return settle('done', 'kept-awake', facts);
  const left = Math.max(1, Math.ceil(secondsBetween(at, until)));
  return left > WARNING_SECONDS + SLACK_SECONDS
    ? settle('pause', 'kept-awake', facts, left - WARNING_SECONDS)
    : { ...settle('warn', 'keep-awake-ends', facts, left), edge: until };
};

/** An instant as the platform's people read it. */
const words = <I extends string | null>({ hours }: SleepFacts, instant: I): string | I =>
  instant === null ? instant : instantWords(instant, hours?.timeZone ?? 'UTC');

const settle = (action: SleepDecision['action'], reason: string, facts: Facts = {}, seconds = 0): SleepDecision => ({
  action,
  reason,
  facts,
  seconds,
  edge: null,
  remember: { postponedSince: null },
});
