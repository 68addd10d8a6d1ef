// Replaces Date and every timer of a thread by those of the process that asks: instants come from the world, and waiting moves its clock instead of real time.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { current } from './function-process.ts';

const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

interface Timer {
  readonly id: number;
  due: number;
  readonly every: number | undefined;
  readonly run: () => void;
}

export interface VirtualTime {
  readonly now: number;
  /** Sets the instant; it never goes back. */
  set(now: number): void;
  /** The next instant at which a timer is due. */
  next(): number | undefined;
  /** Runs the earliest timer that is due; false when none is. */
  fire(): boolean;
  /** Immediates the code has asked for that have not run yet. */
  immediates(): number;
  /** Milliseconds since the process began. */
  readonly age: number;
  readonly timers: Timers;
  /** Changes the number of immediates to come. */
  count(change: 1 | -1): void;
}

/** What setTimeout answers: Node's Timeout in everything a library asks of it. */
const handle = (timer: Timer, cancel: () => void, again: () => void) => {
  const answer = {
    ref: () => answer,
    unref: () => answer,
    hasRef: () => true,
    refresh: () => { again(); return answer; },
    close: () => { cancel(); return answer; },
    [Symbol.toPrimitive]: () => timer.id,
    [Symbol.dispose]: cancel,
  };
  return answer;
};

const isEarlier = (one: Timer, other: Timer): boolean => one.due < other.due || (one.due === other.due && one.id < other.id);

const makeTimers = (clock: { readonly now: number }) => {
  const waiting = new Map<number, Timer>();
  const ids = new WeakMap<object, number>();
  let lastId = 0;
  const start = (run: () => void, delay: number | undefined, repeat: boolean): object => {
    const milliseconds = Math.max(1, Number(delay) || 1);
    lastId += 1;
    const inContext = AsyncLocalStorage.snapshot();
    const timer: Timer = { id: lastId, due: clock.now + milliseconds, every: repeat ? milliseconds : undefined, run: () => inContext(run) };
    waiting.set(timer.id, timer);
    const cancel = (): void => void waiting.delete(timer.id);
    const again = (): void => { timer.due = clock.now + milliseconds; waiting.set(timer.id, timer); };
    const answer = handle(timer, cancel, again);
    ids.set(answer, timer.id);
    return answer;
  };
  const clear = (given: unknown): void => {
    const id = typeof given === 'object' && given !== null ? ids.get(given) : Number(given);
    if (id !== undefined) waiting.delete(id);
  };
  const earliest = (): Timer | undefined => {
    let found: Timer | undefined;
    for (const timer of waiting.values()) if (found === undefined || isEarlier(timer, found)) found = timer;
    return found;
  };
  const fire = (): boolean => {
    const timer = earliest();
    if (timer === undefined || timer.due > clock.now) return false;
    if (timer.every === undefined) waiting.delete(timer.id);
    else timer.due += timer.every;
    timer.run();
    return true;
  };
  return { start, clear, fire, next: () => earliest()?.due };
};

type Timers = ReturnType<typeof makeTimers>;
type AnyFunction = (...values: unknown[]) => void;

const installTimers = (): void => {
  const start = (run: AnyFunction, delay: number | undefined, repeat: boolean): object => current().time.timers.start(run, delay, repeat);
  const clear = (given: unknown): void => current().time.timers.clear(given);
  const setTimeout = (run: AnyFunction, delay?: number, ...values: unknown[]): object => start(() => run(...values), delay, false);
  const setInterval = (run: AnyFunction, delay?: number, ...values: unknown[]): object => start(() => run(...values), delay, true);
  const replaced = { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
  Object.assign(globalThis, replaced);
  Object.assign(timers, replaced);
  const wait = <T>(delay?: number, value?: T, options?: { readonly signal?: AbortSignal }): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const signal = options?.signal;
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(() => resolve(value), delay);
      signal?.addEventListener('abort', () => { clear(timer); reject(signal.reason); }, { once: true });
    });
  Object.assign(timersPromises, { setTimeout: wait, scheduler: { ...timersPromises.scheduler, wait: (delay: number) => wait(delay) } });
};

const installDate = (): void => {
  const RealDate = Date;
  const VirtualDate = class extends RealDate {
    constructor(...values: unknown[]) {
      if (values.length === 0) super(current().time.now);
      else super(...(values as [number]));
    }
    static override now(): number {
      return current().time.now;
    }
  };
  globalThis.Date = VirtualDate as DateConstructor;
};

/** Counts pending immediates, so that a process knows when its code has nothing left to do. */
const installImmediates = (): void => {
  const real = globalThis.setImmediate;
  const open = new WeakMap<object, VirtualTime>();
  const settle = (immediate: object): void => {
    open.get(immediate)?.count(-1);
    open.delete(immediate);
  };
  const realClear = globalThis.clearImmediate;
  const counted = (run: AnyFunction, ...values: unknown[]): NodeJS.Immediate => {
    const { time } = current();
    time.count(1);
    const immediate: NodeJS.Immediate = real(() => { settle(immediate); run(...values); });
    open.set(immediate, time);
    return immediate;
  };
  const clear = (immediate: NodeJS.Immediate | undefined): void => {
    if (immediate === undefined) return;
    settle(immediate);
    realClear(immediate);
  };
  Object.assign(globalThis, { setImmediate: counted, clearImmediate: clear });
  Object.assign(timers, { setImmediate: counted, clearImmediate: clear });
};

/** The clock and timers of one process, which begins at that instant (virtual milliseconds since 1970). */
export const makeVirtualTime = (start: number): VirtualTime => {
  const clock = { now: start };
  const virtual = makeTimers(clock);
  let immediates = 0;
  return {
    get now() { return clock.now; },
    get age() { return clock.now - start; },
    set: (now) => { clock.now = Math.max(clock.now, now); },
    next: virtual.next,
    fire: virtual.fire,
    timers: virtual,
    immediates: () => immediates,
    count: (change) => { immediates += change; },
  };
};

/** Installs virtual time; call before anything else is loaded into the thread. */
export const installVirtualTime = (): void => {
  installDate();
  installTimers();
  installImmediates();
  performance.now = () => current().time.age;
  syncBuiltinESMExports();
};
