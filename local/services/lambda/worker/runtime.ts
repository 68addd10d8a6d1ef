// The Lambda runtime of one process: virtual time, chance and network first, then the bundle, then invocations as they come.
import { makeStream } from '../../../randomness.ts';
import { runAs, type FunctionProcess } from './function-process.ts';
import { loadHandler, type Handler } from './load-handler.ts';
import { failureReport, type FromWorker, type InvokeMessage, type StartMessage, type ToWorker } from './messages.ts';
import { makeNetwork, type Network } from './virtual-network.ts';
import { makeVirtualTime, type VirtualTime } from './virtual-time.ts';

/** Turns of the event loop without anything to do before the handler counts as waiting. */
const QUIET_TURNS = 2;
const later = globalThis.setImmediate;

/** Real work of the process that no timer or request stands for: files being read, sockets. */
const REAL_WORK = /^(FS|Get|TCP|Pipe|Work|Zlib|Hash|Random|Scrypt|PBKDF2|Sign|Key)/i;
const realWork = (): boolean => process.getActiveResourcesInfo().some((name) => REAL_WORK.test(name));

interface Watch {
  /** An invocation is under way. */
  active: boolean;
  /** Looks whether the handler waits for nothing but the world, and says so when it does. */
  look(): void;
}

const isDue = (time: VirtualTime): boolean => (time.next() ?? Number.POSITIVE_INFINITY) <= time.now;

/** Due timers run first, in order; only when nothing is left to do does the process count as parked. */
const makeWatch = (time: VirtualTime, network: Network, post: (message: FromWorker) => void): Watch => {
  let checking = false;
  const check = (quiet: number): void => {
    // The world answers what was asked before any time passes, and that begins another look.
    checking = watch.active && !(network.asking() && time.immediates() === 0 && !isDue(time));
    if (!checking) return;
    if (time.immediates() > 0 || realWork()) later(() => check(0));
    else if (quiet < QUIET_TURNS) later(() => check(quiet + 1));
    else if (time.fire()) later(() => check(0));
    else {
      checking = false;
      if (!network.asking()) post({ kind: 'parked', until: time.next() });
    }
  };
  const watch: Watch = {
    active: false,
    look: () => {
      if (!checking) check(0);
    },
  };
  return watch;
};

const makeInvoke = (handler: Handler, time: VirtualTime, watch: Watch, post: (message: FromWorker) => void) =>
  async ({ event, context, deadline }: InvokeMessage): Promise<void> => {
    watch.active = true;
    watch.look();
    const remaining = { callbackWaitsForEmptyEventLoop: true, getRemainingTimeInMillis: () => Math.max(0, deadline - time.now) };
    try {
      const result = await handler(JSON.parse(event), { ...context, ...remaining });
      watch.active = false;
      post({ kind: 'done', payload: JSON.stringify(result ?? null) });
    } catch (error) {
      watch.active = false;
      post({ kind: 'failed', error: failureReport(error) });
    }
  };

const serve = (owner: FunctionProcess, watch: Watch, handler: Handler): ((message: ToWorker) => void) => {
  const { time, network, post } = owner;
  const invoke = makeInvoke(handler, time, watch, post);
  return (message) => {
    time.set(message.now);
    if (message.kind === 'invoke') {
      owner.requestId = message.context.awsRequestId;
      void invoke(message);
      return;
    }
    if (message.kind !== 'tick') network.receive(message);
    watch.look();
  };
};

/** Begins a process: loads the bundle, says `ready` and serves invocations from then on; answers how it is told something. */
export const startRuntime = (start: StartMessage, post: (message: FromWorker) => void): ((message: ToWorker) => void) => {
  const { directory, handler: written, environment, logFormat, now, seed } = start;
  const time = makeVirtualTime(now);
  const network = makeNetwork(post);
  const owner: FunctionProcess = {
    environment: { ...environment },
    time,
    network,
    chance: makeStream(seed),
    logFormat,
    line: (line) => post({ kind: 'log', line }),
    requestId: '',
    post,
  };
  const watch = makeWatch(time, network, post);
  let receive: (message: ToWorker) => void = () => undefined;
  runAs(owner, () => {
    loadHandler(directory, written, seed).then(
      (handler) => {
        receive = serve(owner, watch, handler);
        post({ kind: 'ready' });
      },
      (error: unknown) => post({ kind: 'failed-to-start', error: failureReport(error) }),
    );
  });
  return (message) => runAs(owner, () => receive(message));
};
