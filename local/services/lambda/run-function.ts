// One invocation from event to answer: concurrency, cold start, the code itself, its modelled time, logs, metrics and the bill.
import type { World } from '../../world.ts';
import { initDuration, workDuration } from './durations.ts';
import type { ExecutionEnvironment } from './environments.ts';
import type { Resolved } from './functions.ts';
import type { HostOutcome, HostRun } from './hosting.ts';
import { outcomeOf, processIsGone, type InvokeOutcome } from './outcome.ts';
import type { RunningFunction, RunningFunctions } from './running-functions.ts';

export interface RunRequest {
  readonly resolved: Resolved;
  readonly event: unknown;
  readonly requestId: string;
  /** Who asked, for the trail. */
  readonly by: string;
}

/** Runs the function; throws TooManyRequestsException (429) when its concurrency is used up. */
export type RunFunction = (request: RunRequest) => Promise<InvokeOutcome>;

/** Runs the code and lets its modelled time pass; what does not fit into the function's timeout is a timeout. */
const execute = async (
  world: World,
  { resolved, event, requestId }: RunRequest,
  running: RunningFunction,
  { logStream }: ExecutionEnvironment,
): Promise<HostOutcome> => {
  const { configuration, arn } = resolved;
  const { clock } = world;
  running.invocations += 1;
  const context = {
    functionName: configuration.functionName,
    functionVersion: configuration.version,
    invokedFunctionArn: arn,
    memoryLimitInMB: String(configuration.memoryMb),
    awsRequestId: requestId,
    logGroupName: configuration.logGroup,
    logStreamName: logStream,
  };
  const deadline = clock.now + configuration.timeoutSeconds * 1000;
  const log: HostRun['log'] = (line) => running.log.line(logStream, line);
  const outcome = await running.host.run({ event, context, deadline, invocation: running.invocations, log });
  const left = deadline - clock.now;
  const modelled = workDuration(outcome.work);
  await clock.sleep(Math.min(left, modelled));
  return modelled > left ? { kind: 'timed-out', work: outcome.work } : outcome;
};

export const makeRunFunction = (world: World, functions: RunningFunctions): RunFunction => {
  const { clock, trail } = world;
  return async (request) => {
    const { resolved, requestId, by, event } = request;
    const { record, configuration } = resolved;
    const { functionName, memoryMb } = configuration;
    functions.admit(record);
    const running = functions.of(configuration);
    const environment = running.environments.take();
    const { cold, logStream } = environment;
    functions.count('Invocations', functionName);
    trail.add({ kind: 'invoke', who: functionName, what: 'started', detail: { requestId, by, cold, event } });
    const initMs = initDuration(cold);
    await clock.sleep(initMs);
    const began = clock.now;
    running.log.start(logStream, requestId, configuration.version);
    const outcome = await execute(world, request, running, environment);
    const answer = outcomeOf(outcome, requestId, configuration);
    const billedMs = Math.ceil(clock.now - began + initMs);
    running.log.end(logStream, requestId, { billedMs, memoryMb, initMs, answer });
    environment.leave(processIsGone(outcome));
    if (!answer.ok) functions.count('Errors', functionName);
    const said = answer.ok ? { result: answer.payload } : { error: answer };
    const detail = { requestId, billedMs, memoryMb, cold, ...outcome.work, ...said };
    trail.add({ kind: 'invoke', who: functionName, what: answer.ok ? 'answered' : `failed with ${answer.errorType}`, detail });
    return answer;
  };
};
