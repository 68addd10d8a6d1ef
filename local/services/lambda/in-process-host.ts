// Runs a function from source in this process: its SDK clients are connected to the world, its timers and requests become virtual.
import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { connect } from '../../in-process.ts';
import { plainCopy } from '../../plain-copy.ts';
import type { Caller } from '../../simulated.ts';
import { readJson } from '../cloudformation/assembly.ts';
import type { HostedDoorHost, HostedFunction, World } from '../../world.ts';
import type { FunctionHost, HostOutcome, HostRun } from './hosting.ts';
import { respond } from './outgoing.ts';
import { failureReport } from './worker/messages.ts';
import { virtualClient, type Sending } from './worker/virtual-network.ts';

interface Invocation {
  readonly world: World;
  readonly functionName: string;
  readonly run: HostRun;
  readonly work: { awsCalls: number; outsideCalls: number };
  readonly crash: () => void;
  /** Answered, failed or dead: a frozen process makes no more calls and its timers do not run. */
  over: boolean;
}

const running = new AsyncLocalStorage<Invocation>();
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** Counts a call and lets the process die around it: nothing after a killed call ever runs. */
const aroundCall = async <T>(kind: 'awsCalls' | 'outsideCalls', call: () => Promise<T>): Promise<T> => {
  const invocation = running.getStore();
  if (invocation === undefined) return call();
  if (invocation.over) return never();
  const { world, functionName, run, work } = invocation;
  work[kind] += 1;
  const number = work.awsCalls + work.outsideCalls;
  const dies = (when: 'before-call' | 'after-call'): boolean =>
    world.faults.kills({ functionName, invocation: run.invocation, call: number, when });
  if (dies('before-call')) {
    invocation.crash();
    return never();
  }
  const answer = await call();
  if (!dies('after-call')) return answer;
  invocation.crash();
  return never();
};

const send = (world: World) => ({ message, respond: answered, fail }: Sending): void => {
  aroundCall('outsideCalls', () => respond(world, message)).then(answered, (error: Error) => fail(error.message));
};

type RealClient = (...given: never[]) => http.ClientRequest;

/** The real client outside of invocations, the virtual one inside. */
const insideOnly = (protocol: 'http:' | 'https:', endAtOnce: boolean, real: RealClient) =>
  (...given: [unknown, unknown?, unknown?]): http.ClientRequest => {
    const invocation = running.getStore();
    if (invocation === undefined) return real(...(given as unknown as never[]));
    return virtualClient(protocol, endAtOnce, send(invocation.world))(...given);
  };

let installed = false;

/** Makes timers and HTTP clients virtual for code that runs inside an invocation; all other code keeps the real ones. */
const installOnce = (): void => {
  if (installed) return;
  installed = true;
  const realTimeout = globalThis.setTimeout;
  const virtualTimeout = (run: (...values: unknown[]) => void, delay?: number, ...values: unknown[]): unknown => {
    const invocation = running.getStore();
    if (invocation === undefined) return realTimeout(run, delay, ...values);
    const fire = (): void => {
      if (!invocation.over) run(...values);
    };
    const cancel = invocation.world.clock.after(Math.max(1, Number(delay) || 1), fire, `${invocation.functionName} timer`);
    const handle = { [Symbol.dispose]: cancel, ref: () => handle, unref: () => handle, hasRef: () => true, close: cancel };
    return handle;
  };
  const realClear = globalThis.clearTimeout;
  const clear = (timer: NodeJS.Timeout | undefined): void => {
    const own = timer as unknown as { readonly close?: () => void; readonly refresh?: unknown } | undefined;
    if (own !== undefined && own.refresh === undefined && own.close !== undefined) own.close();
    else realClear(timer);
  };
  Object.assign(globalThis, { setTimeout: Object.assign(virtualTimeout, realTimeout), clearTimeout: clear });
  for (const [module, protocol] of [[http, 'http:'], [https, 'https:']] as const) {
    const { request, get } = module;
    Object.assign(module, { request: insideOnly(protocol, false, request), get: insideOnly(protocol, true, get) });
  }
  syncBuiltinESMExports();
};

const manifestOf = (directory: string | undefined): unknown => {
  const file = directory === undefined ? undefined : join(directory, 'platform.json');
  return file !== undefined && existsSync(file) ? readJson(file) : undefined;
};

const hostOf = (world: World, { environment, directory }: HostedFunction, caller: Caller): HostedDoorHost => {
  let manifest: { readonly value: unknown } | undefined;
  const counted: World = { ...world, call: (call) => aroundCall('awsCalls', () => world.call(call)) };
  return {
    environment,
    get manifest() {
      manifest ??= { value: manifestOf(directory) };
      return manifest.value;
    },
    now: () => world.clock.now,
    connect: (client) => void connect(client, counted, caller),
    log: {
      info: (message, facts) => {
        const at = world.clock.now;
        running.getStore()?.run.log(() => JSON.stringify({ level: 'INFO', message, timestamp: new Date(at).toISOString(), facts }));
      },
    },
  };
};

/** The in-process host of a function, when the world's `hosts` choose one for it. */
export const makeInProcessHost = (world: World, fn: HostedFunction, caller: Caller): FunctionHost | undefined => {
  const make = world.hosts(fn);
  if (make === undefined) return undefined;
  installOnce();
  let handler: ReturnType<typeof make> | undefined;
  return {
    run: (run) =>
      new Promise<HostOutcome>((resolve) => {
        const work = { awsCalls: 0, outsideCalls: 0 };
        const finish = (outcome: HostOutcome): void => {
          invocation.over = true;
          cancelDeadline();
          resolve(outcome);
        };
        const crash = (): void => {
          handler = undefined;
          finish({ kind: 'crashed', message: 'signal: killed', work });
        };
        const timeOut = (): void => {
          handler = undefined;
          finish({ kind: 'timed-out', work });
        };
        const cancelDeadline = world.clock.at(run.deadline, timeOut, `${fn.functionName} deadline`);
        const invocation: Invocation = { world, functionName: fn.functionName, run, work, crash, over: false };
        void running.run(invocation, async () => {
          try {
            handler ??= make(hostOf(world, fn, caller));
            const payload = await handler(plainCopy(run.event));
            finish({ kind: 'answered', payload: payload === undefined ? null : JSON.parse(JSON.stringify(payload)) as unknown, work });
          } catch (error) {
            finish({ kind: 'failed', error: failureReport(error), work });
          }
        });
      }),
    retire: () => undefined,
  };
};
