// Runs a function's own bundle in worker threads: real code, real wire format, virtual time, one thread at work at a time.
import type { World } from '../../world.ts';
import { converse } from './conversation.ts';
import type { FunctionHost, HostOutcome, HostRun } from './hosting.ts';
import type { SpareThreads } from './spare-threads.ts';
import { startThread, type Thread, type WorkerCode } from './thread.ts';
import type { Turnstile } from './turnstile.ts';

const NO_WORK = { awsCalls: 0, outsideCalls: 0 };

/** Threads are started when an invocation finds none free, kept warm, and dropped after a crash or a timeout. */
export const makeWorkerHost = (world: World, turnstile: Turnstile, spares: SpareThreads, code: WorkerCode): FunctionHost => {
  const { functionName } = code;
  const threads = new Set<Thread>();
  let number = 0;
  let retired = false;
  const drop = (thread: Thread): void => {
    threads.delete(thread);
    void thread.end();
  };
  const freeThread = (): Thread => {
    for (const thread of threads) if (thread.dead && !thread.busy) drop(thread);
    const free = [...threads].find(({ busy }) => !busy);
    if (free !== undefined) return free;
    number += 1;
    const started = startThread(world, code, number, spares.take());
    threads.add(started);
    return started;
  };
  const run = async (asked: HostRun): Promise<HostOutcome> => {
    const leave = await turnstile.enter(functionName);
    const thread = freeThread();
    thread.busy = true;
    const first = await thread.started;
    if (first.kind === 'failed-to-start') {
      drop(thread);
      leave();
      return { kind: 'failed', error: first.error, work: NO_WORK };
    }
    const { outcome, alive } = await converse({ world, turnstile, functionName, thread, run: asked }, leave);
    thread.busy = false;
    if (!alive || retired) drop(thread);
    return outcome;
  };
  return {
    run,
    retire: () => {
      retired = true;
      for (const thread of threads) if (!thread.busy) drop(thread);
    },
    close: async () => {
      await Promise.all([...threads].map((thread) => thread.end()));
      threads.clear();
    },
  };
};
