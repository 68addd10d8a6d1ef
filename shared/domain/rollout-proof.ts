// The proof by night: one isolated task of a staged image boots before the morning needs it, and what its end says about the image (R12).
import { later, secondsBetween } from './instants.ts';
import type { Progress } from './rollout-progress.ts';

/** How a service is proven while it sleeps. */
export interface ProofSettings {
  /** Container whose command is replaced; null when the task boots as the service's own tasks do. */
  readonly container: string | null;
  readonly command: readonly string[] | null;
  readonly timeoutSeconds: number;
}

/** A one-off task as ECS shows it. */
export interface TaskOutcome {
  readonly stopped: boolean;
  readonly exitCode: number | null;
  readonly reason: string;
  /** What its own health checks say; `UNKNOWN` without any, or before the first. Absent where nobody asked. */
  readonly health?: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  readonly startedAt?: string | null;
}

/** Seconds a task must be up before it counts without a health check (aws-facts B2). */
const SETTLED_SECONDS = 40;

/** Why a task that never started speaks against its image; anything else is the night's trouble, not the image's. */
const IMAGE_TO_BLAME = /CannotPullContainer|exec format error|OutOfMemory|image manifest|does not match/i;

/** True for a service that is to be proven when its new image is staged because the platform sleeps. */
export const provesNow = (settings: ProofSettings | null | undefined, own: Pick<Progress, 'prove' | 'reason'>): settings is ProofSettings =>
  settings !== null && settings !== undefined && own.prove === true && own.reason === 'staged-asleep';

/** The proof's task was started at an instant. */
export const provingSince = (own: Progress, task: string, { timeoutSeconds }: ProofSettings, at: string): Progress => ({
  ...own,
  step: 'proving',
  since: at,
  deadline: later(at, timeoutSeconds),
  proof: task,
});

/** The proof is over without a word against the image; `reason` says whether it was given. */
export const tried = (own: Progress, reason: 'proven-asleep' | 'staged-asleep' | 'proof-unsaid', detail: string, at: string): Progress => ({
  ...own,
  step: 'tried',
  since: at,
  deadline: null,
  reason,
  facts: { ...own.facts, detail },
});

/**
 * The progress after a look at the proof's task: proven, failed, still going, or cut short because the platform wakes,
 * where the morning proves it anyway. `bakeSeconds` is how long it must have been up, `graceSeconds` what it may take to get there.
 */
export const afterProof = (
  own: Progress,
  outcome: TaskOutcome,
  settings: ProofSettings & { readonly graceSeconds: number; readonly bakeSeconds: number },
  asleep: boolean,
  at: string,
): Progress => {
  const fail = (reason: 'proof-failed' | 'proof-late', detail: string): Progress => ({
    ...own,
    step: 'failing',
    since: at,
    deadline: null,
    reason,
    facts: { ...own.facts, detail },
  });
  if (outcome.stopped) return afterEnd(own, outcome, settings, fail, at);
  if (!asleep) return tried(own, 'staged-asleep', 'the platform woke before its proof was over', at);
  if (outcome.health === 'UNHEALTHY') return fail('proof-failed', 'its health check fails');
  if (settings.command === null && isUp(outcome, settings, at)) return tried(own, 'proven-asleep', 'it was up and healthy', at);
  return own.deadline !== null && at >= own.deadline ? fail('proof-late', '') : own;
};

const afterEnd = (
  own: Progress,
  { exitCode, reason }: TaskOutcome,
  { command }: ProofSettings,
  fail: (reason: 'proof-failed', detail: string) => Progress,
  at: string,
): Progress => {
  if (exitCode === 0 && command !== null) return tried(own, 'proven-asleep', 'its command ended well', at);
  if (exitCode !== null) return fail('proof-failed', `it exited with ${exitCode}${reason === '' ? '' : ` (${reason})`}`);
  return IMAGE_TO_BLAME.test(reason) ? fail('proof-failed', reason) : tried(own, 'proof-unsaid', reason, at);
};

/** Healthy for the bake time; where no health check speaks, up for the grace period before it as well. */
const isUp = (
  { health, startedAt }: TaskOutcome,
  { graceSeconds, bakeSeconds }: { readonly graceSeconds: number; readonly bakeSeconds: number },
  at: string,
): boolean => {
  if (startedAt === null || startedAt === undefined) return false;
  const needed = health === 'HEALTHY' ? bakeSeconds : graceSeconds + bakeSeconds;
  return secondsBetween(startedAt, at) >= Math.max(SETTLED_SECONDS, needed);
};
