// The functions that have run: each version's host, its execution environments, its log and its metrics, made on first use.
import type { Caller } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { makeMinuteCounter, type MinuteCounter } from '../minute-counter.ts';
import { makeBundleHost } from './bundle-host.ts';
import { environmentOf } from './environment-variables.ts';
import { makeEnvironments, type Environments } from './environments.ts';
import { throttled } from './failures.ts';
import { makeFunctionLog, type FunctionLog } from './function-log.ts';
import type { Configuration, FunctionRecord } from './functions.ts';
import type { FunctionHost } from './hosting.ts';
import { makeInProcessHost } from './in-process-host.ts';
import { makeThreads, type Threads } from './threads.ts';
import { makeTurnstile, type Turnstile } from './turnstile.ts';

export type LambdaMetric = 'Invocations' | 'Errors' | 'Throttles';

export interface RunningFunction {
  readonly functionName: string;
  readonly host: FunctionHost;
  readonly environments: Environments;
  readonly log: FunctionLog;
  /** Invocations so far, for faults. */
  invocations: number;
}

export interface RunningFunctions {
  of(configuration: Configuration): RunningFunction;
  /** Throws TooManyRequestsException when the function's reserved concurrency is used up. */
  admit(record: FunctionRecord): void;
  count(metric: LambdaMetric, functionName: string): void;
  /** New code or configuration: the next invocation starts afresh. */
  replaced(configuration: Configuration): void;
  close(): Promise<void>;
}

/** The role's session is named after the function, as Lambda does. */
export const callerOf = ({ roleArn, functionName }: Configuration): Caller => ({ kind: 'role', roleArn, session: functionName });

const keyOf = ({ functionName, version }: Configuration): string => `${functionName}:${version}`;

const makeHost = (world: World, turnstile: Turnstile, threads: Threads, configuration: Configuration): FunctionHost => {
  const { functionName, description, handler, logFormat, assetHash } = configuration;
  const directory = assetHash === undefined ? undefined : world.assets.get(assetHash);
  const environment = environmentOf(world, configuration, directory);
  const inProcess = makeInProcessHost(world, { functionName, description, environment, directory }, callerOf(configuration));
  if (inProcess !== undefined) return inProcess;
  if (directory === undefined) {
    throw new Error(`no code for function ${functionName}: its asset ${assetHash ?? '(none)'} is not among the world's assets`);
  }
  return makeBundleHost(world, turnstile, threads, { functionName, directory, handler, environment, logFormat });
};

const makeCount = (world: World): RunningFunctions['count'] => {
  const counters = new Map<string, MinuteCounter>();
  return (metric, functionName) => {
    const key = `${functionName}/${metric}`;
    let counter = counters.get(key);
    if (counter === undefined) {
      counter = makeMinuteCounter(world, { namespace: 'AWS/Lambda', name: metric, dimensions: { FunctionName: functionName } });
      counters.set(key, counter);
    }
    counter.add();
  };
};

export const makeRunningFunctions = (world: World): RunningFunctions => {
  const turnstile = makeTurnstile(world.clock);
  const threads = makeThreads();
  const running = new Map<string, RunningFunction>();
  const random = world.random.stream('lambda');
  const count = makeCount(world);
  const start = (configuration: Configuration): RunningFunction => {
    const host = makeHost(world, turnstile, threads, configuration);
    return {
      functionName: configuration.functionName,
      host,
      environments: makeEnvironments(world.clock, random, configuration.version),
      log: makeFunctionLog(world, configuration, callerOf(configuration)),
      invocations: 0,
    };
  };
  return {
    count,
    of: (configuration) => {
      const key = keyOf(configuration);
      const known = running.get(key);
      if (known !== undefined) return known;
      const started = start(configuration);
      running.set(key, started);
      return started;
    },
    admit: ({ name, reservedConcurrency }) => {
      if (reservedConcurrency === undefined) return;
      const versions = [...running.values()].filter(({ functionName }) => functionName === name);
      const active = versions.reduce((sum, { environments }) => sum + environments.active(), 0);
      if (active < reservedConcurrency) return;
      count('Throttles', name);
      throw throttled();
    },
    replaced: (configuration) => {
      const key = keyOf(configuration);
      const before = running.get(key);
      running.delete(key);
      before?.host.retire();
    },
    close: threads.close,
  };
};
