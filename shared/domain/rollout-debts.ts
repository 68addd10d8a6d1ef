// Which notices a rollout owes: written into its record before they are sent, so that a crash never swallows one (X1).
import { isOver, resultOf, type ProgressByService, type Step } from './rollout-progress.ts';

/** `failed`: something went bad and is on its way back or stays down. `finished`: the rollout is over. */
export type Debt = 'failed' | 'finished';

interface Rollout {
  readonly progress: ProgressByService;
  readonly owed: readonly string[];
}

const BAD: ReadonlySet<Step> = new Set(['going-back', 'failed']);

/** Debts after the progress changed; a debt once paid does not come back, because its step is no change any more. */
export const debtsAfter = (before: Rollout, progress: ProgressByService): readonly string[] => {
  const turnedBad = Object.entries(progress).some(([service, { step }]) => BAD.has(step) && before.progress[service]?.step === 'failing');
  const ended =
    isOver(progress) &&
    !isOver(before.progress) &&
    Object.values(progress).some(({ step, startedAt }) => step !== 'superseded' && startedAt !== null);
  // Where it failed for good at once, the failure says all there is to say of the end.
  const saidBoth = turnedBad && resultOf(progress) === 'failed' && !Object.values(before.progress).some(({ step }) => step === 'failed');
  return [...new Set([...before.owed, ...(turnedBad ? ['failed'] : []), ...(ended && !saidBoth ? ['finished'] : [])])];
};
