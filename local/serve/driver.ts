// Moves a running world's time: follows real time at a speed, stands, steps or jumps, and lets requests in at the present instant.
import { performance } from 'node:perf_hooks';
import type { Clock } from '../clock.ts';
import type { Trail } from '../trail.ts';

export type Mode = 'playing' | 'paused' | 'jumping';

export interface Driver {
  readonly mode: Mode;
  /** Virtual seconds per real second. */
  readonly speed: number;
  /** Faults of the rehearsal itself, oldest first: the world went on after each. */
  readonly problems: readonly Problem[];
  play(speed?: number): void;
  /** Stands still; a jump or step under way ends where it is. Resolves once time stands. */
  pause(): Promise<void>;
  setSpeed(speed: number): void;
  /** Goes on for that long, or to the next line in the trail; then the world stands. */
  step(milliseconds?: number): Promise<void>;
  /** Goes to an instant as fast as it can, then plays or stands as before. */
  jump(until: number): Promise<void>;
  /** Runs work at the present instant, after what is already due, and answers what it answers. */
  enter<T>(work: () => T | Promise<T>, label: string): Promise<T>;
  /** Resolves when everything due at the present instant has run as far as it can without time. */
  drained(): Promise<void>;
  /** Calls back when mode, speed or instant changed, until cancelled. */
  follow(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface Problem {
  /** Virtual milliseconds since 1970. */
  readonly at: number;
  readonly message: string;
}

export interface DriverOptions {
  readonly clock: Clock;
  readonly trail: Trail;
  readonly speed: number;
  readonly paused: boolean;
}

/** A place time must get to as fast as it can. */
interface Goal {
  readonly reached: () => boolean;
  /** How far time may go at most. */
  readonly until: () => number;
  readonly resolve: () => void;
}

/** Real milliseconds between looks at the clock while the world plays. */
const TICK = 20;
/** Virtual milliseconds run at once at most: requests and a pause come between. */
const SLICE = 600_000;
/** Real milliseconds the world may lag behind before it gives up catching up. */
const LAG = 250;
const WEEK = 7 * 86_400_000;
/** Problems kept for readers. */
const KEPT = 100;

interface DriverState {
  readonly options: DriverOptions;
  mode: 'playing' | 'paused';
  speed: number;
  closed: boolean;
  /** Real and virtual instant from which playing counts. */
  anchor: { readonly real: number; readonly virtual: number };
  readonly goals: Goal[];
  readonly problems: Problem[];
  readonly listeners: Set<() => void>;
  /** Resolve after the present run of the clock. */
  drained: (() => void)[];
  /** The run of the clock under way: it goes to its own end. */
  run: Promise<void>;
  /** Ends the loop's rest. */
  wake: () => void;
  isDue: boolean;
}

const changed = (state: DriverState): void => {
  for (const listener of state.listeners) listener();
};

const anchorHere = (state: DriverState): void => {
  state.anchor = { real: performance.now(), virtual: state.options.clock.now };
};

/** Where time should be now; undefined when there is nothing to do. */
const target = (state: DriverState): number | undefined => {
  const { clock } = state.options;
  const goal = state.goals[0];
  if (goal !== undefined) return Math.min(goal.until(), clock.now + SLICE);
  if (state.mode === 'playing') {
    const wanted = state.anchor.virtual + (performance.now() - state.anchor.real) * state.speed;
    if (wanted - clock.now > LAG * state.speed) anchorHere(state);
    return Math.floor(Math.min(Math.max(wanted, clock.now), clock.now + SLICE));
  }
  return state.isDue ? clock.now : undefined;
};

const noteProblem = ({ problems, options: { clock, trail } }: DriverState, error: unknown): void => {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  problems.push({ at: clock.now, message });
  if (problems.length > KEPT) problems.shift();
  trail.add({ kind: 'fault', who: 'rehearsal', what: error instanceof Error ? error.message : String(error) });
};

const runTo = async (state: DriverState, until: number): Promise<void> => {
  state.isDue = false;
  const waiting = state.drained;
  state.drained = [];
  try {
    await state.options.clock.run(until);
  } catch (error) {
    // A running world outlives what one of its parts does wrong: it is noted for state, trail and tests.
    noteProblem(state, error);
  }
  for (const resolve of waiting) resolve();
};

const finishGoals = (state: DriverState): void => {
  while (state.goals[0]?.reached() === true) {
    state.goals.shift()?.resolve();
    anchorHere(state);
  }
};

/** Rests a tick while the world plays, else until something wants the clock. */
const rest = (state: DriverState): Promise<void> =>
  new Promise((resolve) => {
    const timer = state.mode === 'playing' ? setTimeout(resolve, TICK) : undefined;
    state.wake = () => {
      clearTimeout(timer);
      resolve();
    };
    if (state.isDue || state.goals.length > 0 || state.closed) state.wake();
  });

const loop = async (state: DriverState): Promise<void> => {
  while (!state.closed) {
    const before = state.options.clock.now;
    const until = target(state);
    if (until !== undefined) await (state.run = runTo(state, until));
    finishGoals(state);
    if (state.options.clock.now !== before) changed(state);
    if (state.goals.length === 0 && !state.isDue) await rest(state);
  }
};

const goTo = (state: DriverState, goal: Omit<Goal, 'resolve'>): Promise<void> =>
  new Promise((resolve) => {
    state.goals.push({ ...goal, resolve });
    changed(state);
    state.wake();
  });

const enter = <T>(state: DriverState, work: () => T | Promise<T>, label: string): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const { clock } = state.options;
    const run = (): Promise<void> => Promise.resolve().then(work).then(resolve, reject);
    clock.at(clock.now, run, label, true);
    state.isDue = true;
    state.wake();
  });

