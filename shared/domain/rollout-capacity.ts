// A rollout whose tasks find no place: that is AWS's capacity, and no fault of the image (A2, R9, R10).
import { later, secondsBetween } from './instants.ts';
import type { Manifest, ManifestService } from './manifest.ts';
import type { Verdict } from './rollout-judge.ts';
import type { Progress } from './rollout-progress.ts';

/** What ECS says of a service's tasks that it cannot place. */
export interface CapacityFacts {
  /** Some of its tasks are placed on Fargate Spot. */
  readonly onSpot: boolean;
  /** Its newest revision has fewer tasks than wanted, those that are about to start included. */
  readonly missing: boolean;
  /** When ECS found no capacity last, as its service events tell; null when it never did. */
  readonly unplacedAt: string | null;
}

/** When a service that left Spot goes back: the evening stops its tasks anyway; where none does, its next rollout replaces them (A2). */
export const onDemandUntil = (
  { hours }: Pick<Manifest, 'hours'>,
  { offHours }: Pick<ManifestService, 'offHours'>,
): 'the evening' | 'its next rollout' => (hours !== null && offHours.kind !== 'stay' ? 'the evening' : 'its next rollout');

/** Tasks on Spot start as fast as others or not at all, in seconds. */
export const SPOT_PATIENCE_SECONDS = 240;
/** ECS tries again and says so each time; a word older than this is no longer true. */
const STILL_TRUE_SECONDS = 600;
/** What is left to the tasks once there is capacity. */
const ANOTHER_CHANCE_SECONDS = 600;
/** Without capacity anywhere a rollout waits so long: what ran before goes on meanwhile. Both ways fit into the story's six hours. */
const LONGEST_SECONDS = { rolling: 3 * 3_600, 'going-back': 2 * 3_600 } as const;

/**
 * The progress of a service whose tasks are not placed: due to leave Spot, which Fargate never replaces with on-demand capacity by itself
 * (aws-facts B5), or given more time. The same value while nothing is to be done.
 */
export const withCapacity = (own: Progress, facts: CapacityFacts, at: string): Progress => {
  if (!lacksCapacity(own, facts, at)) return own;
  const longest = own.step === 'going-back' ? LONGEST_SECONDS['going-back'] : LONGEST_SECONDS.rolling;
  const isLate = own.deadline !== null && at >= own.deadline;
  if (facts.onSpot && facts.missing && own.placed === undefined)
    return secondsBetween(own.since, at) < SPOT_PATIENCE_SECONDS && !isLate ? own : { ...own, placed: 'due' };
  return isLate && secondsBetween(own.since, at) < longest ? { ...own, deadline: later(at, ANOTHER_CHANCE_SECONDS) } : own;
};

/** A rollout that is late in the end because its tasks found no place all the while: that says nothing about the image (R10). */
export const forCapacity = (verdict: Verdict, own: Progress, facts: CapacityFacts, at: string): Verdict =>
  verdict.kind === 'bad' && verdict.reason === 'rollout-late' && lacksCapacity(own, facts, at) ? { ...verdict, reason: NO_CAPACITY } : verdict;

export const NO_CAPACITY = 'rollout-no-capacity';

const lacksCapacity = ({ step, since }: Progress, { unplacedAt }: CapacityFacts, at: string): boolean =>
  (step === 'rolling' || step === 'going-back') &&
  unplacedAt !== null &&
  unplacedAt >= since &&
  secondsBetween(unplacedAt, at) <= STILL_TRUE_SECONDS;
