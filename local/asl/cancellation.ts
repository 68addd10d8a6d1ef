// A cheap tree of "stop what you are waiting for" signals: an execution, its branches and its tasks each hold one.

export interface Cancellation {
  /** The reason once cancelled, else undefined. */
  readonly reason: Error | undefined;
  /** Calls back once when cancelled (at once if it already is); the answer takes the callback away again. */
  onCancel(callback: (reason: Error) => void): () => void;
  cancel(reason: Error): void;
  /** Lets go of the parent, so that long loops do not collect dead children. */
  release(): void;
}

export const makeCancellation = (parent?: Cancellation): Cancellation => {
  const callbacks = new Set<(reason: Error) => void>();
  let reason: Error | undefined;
  let leaveParent: (() => void) | undefined;

  const cancel = (why: Error): void => {
    if (reason !== undefined) return;
    reason = why;
    const waiting = [...callbacks];
    callbacks.clear();
    for (const callback of waiting) callback(why);
  };
  const self: Cancellation = {
    get reason() {
      return reason;
    },
    onCancel(callback) {
      if (reason !== undefined) {
        callback(reason);
        return () => undefined;
      }
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    cancel,
    release: () => leaveParent?.(),
  };
  if (parent !== undefined) leaveParent = parent.onCancel(cancel);
  return self;
};
