// The Lambda runtime of one worker thread: virtual time, chance and network first, then the bundle, then invocations as they come.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { failureReport, type FromWorker, type ToWorker, type WorkerSetup } from './messages.ts';
import { installOutput } from './output.ts';
import { installVirtualNetwork } from './virtual-network.ts';
import { installVirtualRandomness } from './virtual-randomness.ts';
import { installVirtualTime } from './virtual-time.ts';

type Handler = (event: unknown, context: unknown, callback?: (error: unknown, result?: unknown) => void) => unknown;
type Invoke = Extract<ToWorker, { kind: 'invoke' }>;

/** Turns of the event loop without anything to do before the handler counts as waiting. */
const QUIET_TURNS = 2;

const setup = workerData as WorkerSetup;
const later = globalThis.setImmediate;
const post = (message: FromWorker): void => parentPort!.postMessage(message);

enableCompileCache();
const time = installVirtualTime(setup.now);
installVirtualRandomness(setup.seed);
const network = installVirtualNetwork(post);
let requestId = '';
let active = false;
let checking = false;
installOutput({ logFormat: setup.logFormat, now: () => time.now, requestId: () => requestId, line: (line) => post({ kind: 'log', line }) });

/** Real work of the process that no timer or request stands for: files being read, sockets. */
const REAL_WORK = /^(FS|Get|TCP|Pipe|Work|Zlib|Hash|Random|Scrypt|PBKDF2|Sign|Key)/i;
const realWork = (): boolean => process.getActiveResourcesInfo().some((name) => REAL_WORK.test(name));

/** Watches for the moment the handler waits for nothing but the world; due timers run first, in order. */
const watch = (quiet = 0): void => {
  checking = active;
  if (!active) return;
  if (time.immediates() > 0 || realWork()) later(() => watch());
  else if (quiet < QUIET_TURNS) later(() => watch(quiet + 1));
  else if (time.fire()) later(() => watch());
  else {
    checking = false;
    if (!network.asking()) post({ kind: 'parked', until: time.next() });
  }
};
const look = (): void => {
  if (!checking) watch();
};

const runtimeError = (name: string, message: string): Error => Object.assign(new Error(message), { name: `Runtime.${name}` });

const load = async (): Promise<Handler> => {
  const [file = '', name = ''] = setup.handler.split(/\.(?=[^.]+$)/);
  const found = ['mjs', 'js', 'cjs'].map((extension) => join(setup.directory, `${file}.${extension}`)).find(existsSync);
  if (found === undefined) throw runtimeError('ImportModuleError', `Error: Cannot find module '${file}'`);
  const exported = (await import(pathToFileURL(found).href)) as Record<string, unknown> & { default?: Record<string, unknown> };
  const handler = exported[name] ?? exported.default?.[name];
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${setup.handler} is undefined or not exported`);
  return handler as Handler;
};

const call = (handler: Handler, event: unknown, context: object): Promise<unknown> =>
  handler.length < 3
    ? Promise.resolve(handler(event, context))
    : new Promise((resolve, reject) => void handler(event, context, (error, result) => (error ? reject(error) : resolve(result))));

const invoke = async (handler: Handler, { event, context, deadline }: Invoke): Promise<void> => {
  active = true;
  requestId = context.awsRequestId;
  look();
  const remaining = { callbackWaitsForEmptyEventLoop: true, getRemainingTimeInMillis: () => Math.max(0, deadline - time.now) };
  try {
    const result = await call(handler, JSON.parse(event), { ...context, ...remaining });
    active = false;
    post({ kind: 'done', payload: JSON.stringify(result ?? null) });
  } catch (error) {
    active = false;
    post({ kind: 'failed', error: failureReport(error) });
  }
};

const serve = (handler: Handler) => (message: ToWorker): void => {
  time.set(message.now);
  switch (message.kind) {
    case 'invoke':
      void invoke(handler, message);
      return;
    case 'tick':
      look();
      return;
    case 'response':
    case 'no-response':
    case 'under-way':
      network.receive(message);
      look();
  }
};

try {
  parentPort!.on('message', serve(await load()));
  post({ kind: 'ready' });
} catch (error) {
  post({ kind: 'failed-to-start', error: failureReport(error) });
}
