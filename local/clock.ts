// Virtual time: one total order of events, time stands still while real work is in flight, and a guard against loops that never move time.
import { advance, newState, schedule, type Cancel, type ClockState } from './clock-loop.ts';

export type { Cancel } from './clock-loop.ts';

export interface Clock {
  /** Virtual milliseconds since 1970. */
  readonly now: number;
  /**
   * Runs `fn` at that instant (at once, after what is already due, when it has passed); a daemon never keeps `settle` waiting.
   * Answers how to cancel it.
   */
  at(time: number, fn: () => unknown, label?: string, daemon?: boolean): Cancel;
  after(milliseconds: number, fn: () => unknown, label?: string): Cancel;
  /** Runs `fn` every so often until cancelled; such a daemon never keeps `settle` waiting. */
  every(milliseconds: number, fn: () => unknown, label?: string): Cancel;
  /** A promise that resolves that much later in virtual time; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Marks real work (a worker thread, a file) in flight: virtual time stands still until it settles. */
  work<T>(promise: Promise<T>, label?: string): Promise<T>;
  /** Runs everything due until that instant; time then stands exactly there. */
  run(until: number): Promise<void>;
  /** Runs until the promise settles and answers what it answers; fails when `limit` milliseconds of virtual time pass first. */
  finish<T>(promise: Promise<T>, limit?: number): Promise<T>;
  /** Runs until nothing but daemons is left, at most `limit` milliseconds of virtual time. */
  settle(limit?: number): Promise<void>;
  /** Events still to come, daemons not counted. */
  pending(): number;
  /** Instant of the next event, daemons included; undefined when nothing is to come. */
  next(): number | undefined;
}

export interface ClockOptions {
  readonly start: number;
  /** Events at one single instant before the guard speaks. */
  readonly sameInstantLimit?: number;
  /** Real milliseconds a piece of real work may take before the guard speaks. */
  readonly workLimit?: number;
}

const MONTH = 30 * 86_400_000;
const SAME_INSTANT_LIMIT = 100_000;
const WORK_LIMIT = 60_000;

const every = (state: ClockState, milliseconds: number, fn: () => unknown, label: string): Cancel => {
  let cancel: Cancel = () => undefined;
  const arm = (): void => {
    cancel = schedule(state, state.now + milliseconds, run, label, true);
  };
  const run = (): unknown => {
    arm();
    return fn();
  };
  arm();
  return () => cancel();
};

const sleep = (state: ClockState, milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const wake = (): void => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const cancel = schedule(state, state.now + milliseconds, wake, 'sleep', false);
    const abort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });

const work = <T>(state: ClockState, promise: Promise<T>, label: string): Promise<T> => {
  state.inFlight.set(promise, label);
  const finished = (): void => void state.inFlight.delete(promise);
  promise.then(finished, finished);
  return promise;
};

const finish = async <T>(state: ClockState, promise: Promise<T>, limit: number): Promise<T> => {
  let settled = false;
  const mark = (): void => {
    settled = true;
  };
  promise.then(mark, mark);
  const until = state.now + limit;
  await advance(state, until, () => settled);
  if (!settled) throw new Error(`nothing more happens until ${new Date(until).toISOString()}, and the promise did not settle`);
  return promise;
};

const run = async (state: ClockState, until: number): Promise<void> => {
  await advance(state, until, () => false);
  state.now = Math.max(state.now, until);
  state.sameInstant = 0;
};

/** A clock that stands at `start` until something runs it. Only one `run`, `finish` or `settle` may be under way at a time. */
export const makeClock = ({ start, sameInstantLimit = SAME_INSTANT_LIMIT, workLimit = WORK_LIMIT }: ClockOptions): Clock => {
  const state = newState(start, sameInstantLimit, workLimit);
  return {
    get now() {
      return state.now;
    },
    at: (time, fn, label = '', daemon = false) => schedule(state, time, fn, label, daemon),
    after: (milliseconds, fn, label = '') => schedule(state, state.now + milliseconds, fn, label, false),
    every: (milliseconds, fn, label = '') => every(state, milliseconds, fn, label),
    sleep: (milliseconds, signal) => sleep(state, milliseconds, signal),
    work: (promise, label = 'work') => work(state, promise, label),
    run: (until) => run(state, until),
    finish: (promise, limit = MONTH) => finish(state, promise, limit),
    settle: (limit = MONTH) => advance(state, state.now + limit, () => state.pending === 0),
    pending: () => state.pending,
    next: () => state.queue.peek()?.time,
  };
};
