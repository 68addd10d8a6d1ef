// Runs a state machine: follows states until one ends, retries and catches, and says how the execution closed.
import { makeCancellation } from './cancellation.ts';
import type { Branch, ChoiceState, FailState, Machine, State, WaitState } from './definition.ts';
import { evaluate, evaluateNumber, evaluateString } from './expressions.ts';
import { Abandoned, queryFailure, StateFailure } from './failure.ts';
import { makeHistory, type History, type HistoryEvent } from './history.ts';
import { runMap } from './map.ts';
import { runParallel } from './parallel.ts';
import { catcherFor, retryDelay } from './recovery.ts';
import { runTask } from './task.ts';
import { frameOf, leave, limitPayload, record, waitUntil, type Host, type Walk } from './walk.ts';

/** How an execution closed. */
export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; readonly error: string | undefined; readonly cause: string | undefined };

/** Where a redriven execution goes on: the state that did not succeed, with what it had (aws-facts F, RedriveExecution). */
export interface Resume {
  readonly state: string;
  readonly input: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Execution {
  readonly outcome: Promise<Outcome>;
  readonly history: History;
  /** The top-level state the execution stands in, or stood in when it ended. */
  readonly standing: () => Resume;
  readonly stop: (error?: string, cause?: string) => void;
}

export interface ExecutionInput {
  readonly machine: Machine;
  readonly input: unknown;
  /** Context object: Execution and StateMachine. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly roleArn: string;
  readonly host: Host;
  /** Milliseconds between the start and the first state. */
  readonly startLatency?: number;
  readonly redrive?: { readonly from: Resume; readonly events: readonly HistoryEvent[]; readonly count: number };
}

/** Starts an execution; it runs until something has to wait for virtual time or for the world. */
export const execute = ({ machine, input, context, roleArn, host, redrive, startLatency = 0 }: ExecutionInput): Execution => {
  const history = makeHistory(host.now, redrive?.events);
  const cancellation = makeCancellation();
  const walk: Walk = {
    host,
    history,
    cancellation,
    context,
    variables: redrive?.from.variables ?? {},
    lastEvent: redrive?.events.length ?? 0,
  };
  let standing: Resume = redrive?.from ?? { state: machine.StartAt, input, variables: {} };
  const follow = async (): Promise<unknown> => {
    if (redrive === undefined) {
      record(walk, 'ExecutionStarted', { input, roleArn });
      // In AWS's histories the first state, too, has no event before it.
      walk.lastEvent = 0;
    } else record(walk, 'ExecutionRedriven', { redriveCount: redrive.count });
    if (startLatency > 0) await waitUntil(walk, host.now() + startLatency, 'execution start');
    return walkStates(machine, standing.state, standing.input, walk, (state, stateInput) => {
      standing = { state, input: stateInput, variables: walk.variables };
    });
  };
  return {
    outcome: close(follow(), machine, walk),
    history,
    standing: () => standing,
    stop: (error, cause) => cancellation.cancel(new Abandoned('ABORTED', error, cause)),
  };
};

const close = async (result: Promise<unknown>, machine: Machine, walk: Walk): Promise<Outcome> => {
  const { host, cancellation } = walk;
  const expire = (): void => cancellation.cancel(new Abandoned('TIMED_OUT', 'States.Timeout'));
  const stopTimer =
    machine.TimeoutSeconds === undefined ? undefined : host.at(host.now() + machine.TimeoutSeconds * 1000, expire, 'execution timeout');
  try {
    const output = await result;
    record(walk, 'ExecutionSucceeded', { output });
    return { status: 'SUCCEEDED', output };
  } catch (problem) {
    return closeUnsuccessful(problem, walk);
  } finally {
    stopTimer?.();
  }
};

const closeUnsuccessful = (problem: unknown, walk: Walk): Outcome => {
  if (problem instanceof Abandoned && problem.status !== 'SIBLING') {
    const type = problem.status === 'TIMED_OUT' ? 'ExecutionTimedOut' : 'ExecutionAborted';
    record(walk, type, { error: problem.error, cause: problem.reason });
    return { status: problem.status, error: problem.error, cause: problem.reason };
  }
  if (!(problem instanceof StateFailure)) throw problem;
  record(walk, 'ExecutionFailed', { error: problem.error, cause: problem.reason });
  return { status: 'FAILED', error: problem.error, cause: problem.reason };
};

/** Follows the states of a machine, a branch or an iteration from one of them to an end; answers the last output. */
export const walkStates = async (
  branch: Branch,
  startAt: string,
  input: unknown,
  walk: Walk,
  entering?: (state: string, input: unknown) => void,
): Promise<unknown> => {
  let name = startAt;
  let value = input;
  for (;;) {
    const state = branch.States[name];
    if (state === undefined) throw new StateFailure('States.Runtime', `The state '${name}' does not exist.`, false);
    if (walk.cancellation.reason !== undefined) throw walk.cancellation.reason;
    entering?.(name, value);
    const step = await runState(name, state, value, walk);
    if (step.next === undefined) return step.output;
    name = step.next;
    value = step.output;
  }
};

interface Step {
  readonly output: unknown;
  /** Undefined at the end. */
  readonly next: string | undefined;
}

const runState = async (name: string, state: State, input: unknown, walk: Walk): Promise<Step> => {
  record(walk, `${state.Type}StateEntered`, { name, input });
  walk.host.transition('entered', name, state.Type);
  const entered = { Name: name, EnteredTime: new Date(walk.host.now()).toISOString(), RetryCount: 0 };
  const context: Record<string, unknown> = { ...walk.context, State: entered };
  const states = { input, context };
  try {
    switch (state.Type) {
      case 'Pass':
        return { output: await leave(walk, { name, type: 'Pass' }, state, states, input), next: state.Next };
      case 'Succeed':
        return { output: await leave(walk, { name, type: 'Succeed' }, state, states, input), next: undefined };
      case 'Fail':
        throw await failing(state, walk, states);
      case 'Wait':
        await waiting(state, walk, states);
        return { output: await leave(walk, { name, type: 'Wait' }, state, states, input), next: state.Next };
      case 'Choice':
        return await choosing(name, state, walk, states);
      case 'Task':
      case 'Parallel':
      case 'Map':
        return await recovering(name, state, walk, states, entered);
    }
  } catch (problem) {
    if (problem instanceof Abandoned) record(walk, `${state.Type}StateAborted`);
    throw problem;
  }
};

type States = Readonly<Record<string, unknown>>;

const failing = async (state: FailState, walk: Walk, states: States): Promise<StateFailure> => {
  const frame = frameOf(walk, states);
  const error = state.Error === undefined ? undefined : await evaluateString(state.Error, 'Error', frame);
  const cause = state.Cause === undefined ? undefined : await evaluateString(state.Cause, 'Cause', frame);
  return new StateFailure(error, cause);
};

const waiting = async (state: WaitState, walk: Walk, states: States): Promise<void> => {
  const frame = frameOf(walk, states);
  if (state.Seconds !== undefined) {
    const seconds = await evaluateNumber(state.Seconds, 'Seconds', frame);
    if (seconds < 0 || seconds > 99_999_999)
      throw queryFailure(`The field 'Seconds' must be between 0 and 99999999, but it is ${seconds}.`);
    return waitUntil(walk, walk.host.now() + seconds * 1000, 'wait');
  }
  const timestamp = await evaluateString(state.Timestamp, 'Timestamp', frame);
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(instant)) throw queryFailure(`The field 'Timestamp' must be an RFC 3339 timestamp, but it is '${timestamp}'.`);
  return waitUntil(walk, instant, 'wait');
};

