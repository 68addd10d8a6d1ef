// One worker thread with a function's bundle loaded: messages in, messages out, and how it ended.
import type { Worker } from 'node:worker_threads';
import type { World } from '../../world.ts';
import { failureReport, type FromWorker, type ToWorker, type WorkerSetup } from './worker/messages.ts';

export interface WorkerCode {
  readonly functionName: string;
  readonly directory: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFormat: 'Text' | 'JSON';
}

export type ThreadMessage = FromWorker | { readonly kind: 'ended'; readonly why: string };

export type Started = Extract<FromWorker, { readonly kind: 'ready' | 'failed-to-start' }>;

export interface Thread {
  /** An invocation has it, running or waiting. */
  busy: boolean;
  /** Its process has ended: no invocation can have it any more. */
  readonly dead: boolean;
  /** Answers to requests an invocation did not wait for; the next one finds them, as a thawed process does. */
  readonly late: ToWorker[];
  /** How the invocation that has the thread now tells it something in its turn; undefined while the thread is frozen. */
  tell: ((message: ToWorker) => void) | undefined;
  /** `ready`, or why the bundle could not be loaded. */
  readonly started: Promise<Started>;
  post(message: ToWorker): void;
  /** Sets who hears the thread from now on; what it said while it was frozen comes first. */
  listen(listener: (message: ThreadMessage) => void): void;
  /** Nobody hears the thread until the next invocation. */
  freeze(): void;
  end(): Promise<unknown>;
}

/** Gives the worker its function, as the nth of that function's threads; its chance is seeded by that number. */
export const startThread = (world: World, code: WorkerCode, number: number, worker: Worker): Thread => {
  const heard: ThreadMessage[] = [];
  let listener: ((message: ThreadMessage) => void) | undefined;
  let settle: (started: Started) => void = () => undefined;
  const started = new Promise<Started>((resolve) => {
    settle = resolve;
  });
  let isStarted = false;
  let dead = false;
  const failed = (error: Error): void => settle({ kind: 'failed-to-start', error: failureReport(error) });
  const hear = (message: ThreadMessage): void => {
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
  worker.on('message', hear);
  worker.on('error', (error: Error) => hear({ kind: 'ended', why: error.message }));
  worker.on('exit', (status) => hear({ kind: 'ended', why: `exit status ${status}` }));
  const { directory, handler, environment, logFormat } = code;
  const seed = `${world.random.seed}/${code.functionName}/${number}`;
  const setup: WorkerSetup = { directory, handler, environment, logFormat, seed, now: world.clock.now };
  worker.postMessage(setup);
  return {
    busy: false,
    get dead() {
      return dead;
    },
    late: [],
    tell: undefined,
    started,
    post: (message) => worker.postMessage(message),
    listen: (next) => {
      listener = next;
      for (const message of heard.splice(0)) next(message);
    },
    freeze: () => {
      listener = undefined;
    },
    end: () => worker.terminate(),
  };
};
