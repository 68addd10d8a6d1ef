// What runs a function's code: its bundle in a worker thread, or its source in process. Both answer in the same terms.
import type { LogText } from '../logs/group.ts';
import type { FailureReport, InvocationContext } from './worker/messages.ts';

export interface HostRun {
  readonly event: unknown;
  readonly context: InvocationContext;
  /** Virtual instant at which Lambda gives up. */
  readonly deadline: number;
  /** Counted over the function's life, for faults. */
  readonly invocation: number;
  readonly log: (line: LogText) => void;
}

/** Requests the code made, for its modelled duration. */
export interface Work {
  readonly awsCalls: number;
  readonly outsideCalls: number;
}

export type HostOutcome =
  | { readonly kind: 'answered'; readonly payload: unknown; readonly work: Work }
  | { readonly kind: 'failed'; readonly error: FailureReport; readonly work: Work }
  /** The process ended: killed, out of memory, process.exit. */
  | { readonly kind: 'crashed'; readonly message: string; readonly work: Work }
  | { readonly kind: 'timed-out'; readonly work: Work };

export interface FunctionHost {
  run(run: HostRun): Promise<HostOutcome>;
  /** New code has replaced this one: invocations under way end, nothing new begins. */
  retire(): void;
}