const choosing = async (name: string, state: ChoiceState, walk: Walk, states: States): Promise<Step> => {
  const at = { name, type: 'Choice' };
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    const holds = await evaluate(rule.Condition, field, frameOf(walk, states));
    if (typeof holds !== 'boolean') throw queryFailure(`The field '${field}' must be a boolean, but it is ${JSON.stringify(holds)}.`);
    if (holds) return { output: await leave(walk, at, rule, states, states.input), next: rule.Next };
  }
  if (state.Default === undefined) throw new StateFailure('States.NoChoiceMatched', `No choice rule of the state '${name}' matched.`);
  return { output: await leave(walk, at, state, states, states.input), next: state.Default };
};

type Recovering = Extract<State, { readonly Type: 'Task' | 'Parallel' | 'Map' }>;

const attempt = (name: string, state: Recovering, walk: Walk, states: Record<string, unknown>): Promise<unknown> => {
  switch (state.Type) {
    case 'Task':
      return runTask(name, state, walk, states);
    case 'Parallel':
      return runParallel(state, walk, states);
    case 'Map':
      return runMap(name, state, walk, states);
  }
};

/** Task, Parallel and Map: retried by their Retry rules (each with its own count), then caught by their Catch rules. */
const recovering = async (name: string, state: Recovering, walk: Walk, states: States, entered: { RetryCount: number }): Promise<Step> => {
  const at = { name, type: state.Type };
  const retries: number[] = [];
  for (;;) {
    try {
      const result = await attempt(name, state, walk, { ...states });
      limitPayload(result, `The state '${name}'`);
      return { output: await leave(walk, at, state, { ...states, result }, result), next: state.Next };
    } catch (problem) {
      if (!(problem instanceof StateFailure) || walk.cancellation.reason !== undefined) throw problem;
      const delay = retryDelay(state, problem, retries, walk.host.chance);
      if (delay !== undefined) {
        entered.RetryCount += 1;
        walk.host.transition('retried', name, state.Type);
        await waitUntil(walk, walk.host.now() + delay * 1000, 'retry');
        continue;
      }
      const catcher = catcherFor(state, problem);
      if (catcher === undefined) throw problem;
      const errorOutput = { Error: problem.error, Cause: problem.reason };
      return { output: await leave(walk, at, catcher, { ...states, errorOutput }, errorOutput), next: catcher.Next };
    }
  }
};
