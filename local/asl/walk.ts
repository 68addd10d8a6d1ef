// What travels along while an execution goes from state to state, and the rules every state shares: leaving, size limits, variables.
import type { Cancellation } from './cancellation.ts';
import type { Template } from './definition.ts';
import { StateFailure } from './failure.ts';
import { evaluate, type Frame } from './expressions.ts';
import type { Surroundings } from './functions.ts';
import type { History } from './history.ts';

/** How a Task reaches the world: the service integration behind a resource. */
export interface TaskCall {
  /** Resource without its pattern suffix, e.g. `arn:aws:states:::lambda:invoke`. */
  readonly resource: string;
  readonly pattern: 'request' | 'sync' | 'waitForTaskToken';
  /** Number after `.sync:`, 1 when there is none. */
  readonly syncVersion: number;
  readonly arguments: unknown;
  /** Task token, only for `waitForTaskToken`. */
  readonly token: string | undefined;
  readonly cancellation: Cancellation;
  /** Tells that the request was accepted and the answer is awaited. */
  readonly submitted: (output: unknown) => void;
  /** Restarts the heartbeat timer. */
  readonly beat: () => void;
}

/** What an execution needs from the world around it. */
export interface Host extends Surroundings {
  /** Calls back at a virtual instant; the answer cancels. */
  readonly at: (instant: number, callback: () => void, label: string) => () => void;
  readonly task: (call: TaskCall) => Promise<unknown>;
  readonly newToken: () => string;
  /** Told of each state entered and each retry: what Step Functions bills as a transition. */
  readonly transition: (kind: 'entered' | 'retried', name: string, type: string) => void;
}

/** One line of control: the execution itself, a branch, or an iteration. */
export interface Walk {
  readonly host: Host;
  readonly history: History;
  readonly cancellation: Cancellation;
  /** Context object without the part that belongs to the current state. */
  readonly context: Readonly<Record<string, unknown>>;
  variables: Readonly<Record<string, unknown>>;
  lastEvent: number;
}

/** A line of control inside another: sees the outer variables, keeps its own (aws docs "workflow variables", scope). */
export const inside = (walk: Walk, cancellation: Cancellation, context: Readonly<Record<string, unknown>> = {}): Walk => ({
  host: walk.host,
  history: walk.history,
  cancellation,
  context: { ...walk.context, ...context },
  variables: walk.variables,
  lastEvent: walk.lastEvent,
});

export const record = (walk: Walk, type: string, details?: Readonly<Record<string, unknown>>): void => {
  walk.lastEvent = walk.history.add(type, walk.lastEvent, details);
};

export const frameOf = (walk: Walk, states: Readonly<Record<string, unknown>>): Frame => ({
  states,
  variables: walk.variables,
  surroundings: walk.host,
});

interface Leaving {
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Output?: Template;
}

/**
 * Output and Assign of a state, a choice rule or a catcher. Both see the variables as they were before (aws-facts F).
 * Answers the output; `usual` is the output when none is written.
 */
export const leave = async (
  walk: Walk,
  at: { readonly name: string; readonly type: string },
  spec: Leaving,
  states: Readonly<Record<string, unknown>>,
  usual: unknown,
): Promise<unknown> => {
  const frame = frameOf(walk, states);
  const assigned = spec.Assign === undefined ? undefined : ((await evaluate(spec.Assign, 'Assign', frame)) as Record<string, unknown>);
  const output = spec.Output === undefined ? usual : await evaluate(spec.Output, 'Output', frame);
  limitPayload(output, `The state '${at.name}'`);
  if (assigned !== undefined) {
    limitPayload(assigned, `The variables assigned by the state '${at.name}'`);
    walk.variables = { ...walk.variables, ...assigned };
  }
  record(walk, `${at.type}StateExited`, { name: at.name, output, assignedVariables: assigned });
  return output;
};

/** Largest input or output of a state, in bytes of UTF-8 JSON (aws-facts F, S). */
export const payloadLimit = 262_144;

const measured = new WeakSet<object>();

/** Ends the execution with States.DataLimitExceeded when a payload is too large; payloads are measured once. */
export const limitPayload = (value: unknown, whose: string): void => {
  if (typeof value === 'object' && value !== null) {
    if (measured.has(value)) return;
    measured.add(value);
  } else if (typeof value !== 'string') {
    return;
  }
  const text = JSON.stringify(value);
  if (text.length * 3 <= payloadLimit || Buffer.byteLength(text) <= payloadLimit) return;
  throw new StateFailure(
    'States.DataLimitExceeded',
    `${whose} returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
};

/** Waits until a virtual instant, or rejects with the reason when given up meanwhile. */
export const waitUntil = (walk: Walk, instant: number, label: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let forget: () => void = () => undefined;
    const stop = walk.host.at(
      instant,
      () => {
        forget();
        resolve();
      },
      label,
    );
    forget = walk.cancellation.onCancel((reason) => {
      stop();
      reject(reason);
    });
  });
