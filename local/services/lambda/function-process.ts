// One process of a function, with its bundle loaded: messages in, messages out, and how it ended.
import type { World } from '../../world.ts';
import type { Threads } from './threads.ts';
import { failureReport, type FromWorker, type ToWorker } from './worker/messages.ts';

export interface ProcessCode {
  readonly functionName: string;
  readonly directory: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFormat: 'Text' | 'JSON';
}

export type Started = Extract<FromWorker, { readonly kind: 'ready' | 'failed-to-start' }>;

export interface FunctionProcess {
  /** An invocation has it, running or waiting. */
  busy: boolean;
  /** It has ended: no invocation can have it any more. */
  readonly dead: boolean;
  /** Answers to requests an invocation did not wait for; the next one finds them, as a thawed process does. */
  readonly late: ToWorker[];
  /** How the invocation that has the process now tells it something in its turn; undefined while it is frozen. */
  tell: ((message: ToWorker) => void) | undefined;
  /** `ready`, or why the bundle could not be loaded. */
  readonly started: Promise<Started>;
  post(message: ToWorker): void;
  /** Sets who hears the process from now on; what it said while it was frozen comes first. */
  listen(listener: (message: FromWorker) => void): void;
  /** Nobody hears the process until the next invocation. */
  freeze(): void;
  end(): void;
}

/** Begins the nth process of that function; its chance is seeded by that number. */
export const startProcess = (world: World, code: ProcessCode, number: number, threads: Threads): FunctionProcess => {
  const heard: FromWorker[] = [];
  let listener: ((message: FromWorker) => void) | undefined;
  let settle: (started: Started) => void = () => undefined;
  const started = new Promise<Started>((resolve) => {
    settle = resolve;
  });
  let isStarted = false;
  let dead = false;
  const failed = (error: Error): void => settle({ kind: 'failed-to-start', error: failureReport(error) });
  const hear = (message: FromWorker): void => {
    dead ||= message.kind === 'ended';
    if (message.kind === 'ready' || message.kind === 'failed-to-start') {
      isStarted = true;
      settle(message);
    } else if (listener !== undefined) listener(message);
    else if (message.kind === 'log' || (message.kind === 'request' && isStarted)) heard.push(message);
    else if (message.kind === 'ended') failed(new Error(`the process ended while it started: ${message.why}`));
    // A request now would wait for a world that waits for it.
    else if (message.kind === 'request') failed(new Error(`the module asks ${message.host} while it loads: that is not simulated`));
  };
  const seat = threads.seat(hear);
  const { directory, handler, environment, logFormat } = code;
  const seed = `${world.random.seed}/${code.functionName}/${number}`;
  seat.post({ kind: 'start', directory, handler, environment, logFormat, seed, now: world.clock.now });
  return {
    busy: false,
    get dead() {
      return dead;
    },
    late: [],
    tell: undefined,
    started,
    post: seat.post,
    listen: (next) => {
      listener = next;
      for (const message of heard.splice(0)) next(message);
    },
    freeze: () => {
      listener = undefined;
    },
    end: seat.leave,
  };
};
