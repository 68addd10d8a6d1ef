// One worker thread with a function's bundle loaded: messages in, messages out, and how it ended.
import { Worker } from 'node:worker_threads';
import type { World } from '../../world.ts';
import { workerEntry } from './worker-code.ts';
import { failureReport, type FromWorker, type ToWorker, type WorkerSetup } from './worker/messages.ts';

export interface WorkerCode {
  readonly functionName: string;
  readonly directory: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFormat: 'Text' | 'JSON';
}

export type ThreadMessage = FromWorker | { readonly kind: 'ended'; readonly why: string };

export interface Thread {
  /** An invocation has it, running or waiting. */
  busy: boolean;
  /** Answers to requests an invocation did not wait for; the next one finds them, as a thawed process does. */
  readonly late: ToWorker[];
  /** `ready`, or why the bundle could not be loaded. */
  readonly started: Promise<FromWorker>;
  post(message: ToWorker): void;
  /** Sets who hears the thread from now on. */
  listen(listener: (message: ThreadMessage) => void): void;
  end(): Promise<unknown>;
}

/** Starts the function's nth thread; its chance is seeded by that number. */
export const startThread = (world: World, code: WorkerCode, number: number): Thread => {
  const { functionName, directory, handler, logFormat, environment } = code;
  const seed = `${world.random.seed}/${functionName}/${number}`;
  const workerData: WorkerSetup = { directory, handler, logFormat, seed, now: world.clock.now };
  const worker = new Worker(workerEntry(), { env: { ...environment }, workerData, execArgv: [], stdout: true, stderr: true });
  let listener: (message: ThreadMessage) => void = () => undefined;
  const started = new Promise<FromWorker>((resolve) => {
    const failed = (error: Error): void => resolve({ kind: 'failed-to-start', error: failureReport(error) });
    worker.once('message', resolve);
    worker.once('error', failed);
    worker.once('exit', (status) => failed(new Error(`the process ended with status ${status} while it started`)));
  });
  worker.on('message', (message: FromWorker) => listener(message));
  worker.on('error', (error: Error) => listener({ kind: 'ended', why: error.message }));
  worker.on('exit', (status) => listener({ kind: 'ended', why: `exit status ${status}` }));
  worker.unref();
  return {
    busy: false,
    late: [],
    started,
    post: (message) => worker.postMessage(message),
    listen: (next) => {
      listener = next;
    },
    end: () => worker.terminate(),
  };
};