const pause = async (state: DriverState): Promise<void> => {
  state.mode = 'paused';
  for (const { resolve } of state.goals.splice(0)) resolve();
  await state.run;
  changed(state);
  state.wake();
};

const step = async (state: DriverState, milliseconds: number | undefined): Promise<void> => {
  const { clock, trail } = state.options;
  state.mode = 'paused';
  await state.run;
  const end = clock.now + (milliseconds ?? WEEK);
  const before = trail.entries.length;
  if (milliseconds !== undefined) return goTo(state, { reached: () => clock.now >= end, until: () => end });
  const reached = (): boolean => trail.entries.length > before || clock.now >= end;
  return goTo(state, { reached, until: () => Math.min(clock.next() ?? end, end) });
};

/** Starts moving the world's time; nothing else may run its clock from now on. */
export const makeDriver = (options: DriverOptions): Driver => {
  const { clock } = options;
  const state: DriverState = {
    options,
    mode: options.paused ? 'paused' : 'playing',
    speed: options.speed,
    closed: false,
    anchor: { real: performance.now(), virtual: clock.now },
    goals: [],
    problems: [],
    listeners: new Set(),
    drained: [],
    run: Promise.resolve(),
    wake: () => undefined,
    isDue: false,
  };
  const change = (what: () => void): void => {
    what();
    anchorHere(state);
    changed(state);
    state.wake();
  };
  const setSpeed = (speed: number): void => change(() => void (state.speed = speed));
  const ended = loop(state);
  return {
    get mode() {
      return state.goals.length > 0 ? 'jumping' : state.mode;
    },
    get speed() {
      return state.speed;
    },
    problems: state.problems,
    play: (speed) => change(() => void ((state.mode = 'playing'), (state.speed = speed ?? state.speed))),
    pause: () => pause(state),
    setSpeed,
    step: (milliseconds) => step(state, milliseconds),
    jump: (until) => goTo(state, { reached: () => clock.now >= until, until: () => until }),
    enter: (work, label) => enter(state, work, label),
    drained: () => new Promise((resolve) => { state.drained.push(resolve); state.isDue = true; state.wake(); }),
    follow: (listener) => {
      state.listeners.add(listener);
      return () => void state.listeners.delete(listener);
    },
    close: async () => {
      state.closed = true;
      state.wake();
      await ended;
      for (const { resolve } of state.goals.splice(0)) resolve();
    },
  };
};
