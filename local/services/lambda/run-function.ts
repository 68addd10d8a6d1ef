// One invocation from event to answer: concurrency, cold start, the code itself, its modelled time, logs, metrics and the bill.
import { AwsError, type Caller } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { makeMinuteCounter, type MinuteCounter } from '../minute-counter.ts';
import { initDuration, workDuration } from './durations.ts';
import { makeEnvironments, type Environments, type ExecutionEnvironment } from './environments.ts';
import { environmentOf } from './environment-variables.ts';
import type { Configuration, Resolved } from './functions.ts';
import type { FunctionHost, HostOutcome } from './hosting.ts';
import { makeInProcessHost } from './in-process-host.ts';
import { makeFunctionLog, type FunctionLog } from './function-log.ts';
import { makeTurnstile } from './turnstile.ts';
import type { FailureReport } from './worker/messages.ts';
import { makeWorkerHost } from './worker-host.ts';

export type InvokeOutcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string; readonly trace: readonly string[] };

export interface RunRequest {
  readonly resolved: Resolved;
  readonly event: unknown;
  readonly requestId: string;
  /** Who asked, for the trail. */
  readonly by: string;
}

interface Running {
  readonly configuration: Configuration;
  readonly host: FunctionHost;
  readonly environments: Environments;
  readonly log: FunctionLog;
  invocations: number;
}

type Metric = 'Invocations' | 'Errors' | 'Throttles';

export interface Runner {
  /** Runs the function; throws TooManyRequestsException (429) when its concurrency is used up. */
  run(request: RunRequest): Promise<InvokeOutcome>;
  /** The function has new code or configuration. */
  replaced(configuration: Configuration): void;
  close(): Promise<void>;
}

export const callerOf = ({ roleArn, functionName }: Configuration): Caller => ({ kind: 'role', roleArn, session: functionName });

const failure = ({ errorType, errorMessage, trace }: FailureReport): InvokeOutcome => ({ ok: false, errorType, errorMessage, trace });

const answerOf = (outcome: HostOutcome, requestId: string, { timeoutSeconds }: Configuration): InvokeOutcome => {
  switch (outcome.kind) {
    case 'answered': return { ok: true, payload: outcome.payload };
    case 'failed': return failure(outcome.error);
    case 'crashed':
      return failure({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${outcome.message}`, trace: [] });
    case 'timed-out':
      return failure({ errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`, trace: [] });
  }
};

/** The process did not survive the invocation: the next one starts cold. */
const processIsGone = ({ kind }: HostOutcome): boolean => kind === 'crashed' || kind === 'timed-out';

export const makeRunner = (world: World): Runner => {
  const turnstile = makeTurnstile(world.clock);
  const running = new Map<string, Running>();
  const counters = new Map<string, MinuteCounter>();
  const random = world.random.stream('lambda');
  const count = (name: Metric, functionName: string): void => {
    const key = `${functionName}/${name}`;
    const known = counters.get(key);
    const counter = known ?? makeMinuteCounter(world, { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } });
    if (known === undefined) counters.set(key, counter);
    counter.add();
  };
  const hostOf = (configuration: Configuration): FunctionHost => {
    const { functionName, description, handler, logFormat, assetHash } = configuration;
    const directory = assetHash === undefined ? undefined : world.assets.get(assetHash);
    const environment = environmentOf(world, configuration, directory);
    const inProcess = makeInProcessHost(world, { functionName, description, environment, directory }, callerOf(configuration), world.hosts);
    if (inProcess !== undefined) return inProcess;
    if (directory === undefined) throw new Error(`no code for function ${functionName}: its asset ${assetHash ?? '(none)'} is not among the world's assets`);
    return makeWorkerHost(world, turnstile, { functionName, directory, handler, environment, logFormat });
  };
  const runningOf = (configuration: Configuration): Running => {
    const key = `${configuration.functionName}:${configuration.version}`;
    const known = running.get(key);
    if (known !== undefined) return known;
    const made: Running = {
      configuration, host: hostOf(configuration), environments: makeEnvironments(world.clock, random, configuration.version),
      log: makeFunctionLog(world, configuration, callerOf(configuration)), invocations: 0,
    };
    running.set(key, made);
    return made;
  };
  const admit = ({ record }: Resolved): void => {
    const active = [...running.values()].filter(({ configuration }) => configuration.functionName === record.name).reduce((sum, one) => sum + one.environments.active(), 0);
    if (record.reservedConcurrency === undefined || active < record.reservedConcurrency) return;
    count('Throttles', record.name);
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' });
  };
  const execute = async ({ resolved, event, requestId }: RunRequest, at: Running, environment: ExecutionEnvironment): Promise<HostOutcome> => {
    const { configuration } = resolved;
    at.invocations += 1;
    const context = {
      functionName: configuration.functionName, functionVersion: configuration.version, invokedFunctionArn: resolved.arn,
      memoryLimitInMB: String(configuration.memoryMb), awsRequestId: requestId, logGroupName: configuration.logGroup, logStreamName: environment.logStream,
    };
    const deadline = world.clock.now + configuration.timeoutSeconds * 1000;
    const outcome = await at.host.run({ event, context, deadline, invocation: at.invocations, log: (line) => at.log.line(environment.logStream, line) });
    const modelled = workDuration(outcome.work);
    if (world.clock.now + modelled <= deadline) {
      await world.clock.sleep(modelled);
      return outcome;
    }
    await world.clock.sleep(deadline - world.clock.now);
    return { kind: 'timed-out', work: outcome.work };
  };
  return {
    run: async (request) => {
      const { resolved, requestId, by } = request;
      const { configuration } = resolved;
      const { functionName, memoryMb } = configuration;
      admit(resolved);
      const at = runningOf(configuration);
      const environment = at.environments.take();
      const { cold } = environment;
      count('Invocations', functionName);
      world.trail.add({ kind: 'invoke', who: functionName, what: 'started', detail: { requestId, by, cold, event: request.event } });
      await world.clock.sleep(initDuration(cold));
      const began = world.clock.now;
      at.log.start(environment.logStream, requestId, configuration.version);
      const outcome = await execute(request, at, environment);
      const answer = answerOf(outcome, requestId, configuration);
      const billedMs = Math.ceil(world.clock.now - began + initDuration(cold));
      at.log.end(environment.logStream, requestId, { billedMs, memoryMb, initMs: initDuration(cold), answer });
      environment.leave(processIsGone(outcome));
      if (processIsGone(outcome)) at.host.reset();
      if (!answer.ok) count('Errors', functionName);
      const result = answer.ok ? { result: answer.payload } : { error: answer };
      world.trail.add({ kind: 'invoke', who: functionName, what: answer.ok ? 'answered' : `failed with ${answer.errorType}`, detail: { requestId, billedMs, memoryMb, cold, ...outcome.work, ...result } });
      return answer;
    },
    replaced: (configuration) => {
      const key = `${configuration.functionName}:${configuration.version}`;
      const before = running.get(key);
      running.delete(key);
      void before?.host.close();
    },
    close: async () => {
      for (const { host } of running.values()) await host.close();
    },
  };
};
