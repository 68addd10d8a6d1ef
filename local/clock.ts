// Virtual time: one total order of events, time stands still while real work is in flight, and a guard against loops that never move time.
import { eventQueue, type Entry } from './event-queue.ts';

export type Cancel = () => void;

export interface Clock {
  /** Virtual milliseconds since 1970. */
  readonly now: number;
  /** Runs `fn` at that instant (at once, after what is already due, when it has passed); a daemon never keeps `settle` waiting. Answers how to cancel it. */
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
}

export interface ClockOptions {
  readonly start: number;
  /** Events at one single instant before the guard speaks. */
  readonly sameInstantLimit?: number;
  /** Real milliseconds a piece of real work may take before the guard speaks. */
  readonly workLimit?: number;
}

const DAY = 86_400_000;
const SAME_INSTANT_LIMIT = 100_000;
const WORK_LIMIT = 60_000;

/** Lets every promise that can go on without real input go on: the microtask queue is empty when a new turn of the event loop begins. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface State {
  now: number;
  sequence: number;
  running: boolean;
  sameInstant: number;
  failure: { readonly error: unknown } | undefined;
  readonly inFlight: Map<Promise<unknown>, string>;
}

/** Waits until no promise can go on by itself and no real work is in flight. */
const quiet = async (state: State, workLimit: number): Promise<void> => {
  await turn();
  while (state.inFlight.size > 0) {
    const labels = [...state.inFlight.values()].join(', ');
    let watchdog: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
      watchdog = setTimeout(() => reject(new Error(`real work still in flight after ${workLimit} ms: ${labels}`)), workLimit);
    });
    try {
      await Promise.race([Promise.allSettled([...state.inFlight.keys()]), overdue]);
    } finally {
      clearTimeout(watchdog);
    }
    await turn();
  }
};

const guard = (state: State, entry: Entry, limit: number): void => {
  if (entry.time > state.now) {
    state.now = entry.time;
    state.sameInstant = 0;
    return;
  }
  state.sameInstant += 1;
  if (state.sameInstant > limit) {
    throw new Error(`more than ${limit} events at ${new Date(state.now).toISOString()}: time does not move, last event: ${entry.label || 'without label'}`);
  }
};

const rethrowFailure = (state: State): void => {
  const { failure } = state;
  if (failure === undefined) return;
  state.failure = undefined;
  throw failure.error;
};

export const makeClock = ({ start, sameInstantLimit = SAME_INSTANT_LIMIT, workLimit = WORK_LIMIT }: ClockOptions): Clock => {
  const queue = eventQueue();
  const state: State = { now: start, sequence: 0, running: false, sameInstant: 0, failure: undefined, inFlight: new Map() };
  const fail = (error: unknown): void => {
    state.failure ??= { error };
  };
  const schedule = (time: number, run: () => unknown, label: string, daemon: boolean): Cancel => {
    if (Number.isNaN(time)) throw new Error(`an event needs an instant: ${label || 'without label'}`);
    const entry: Entry = { time: Math.max(time, state.now), sequence: state.sequence, label, daemon, run, cancelled: false };
    state.sequence += 1;
    queue.push(entry);
    return () => {
      entry.cancelled = true;
    };
  };
  const step = async (entry: Entry): Promise<void> => {
    guard(state, entry, sameInstantLimit);
    const answer = entry.run();
    if (answer instanceof Promise) answer.catch(fail);
    await quiet(state, workLimit);
    rethrowFailure(state);
  };
  /** The loop behind run, finish and settle: goes on while `until` gives an instant that the next event does not exceed. */
  const drive = async (until: number, done: () => boolean): Promise<void> => {
    if (state.running) throw new Error('the clock is running already: await the promise itself inside an event');
    state.running = true;
    try {
      await quiet(state, workLimit);
      rethrowFailure(state);
      for (let next = queue.peek(); next !== undefined && next.time <= until && !done(); next = queue.peek()) {
        queue.pop();
        await step(next);
      }
    } finally {
      state.running = false;
    }
  };
  const every = (milliseconds: number, fn: () => unknown, label = ''): Cancel => {
    let cancel: Cancel = () => undefined;
    const arm = (): void => {
      cancel = schedule(state.now + milliseconds, () => { arm(); return fn(); }, label, true);
    };
    arm();
    return () => cancel();
  };
  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = schedule(state.now + milliseconds, () => { signal?.removeEventListener('abort', abort); resolve(); }, 'sleep', false);
      const abort = (): void => { cancel(); reject(signal?.reason); };
      signal?.addEventListener('abort', abort, { once: true });
    });
  const work = <T>(promise: Promise<T>, label = 'work'): Promise<T> => {
    state.inFlight.set(promise, label);
    const finished = (): void => void state.inFlight.delete(promise);
    promise.then(finished, finished);
    return promise;
  };
  const finish = async <T>(promise: Promise<T>, limit = 30 * DAY): Promise<T> => {
    let settled = false;
    const mark = (): void => { settled = true; };
    promise.then(mark, mark);
    await drive(state.now + limit, () => settled);
    if (!settled) throw new Error(`nothing more happens until ${new Date(state.now + limit).toISOString()}, and the promise did not settle`);
    return promise;
  };
  return {
    get now() { return state.now; },
    at: (time, fn, label = '', daemon = false) => schedule(time, fn, label, daemon),
    after: (milliseconds, fn, label = '') => schedule(state.now + milliseconds, fn, label, false),
    every,
    sleep,
    work,
    run: async (until) => {
      await drive(until, () => false);
      state.now = Math.max(state.now, until);
      state.sameInstant = 0;
    },
    finish,
    settle: (limit = 30 * DAY) => drive(state.now + limit, () => queue.pending() === 0),
    pending: () => queue.pending(),
  };
};
