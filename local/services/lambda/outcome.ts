// What an invocation answers, in Lambda's own words for errors, timeouts and dead processes.
import type { Configuration } from './functions.ts';
import type { HostOutcome } from './hosting.ts';
import type { FailureReport } from './worker/messages.ts';

export type InvokeOutcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string; readonly trace: readonly string[] };

export type FailedOutcome = Extract<InvokeOutcome, { readonly ok: false }>;

const failure = ({ errorType, errorMessage, trace }: FailureReport): InvokeOutcome => ({ ok: false, errorType, errorMessage, trace });

export const outcomeOf = (outcome: HostOutcome, requestId: string, { timeoutSeconds }: Configuration): InvokeOutcome => {
  const said = (errorType: string, message: string): InvokeOutcome =>
    failure({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}`, trace: [] });
  switch (outcome.kind) {
    case 'answered':
      return { ok: true, payload: outcome.payload };
    case 'failed':
      return failure(outcome.error);
    case 'crashed':
      return said('Runtime.ExitError', `Runtime exited with error: ${outcome.message}`);
    case 'timed-out':
      return said('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
  }
};

/** The process did not survive the invocation: the next one starts cold. */
export const processIsGone = ({ kind }: HostOutcome): boolean => kind === 'crashed' || kind === 'timed-out';
