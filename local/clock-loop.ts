// The clock's loop: takes events in order, lets each one's promises go as far as they can, and waits for real work before time moves.
import { eventQueue, type Entry, type EventQueue } from './event-queue.ts';

export type Cancel = () => void;

export interface ClockState {
  now: number;
  sequence: number;
  running: boolean;
  /** Events run at the present instant. */
  sameInstant: number;
  /** Events to come that are neither cancelled nor daemons. */
  pending: number;
  failure: { readonly error: unknown } | undefined;
  readonly inFlight: Map<Promise<unknown>, string>;
  readonly queue: EventQueue;
  readonly sameInstantLimit: number;
  readonly workLimit: number;
}

export const newState = (now: number, sameInstantLimit: number, workLimit: number): ClockState => ({
  now,
  sequence: 0,
  running: false,
  sameInstant: 0,
  pending: 0,
  failure: undefined,
  inFlight: new Map(),
  queue: eventQueue(),
  sameInstantLimit,
  workLimit,
});

/** Puts an event into the order: by time, then by asking. */
export const schedule = (state: ClockState, time: number, run: () => unknown, label: string, daemon: boolean): Cancel => {
  if (Number.isNaN(time)) throw new Error(`an event needs an instant: ${label || 'without label'}`);
  const entry: Entry = { time: Math.max(time, state.now), sequence: state.sequence, label, daemon, run, over: false };
  state.sequence += 1;
  if (!daemon) state.pending += 1;
  state.queue.push(entry);
  return () => close(state, entry);
};

/** An event that ran or was cancelled counts no more. */
const close = (state: ClockState, entry: Entry): void => {
  if (entry.over) return;
  entry.over = true;
  if (!entry.daemon) state.pending -= 1;
};

/** Lets every promise go on that can without real input: a new turn of the event loop begins with no microtask left. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const waitForWork = async ({ inFlight, workLimit }: ClockState): Promise<void> => {
  const labels = [...inFlight.values()].join(', ');
  let watchdog: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    watchdog = setTimeout(() => reject(new Error(`real work still in flight after ${workLimit} ms: ${labels}`)), workLimit);
  });
  try {
    await Promise.race([Promise.allSettled(inFlight.keys()), overdue]);
  } finally {
    clearTimeout(watchdog);
  }
};

/** Waits until no promise can go on by itself and no real work is in flight; then throws what failed meanwhile. */
const quiet = async (state: ClockState): Promise<void> => {
  await turn();
  while (state.inFlight.size > 0) {
    await waitForWork(state);
    await turn();
  }
  const { failure } = state;
  state.failure = undefined;
  if (failure !== undefined) throw failure.error;
};

const moveTo = (state: ClockState, entry: Entry): void => {
  if (entry.time > state.now) {
    state.now = entry.time;
    state.sameInstant = 0;
    return;
  }
  state.sameInstant += 1;
  if (state.sameInstant <= state.sameInstantLimit) return;
  const instant = new Date(state.now).toISOString();
  const last = entry.label || 'without label';
  throw new Error(`more than ${state.sameInstantLimit} events at ${instant}: time does not move, last event: ${last}`);
};

/** Runs events until the next one lies beyond `until` or `done` says so. Throws the first error of an event, sleeping ones included. */
export const advance = async (state: ClockState, until: number, done: () => boolean): Promise<void> => {
  if (state.running) throw new Error('the clock is running already: await the promise itself inside an event');
  state.running = true;
  const fail = (error: unknown): void => {
    state.failure ??= { error };
  };
  try {
    await quiet(state);
    for (let next = state.queue.peek(); next !== undefined && next.time <= until && !done(); next = state.queue.peek()) {
      state.queue.pop();
      close(state, next);
      moveTo(state, next);
      const answer = next.run();
      if (answer instanceof Promise) answer.catch(fail);
      await quiet(state);
    }
  } finally {
    state.running = false;
  }
};
