// Runs a function's own bundle in worker threads: real code, real wire format, virtual time, one thread at work at a time.
import { Worker } from 'node:worker_threads';
import type { Cancel } from '../../clock.ts';
import type { World } from '../../world.ts';
import type { FunctionHost, HostOutcome, HostRun } from './hosting.ts';
import { isAwsRequest, respond } from './outgoing.ts';
import type { Turnstile } from './turnstile.ts';
import { workerEntry } from './worker-code.ts';
import type { FromWorker, RequestMessage, ToWorker, WorkerSetup } from './worker/messages.ts';

export interface WorkerCode {
  readonly functionName: string;
  readonly directory: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFormat: 'Text' | 'JSON';
}

interface Thread {
  busy: boolean;
  /** Answers to requests an invocation did not wait for; the next one finds them, as a thawed process does. */
  readonly late: ToWorker[];
  readonly started: Promise<FromWorker>;
  post(message: ToWorker): void;
  listen(listener: (message: FromWorker | { readonly kind: 'ended'; readonly why: string }) => void): void;
  end(): Promise<unknown>;
}

const startThread = (world: World, code: WorkerCode, number: number): Thread => {
  const setup: WorkerSetup = {
    directory: code.directory, handler: code.handler, logFormat: code.logFormat, now: world.clock.now,
    seed: `${world.random.seed}/${code.functionName}/${number}`,
  };
  const worker = new Worker(workerEntry(), { env: { ...code.environment }, workerData: setup, execArgv: [], stdout: true, stderr: true });
  let listener: Parameters<Thread['listen']>[0] = () => undefined;
  const started = new Promise<FromWorker>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error: Error) => resolve({ kind: 'failed-to-start', error: { errorType: error.name, errorMessage: error.message, trace: [] } }));
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
    listen: (next) => { listener = next; },
    end: () => worker.terminate(),
  };
};

/** Whether a promise settles without time or real input: within the current turn of the event loop. */
const settlesNow = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  const mark = (): void => { settled = true; };
  promise.then(mark, mark);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
};

interface Conversation {
  readonly world: World;
  readonly turnstile: Turnstile;
  readonly code: WorkerCode;
  readonly thread: Thread;
  readonly run: HostRun;
}

/** One invocation on one thread, from its event to its outcome. */
const converse = ({ world, turnstile, code, thread, run }: Conversation, entered: () => void): Promise<HostOutcome & { readonly dead?: boolean }> =>
  new Promise((resolve) => {
    const { clock } = world;
    const work = { awsCalls: 0, outsideCalls: 0 };
    let leave: (() => void) | undefined = entered;
    let over = false;
    let cancelTick: Cancel = () => undefined;
    const release = (): void => {
      leave?.();
      leave = undefined;
    };
    const finish = (outcome: HostOutcome & { readonly dead?: boolean }): void => {
      if (over) return;
      over = true;
      cancelTick();
      cancelDeadline();
      thread.listen(() => undefined);
      release();
      resolve(outcome);
    };
    const crash = (message: string): void => finish({ kind: 'crashed', message, work, dead: true });
    const cancelDeadline = clock.at(run.deadline, () => finish({ kind: 'timed-out', work, dead: true }), `${code.functionName} deadline`);
    /** Takes a turn of real work to tell the thread something; without effect when the invocation ended meanwhile. */
    const tell = async (message: () => ToWorker): Promise<void> => {
      const granted = await turnstile.enter(code.functionName);
      if (over) return granted();
      leave = granted;
      thread.post(message());
    };
    const wait = (until: number | undefined): void => {
      release();
      cancelTick();
      if (until !== undefined) cancelTick = clock.at(until, () => tell(() => ({ kind: 'tick', now: clock.now })), `${code.functionName} timer`);
    };
    const kills = (when: 'before-call' | 'after-call'): boolean =>
      world.faults.kills({ functionName: code.functionName, invocation: run.invocation, call: work.awsCalls + work.outsideCalls, when });
    const request = async (message: RequestMessage): Promise<void> => {
      if (isAwsRequest(message)) work.awsCalls += 1;
      else work.outsideCalls += 1;
      if (kills('before-call')) return crash('signal: killed');
      const answered: Promise<ToWorker> = respond(world, message).then(
        ({ status, headers, body }) => ({ kind: 'response', id: message.id, now: clock.now, status, headers, body }),
        (error: Error) => ({ kind: 'no-response', id: message.id, now: clock.now, message: error.message }),
      );
      const atOnce = await settlesNow(answered);
      if (!atOnce && !over) thread.post({ kind: 'under-way', id: message.id, now: clock.now });
      const response = await answered;
      if (over) return void thread.late.push(response);
      if (kills('after-call')) return crash('signal: killed');
      if (atOnce) thread.post(response);
      else await tell(() => ({ ...response, now: clock.now }));
    };
    thread.listen((message) => {
      switch (message.kind) {
        case 'ready': return;
        case 'failed-to-start': return finish({ kind: 'failed', error: message.error, work, dead: true });
        case 'log': return run.log(message.line);
        case 'request': return void request(message);
        case 'parked': return wait(message.until);
        case 'done': return finish({ kind: 'answered', payload: JSON.parse(message.payload) as unknown, work });
        case 'failed': return finish({ kind: 'failed', error: message.error, work });
        case 'ended': return crash(message.why);
      }
    });
    for (const message of thread.late.splice(0)) thread.post({ ...message, now: clock.now });
    thread.post({ kind: 'invoke', now: clock.now, event: JSON.stringify(run.event ?? null), deadline: run.deadline, context: run.context });
  });

export const makeWorkerHost = (world: World, turnstile: Turnstile, code: WorkerCode): FunctionHost => {
  const threads = new Set<Thread>();
  let number = 0;
  const freeThread = (): Thread => {
    const free = [...threads].find(({ busy }) => !busy);
    if (free !== undefined) return free;
    number += 1;
    const started = startThread(world, code, number);
    threads.add(started);
    return started;
  };
  const drop = (thread: Thread): void => {
    threads.delete(thread);
    void thread.end();
  };
  return {
    run: async (run) => {
      const leave = await turnstile.enter(code.functionName);
      const thread = freeThread();
      thread.busy = true;
      const first = await thread.started;
      if (first.kind === 'failed-to-start') {
        drop(thread);
        leave();
        return { kind: 'failed', error: first.error, work: { awsCalls: 0, outsideCalls: 0 } };
      }
      const { dead, ...outcome } = await converse({ world, turnstile, code, thread, run }, leave);
      thread.busy = false;
      if (dead) drop(thread);
      return outcome;
    },
    reset: () => {
      for (const thread of threads) drop(thread);
    },
    close: async () => {
      await Promise.all([...threads].map((thread) => thread.end()));
      threads.clear();
    },
  };
};
