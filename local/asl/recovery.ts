// Retry and Catch: which rule answers a failure, and how long to wait before the next attempt.
import type { Catcher, Retrier } from './definition.ts';
import { covers, type StateFailure } from './failure.ts';

interface Recovering {
  readonly Type: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/**
 * Seconds until the next attempt, or undefined when no Retry rule is left for this failure.
 * `retries` counts attempts per rule and is brought up to date. Defaults: 3 attempts, 1 second, rate 2 (ASL "Retrying after an error").
 */
export const retryDelay = (state: Recovering, failure: StateFailure, retries: number[], chance: () => number): number | undefined => {
  const index = (state.Retry ?? []).findIndex((rule) => covers(rule.ErrorEquals, failure, state.Type));
  const rule = state.Retry?.[index];
  if (rule === undefined) return undefined;
  const done = retries[index] ?? 0;
  if (done >= (rule.MaxAttempts ?? 3)) return undefined;
  retries[index] = done + 1;
  const grown = (rule.IntervalSeconds ?? 1) * (rule.BackoffRate ?? 2) ** done;
  const delay = rule.MaxDelaySeconds === undefined ? grown : Math.min(grown, rule.MaxDelaySeconds);
  return rule.JitterStrategy === 'FULL' ? delay * chance() : delay;
};

export const catcherFor = (state: Recovering, failure: StateFailure): Catcher | undefined =>
  state.Catch?.find((rule) => covers(rule.ErrorEquals, failure, state.Type));
