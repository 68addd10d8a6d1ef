// What people read of an execution that failed: Step Functions gives `{Error, Cause}`, and the cause of a function is JSON with its message.

/** The message within the cause, or the cause itself where it is words already. */
export const causeMessage = (cause: string | null | undefined): string => {
  const written = /"errorMessage":("(?:[^"\\]|\\.)*")/.exec(cause ?? '')?.[1];
  return written === undefined ? (cause ?? '') : (JSON.parse(written) as string);
};
