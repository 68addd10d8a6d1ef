// Keeps one worker thread warm without a function, so that the next function to start need not wait for a thread to begin.
import { Worker } from 'node:worker_threads';
import { workerEntry } from './worker-code.ts';

export interface SpareThreads {
  /** A thread that waits to be told its function. */
  take(): Worker;
  close(): Promise<void>;
}

const begin = (): Worker => {
  const worker = new Worker(workerEntry(), { env: {}, execArgv: [], stdout: true, stderr: true });
  worker.unref();
  return worker;
};

/** Nothing is started before the first `take`. */
export const makeSpareThreads = (): SpareThreads => {
  let spare: Worker | undefined;
  return {
    take: () => {
      const taken = spare ?? begin();
      spare = begin();
      return taken;
    },
    close: async () => {
      await spare?.terminate();
      spare = undefined;
    },
  };
};
