// The Map state: one iteration per item or batch, inline or distributed, with bounded concurrency and tolerated failures.
import { makeCancellation, type Cancellation } from './cancellation.ts';
import type { MapState } from './definition.ts';
import { evaluate, evaluateNumber } from './expressions.ts';
import { Abandoned, queryFailure, StateFailure } from './failure.ts';
import { makeHistory } from './history.ts';
import { walkStates } from './interpret.ts';
import { allOrFirstFailure } from './parallel.ts';
import { frameOf, inside, record, type Walk } from './walk.ts';

type States = Readonly<Record<string, unknown>>;

interface Iteration {
  readonly input: unknown;
  /** `$states.context.Map` of the iteration. */
  readonly context: unknown;
}

interface Tolerance {
  readonly count: number;
  readonly percentage: number;
}

/** Iterations that run at once when no MaxConcurrency is written: 40 inline, 10,000 distributed (Step Functions quotas). */
const usualConcurrency = { INLINE: 40, DISTRIBUTED: 10_000 };

/** Answers the outputs of the successful iterations in the order of their items. */
export const runMap = async (name: string, state: MapState, walk: Walk, states: States): Promise<unknown> => {
  const mode = state.ItemProcessor.ProcessorConfig?.Mode ?? 'INLINE';
  const frame = frameOf(walk, states);
  const iterations = await batch(state, walk, states, await select(state, walk, states));
  const limit = state.MaxConcurrency === undefined ? 0 : await evaluateNumber(state.MaxConcurrency, 'MaxConcurrency', frame);
  const tolerance = {
    count:
      state.ToleratedFailureCount === undefined ? 0 : await evaluateNumber(state.ToleratedFailureCount, 'ToleratedFailureCount', frame),
    percentage:
      state.ToleratedFailurePercentage === undefined
        ? 0
        : await evaluateNumber(state.ToleratedFailurePercentage, 'ToleratedFailurePercentage', frame),
  };
  record(walk, 'MapStateStarted', { length: iterations.length });
  const cancellation = makeCancellation(walk.cancellation);
  const lines = Math.min(limit || usualConcurrency[mode], usualConcurrency[mode], iterations.length);
  const run = iterate(name, state, walk, iterations, tolerance, cancellation);
  try {
    await allOrFirstFailure(Array.from({ length: lines }, run.line), cancellation);
    record(walk, 'MapStateSucceeded');
    return run.outputs();
  } catch (problem) {
    if (problem instanceof StateFailure) record(walk, 'MapStateFailed', { error: problem.error, cause: problem.reason });
    throw problem;
  } finally {
    cancellation.release();
  }
};

/** The items, each with what ItemSelector makes of it. An object counts as a list of its entries. */
const select = async (state: MapState, walk: Walk, states: States): Promise<Iteration[]> => {
  const value = state.Items === undefined ? states.input : await evaluate(state.Items, 'Items', frameOf(walk, states));
  const items = itemsOf(value);
  const iterations: Iteration[] = [];
  for (const [index, item] of items.entries()) {
    const context = { Item: { Index: index, Value: item } };
    if (state.ItemSelector === undefined) {
      iterations.push({ input: item, context });
      continue;
    }
    const frame = frameOf(walk, { ...states, context: { ...(states.context as object), Map: context } });
    iterations.push({ input: await evaluate(state.ItemSelector, 'ItemSelector', frame), context });
  }
  return iterations;
};

const itemsOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([Key, Value]) => ({ Key, Value }) as unknown);
  throw queryFailure(`The field 'Items' must be an array or an object, but it is ${JSON.stringify(value)}.`);
};

const batch = async (state: MapState, walk: Walk, states: States, iterations: readonly Iteration[]): Promise<readonly Iteration[]> => {
  if (state.ItemBatcher === undefined) return iterations;
  const frame = frameOf(walk, states);
  const { MaxItemsPerBatch, BatchInput } = state.ItemBatcher;
  const size = await evaluateNumber(MaxItemsPerBatch, 'ItemBatcher/MaxItemsPerBatch', frame);
  if (!(size >= 1)) throw queryFailure(`The field 'ItemBatcher/MaxItemsPerBatch' must be at least 1, but it is ${size}.`);
  const shared = BatchInput === undefined ? {} : { BatchInput: await evaluate(BatchInput, 'ItemBatcher/BatchInput', frame) };
  const batches: Iteration[] = [];
  for (let start = 0; start < iterations.length; start += size) {
    const items = iterations.slice(start, start + size).map((iteration) => iteration.input);
    batches.push({ input: { ...shared, Items: items }, context: { Item: { Index: batches.length, Value: items } } });
  }
  return batches;
};

/** The shared work list of the concurrent lines: each takes the next iteration until none is left. */
const iterate = (
  name: string,
  state: MapState,
  walk: Walk,
  iterations: readonly Iteration[],
  tolerance: Tolerance,
  cancellation: Cancellation,
): { readonly line: () => Promise<void>; readonly outputs: () => unknown[] } => {
  const succeeded = new Map<number, unknown>();
  let next = 0;
  let failures = 0;
  const one = async (index: number): Promise<void> => {
    const iteration = iterations[index] as Iteration;
    const own = iterationWalk(state, walk, iteration, cancellation);
    record(own, 'MapIterationStarted', { name, index });
    try {
      succeeded.set(index, await walkStates(state.ItemProcessor, state.ItemProcessor.StartAt, iteration.input, own));
      record(own, 'MapIterationSucceeded', { name, index });
    } catch (problem) {
      record(own, problem instanceof Abandoned ? 'MapIterationAborted' : 'MapIterationFailed', { name, index });
      if (!(problem instanceof StateFailure)) throw problem;
      failures += 1;
      const beyond = failures > tolerance.count && (failures * 100) / iterations.length > tolerance.percentage;
      if (beyond) throw tolerance.count > 0 || tolerance.percentage > 0 ? thresholdExceeded() : problem;
    }
  };
  const line = async (): Promise<void> => {
    while (next < iterations.length && cancellation.reason === undefined) {
      next += 1;
      await one(next - 1);
    }
    if (cancellation.reason !== undefined) throw cancellation.reason;
  };
  return { line, outputs: () => [...succeeded].sort(([a], [b]) => a - b).map(([, output]) => output) };
};

const thresholdExceeded = (): StateFailure =>
  new StateFailure('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded');

/** A distributed iteration is an execution of its own: own history, no outer variables. */
const iterationWalk = (state: MapState, walk: Walk, iteration: Iteration, cancellation: Cancellation): Walk => {
  const own = inside(walk, cancellation, { Map: iteration.context });
  if (state.ItemProcessor.ProcessorConfig?.Mode !== 'DISTRIBUTED') return own;
  return { ...own, variables: {}, history: makeHistory(walk.host.now), lastEvent: 0 };
};
