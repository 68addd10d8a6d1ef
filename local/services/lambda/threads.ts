// Worker threads in which functions' processes live: a thread is dear to begin, so many processes share one, as they never work at the same time.
import { Worker } from 'node:worker_threads';
import { workerEntry } from './worker-code.ts';
import type { FromThread, FromWorker, ToThread } from './worker/messages.ts';

/** A process's place in a thread. */
export interface Seat {
  readonly post: (message: ToThread['message']) => void;
  /** The process is over; what it still says is not heard. */
  readonly leave: () => void;
}

export interface Threads {
  /** A place for one more process; `hear` gets what it says, and its end when the thread ends under it. */
  readonly seat: (hear: (message: FromWorker) => void) => Seat;
  readonly close: () => Promise<void>;
}

interface OpenThread {
  readonly worker: Worker;
  readonly seated: Map<number, (message: FromWorker) => void>;
  /** Processes that ever lived here: code once loaded into a thread stays in its memory. */
  taken: number;
  ended: boolean;
}

const SEATS = 48;

const begin = (): OpenThread => {
  const worker = new Worker(workerEntry(), { env: {}, execArgv: [], stdout: true, stderr: true });
  worker.unref();
  const thread: OpenThread = { worker, seated: new Map(), taken: 0, ended: false };
  const end = (why: string): void => {
    thread.ended = true;
    for (const hear of thread.seated.values()) hear({ kind: 'ended', why });
    thread.seated.clear();
  };
  worker.on('message', ({ from, message }: FromThread) => thread.seated.get(from)?.(message));
  worker.on('error', (error: Error) => end(error.message));
  worker.on('exit', (status) => end(`exit status ${status}`));
  return thread;
};

/** Nothing is started before the first process; `seats` is how many of them a thread takes over its life. */
export const makeThreads = (seats = SEATS): Threads => {
  const threads = new Set<OpenThread>();
  let open: OpenThread | undefined;
  const close = async (thread: OpenThread): Promise<void> => {
    threads.delete(thread);
    thread.seated.clear();
    await thread.worker.terminate();
  };
  const withRoom = (): OpenThread => {
    if (open === undefined || open.ended || open.taken === seats) {
      open = begin();
      threads.add(open);
    }
    return open;
  };
  return {
    seat: (hear) => {
      const thread = withRoom();
      thread.taken += 1;
      const number = thread.taken;
      thread.seated.set(number, hear);
      const post: Seat['post'] = (message) => thread.worker.postMessage({ to: number, message } satisfies ToThread);
      const leave = (): void => {
        if (!thread.seated.delete(number)) return;
        const hasRoom = thread === open && thread.taken < seats;
        if (hasRoom || thread.seated.size > 0) post({ kind: 'end' });
        else void close(thread);
      };
      return { post, leave };
    },
    close: async () => {
      open = undefined;
      await Promise.all([...threads].map(close));
    },
  };
};
