// A function's process among others in one thread: what is its own (environment, clock, chance, network, output) follows its code around.
import { syncBuiltinESMExports } from 'node:module';
import { failureReport, type FromWorker } from './messages.ts';
import type { RandomStream } from '../../../randomness.ts';
import type { Network } from './virtual-network.ts';
import type { VirtualTime } from './virtual-time.ts';

const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** What a process on Lambda has for itself. */
export interface FunctionProcess {
  environment: NodeJS.ProcessEnv;
  readonly time: VirtualTime;
  readonly chance: RandomStream;
  readonly network: Network;
  /** Writes a line of output. */
  readonly line: (line: string) => void;
  readonly logFormat: 'Text' | 'JSON';
  /** Of the invocation under way, or the last one. */
  requestId: string;
  readonly post: (message: FromWorker) => void;
}

const inside = new AsyncLocalStorage<FunctionProcess>();
let latest: FunctionProcess | undefined;

/** Runs code as this process; everything it sets off, however late, belongs to it too. */
export const runAs = (owner: FunctionProcess, run: () => void): void => {
  latest = owner;
  inside.run(owner, run);
};

/** The process whose code runs now. */
export const current = (): FunctionProcess => {
  const owner = inside.getStore() ?? latest;
  if (owner === undefined) throw new Error('no function runs in this thread');
  return owner;
};

/** A process that exits or fails beyond repair ends alone, as it would on Lambda: the others in the thread go on. */
const installEnds = (): void => {
  const end = (why: string): void => current().post({ kind: 'ended', why });
  process.exit = (status?: number | string | null): never => {
    end(`exit status ${status ?? process.exitCode ?? 0}`);
    throw new Error('the process has exited');
  };
  process.on('uncaughtException', (error: unknown) => end(failureReport(error).errorMessage));
};

/** One object for all, as modules keep what they import of `node:process`: what it holds is that of the process that asks. */
const environments = new Proxy<NodeJS.ProcessEnv>({}, {
  get: (_, name) => Reflect.get(current().environment, name),
  set: (_, name, value) => Reflect.set(current().environment, name, String(value)),
  has: (_, name) => Reflect.has(current().environment, name),
  deleteProperty: (_, name) => Reflect.deleteProperty(current().environment, name),
  ownKeys: () => Reflect.ownKeys(current().environment),
  getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(current().environment, name),
});

/** Gives each process its own `process.env` and its own end; call once, before the first bundle is loaded. */
export const installProcesses = (): void => {
  Object.defineProperty(process, 'env', {
    get: () => environments,
    set: (environment: NodeJS.ProcessEnv) => { current().environment = { ...environment }; },
  });
  installEnds();
  syncBuiltinESMExports();
};
