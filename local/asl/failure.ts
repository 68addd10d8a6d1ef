// The error a state machine sees: an error name that Retry and Catch match, and a cause for people.

/** Errors that `States.ALL` does not match, because no state may recover from them (ASL "Error names"). */
const terminal: ReadonlySet<string> = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** A failure inside an execution. `recoverable: false` keeps Retry and Catch away even when the name would match. */
export class StateFailure extends Error {
  readonly error: string | undefined;
  readonly reason: string | undefined;
  readonly recoverable: boolean;

  constructor(error: string | undefined, cause: string | undefined, recoverable = true) {
    super(cause ?? error ?? 'state failed');
    this.name = 'StateFailure';
    this.error = error;
    this.reason = cause;
    this.recoverable = recoverable;
  }
}

/** Why an execution or a branch is given up from outside: it ends without its own Retry or Catch being asked. */
export class Abandoned extends Error {
  readonly status: 'ABORTED' | 'TIMED_OUT' | 'SIBLING';
  readonly error: string | undefined;
  readonly reason: string | undefined;

  constructor(status: Abandoned['status'], error?: string, cause?: string) {
    super(cause ?? status);
    this.name = 'Abandoned';
    this.status = status;
    this.error = error;
    this.reason = cause;
  }
}

/** True if one of the names of a Retry or Catch rule covers this failure, seen from a state of the given type. */
export const covers = (names: readonly string[], failure: StateFailure, stateType: string): boolean =>
  failure.recoverable && names.some((name) => coversOne(name, failure.error ?? '', stateType));

const coversOne = (name: string, error: string, stateType: string): boolean => {
  if (name === error) return true;
  if (name === 'States.ALL') return !terminal.has(error);
  if (name === 'States.TaskFailed') return stateType === 'Task' && error !== 'States.Timeout' && !terminal.has(error);
  return name === 'States.Timeout' && error === 'States.HeartbeatTimeout';
};

/** A failed or unsupported JSONata evaluation, in AWS's error name. */
export const queryFailure = (cause: string): StateFailure => new StateFailure('States.QueryEvaluationError', cause);
