// Wraps an SDK error with what was tried on which resource; the name stays AWS's own so that state machines can match it.

/** Runs one AWS call; a failure keeps its name and gains operation and resource (errors carry operation, resource and cause). */
export const attempt = async <T>(operation: string, resource: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (cause) {
    const original = cause instanceof Error ? cause : new Error(String(cause));
    const error = new Error(`${operation} on ${resource}: ${original.message}`, { cause });
    error.name = original.name;
    throw error;
  }
};

/** The AWS error name of anything thrown, `Unknown` when it has none. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Unknown');
