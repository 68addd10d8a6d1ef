// Many calls at once, each with its own fate: one that fails never stops the others (S3).

export interface Settled<T> {
  readonly item: T;
  /** What went wrong, null when nothing did. */
  readonly error: string | null;
}

/** Runs over all items, so many at a time; answers in the order of the items. */
export const settleEach = async <T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<unknown>,
): Promise<readonly Settled<T>[]> => {
  const settled: Settled<T>[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    const some = items.slice(from, from + atOnce);
    const results = await Promise.allSettled(some.map(run));
    results.forEach((result, index) =>
      settled.push({
        item: some[index] as T,
        error: result.status === 'fulfilled' ? null : String((result.reason as Error).message ?? result.reason),
      }),
    );
  }
  return settled;
};

/** Runs over all items, so many at a time, and throws the first failure. */
export const mapEach = async <T, R>(items: readonly T[], atOnce: number, run: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) results.push(...(await Promise.all(items.slice(from, from + atOnce).map(run))));
  return results;
};
