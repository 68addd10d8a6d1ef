// The Parallel state: all branches at once, each with variables of its own; the first failure gives the others up.
import { makeCancellation, type Cancellation } from './cancellation.ts';
import type { ParallelState } from './definition.ts';
import { evaluate } from './expressions.ts';
import { Abandoned, StateFailure } from './failure.ts';
import { walkStates } from './interpret.ts';
import { frameOf, inside, record, type Walk } from './walk.ts';

/** Answers the outputs of the branches in their order. */
export const runParallel = async (state: ParallelState, walk: Walk, states: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const input = state.Arguments === undefined ? states.input : await evaluate(state.Arguments, 'Arguments', frameOf(walk, states));
  record(walk, 'ParallelStateStarted');
  const cancellation = makeCancellation(walk.cancellation);
  try {
    const branches = state.Branches.map((branch) => walkStates(branch, branch.StartAt, input, inside(walk, cancellation)));
    const outputs = await allOrFirstFailure(branches, cancellation);
    record(walk, 'ParallelStateSucceeded');
    return outputs;
  } catch (problem) {
    if (problem instanceof StateFailure) record(walk, 'ParallelStateFailed', { error: problem.error, cause: problem.reason });
    throw problem;
  } finally {
    cancellation.release();
  }
};

/** All results in order; the first failure cancels what is still going on, waits until it has stopped, and is thrown. */
export const allOrFirstFailure = async (lines: readonly Promise<unknown>[], cancellation: Cancellation): Promise<unknown[]> => {
  let first: { readonly problem: unknown } | undefined;
  const guarded = lines.map((line) =>
    line.catch((problem: unknown) => {
      first ??= { problem };
      cancellation.cancel(new Abandoned('SIBLING'));
      return undefined;
    }),
  );
  const results = await Promise.all(guarded);
  if (first !== undefined) throw (first as { problem: unknown }).problem;
  return results;
};
