// The history of one execution: AWS's event names, ids from 1, and the limit at which AWS ends an execution.
import { StateFailure } from './failure.ts';

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Virtual milliseconds. */
  readonly timestamp: number;
  /** AWS's event type, e.g. `TaskStateEntered`. */
  readonly type: string;
  /** Values as they were, not yet as JSON text; never changed afterwards. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

export interface History {
  readonly events: readonly HistoryEvent[];
  /** Adds an event and answers its id; fails the execution when only the closing event still fits (aws-facts F: 25,000). */
  add(type: string, previousEventId: number, details?: Readonly<Record<string, unknown>>): number;
}

/** Most events an execution of a Standard workflow may have (aws-facts F). */
export const historyLimit = 25_000;

const closing: ReadonlySet<string> = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);

export const makeHistory = (now: () => number, earlier: readonly HistoryEvent[] = []): History => {
  const events = [...earlier];
  return {
    events,
    add(type, previousEventId, details) {
      if (events.length >= historyLimit - 1 && !closing.has(type)) {
        throw new StateFailure('States.Runtime', `The execution reached the maximum number of history events (${historyLimit}).`, false);
      }
      const id = events.length + 1;
      events.push({ id, previousEventId, timestamp: now(), type, details });
      return id;
    },
  };
};
