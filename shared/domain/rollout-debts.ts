// What a rollout owes to people, notices and lines of history: written into its record before they are sent, so that a crash never swallows one (X1).
import { secondsBetween } from './instants.ts';
import { isOver, resultOf, type ProgressByService, type Step } from './rollout-progress.ts';

/** `failed`: something went bad and is on its way back or stays down. `finished`: the rollout is over. */
export type Message = 'failed' | 'finished';
/** `followed`: something goes back because of what was told as failed before; history only. */
export type Debt = Message | 'followed';

interface Rollout {
  readonly progress: ProgressByService;
  readonly owed: readonly string[];
}

const BAD: ReadonlySet<Step> = new Set(['going-back', 'failed']);

/** Reasons of services that go back because of another one, whose failure is told; the end names them all. */
const FOLLOWING: ReadonlySet<string> = new Set(['group-failed', 'failed-beside']);

/** Debts after the progress changed; a debt once paid does not come back, because its step is no change any more. */
export const debtsAfter = (before: Rollout, progress: ProgressByService): readonly string[] => {
  const turned = Object.entries(progress).filter(([service, { step }]) => BAD.has(step) && before.progress[service]?.step === 'failing');
  const turnedBad = turned.some(([, { reason }]) => !FOLLOWING.has(reason));
  const ended =
    isOver(progress) &&
    !isOver(before.progress) &&
    Object.values(progress).some(({ step, startedAt }) => step !== 'superseded' && startedAt !== null);
  // Where it failed for good at once, the failure says all there is to say of the end.
  const saidBoth = turnedBad && resultOf(progress) === 'failed' && !Object.values(before.progress).some(({ step }) => step === 'failed');
  const bad: readonly Debt[] = turnedBad ? ['failed'] : turned.length > 0 ? ['followed'] : [];
  return [...new Set([...before.owed, ...bad, ...(ended && !saidBoth ? ['finished'] : [])])];
};

/** Reasons that a task had something to say about. */
const SPOKEN: ReadonlySet<string> = new Set(['tasks-stop', 'migration-failed', 'proof-failed']);
/** What stops is told to the story and to who keeps its last lines, each in its own time. */
export const LAST_WORDS_SECONDS = 5;

/** True while the lines that a failed task wrote last may still come: the failure is told with them, or without them a moment later (R10). */
export const awaitsLastWords = ({ progress, owed }: Rollout, lines: readonly string[], at: string): boolean =>
  lines.length === 0 &&
  owed.includes('failed') &&
  Object.values(progress).some(({ step, reason, since }) => BAD.has(step) && SPOKEN.has(reason) && secondsBetween(since, at) < LAST_WORDS_SECONDS);
