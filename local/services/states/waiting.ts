// Tasks that outlast their request: `.waitForTaskToken`, `ecs:runTask.sync` and `states:startExecution.sync:2`.
import { StateFailure } from '../../asl/failure.ts';
import type { TaskCall } from '../../asl/walk.ts';
import type { AwsError } from '../../simulated.ts';
import type { BusEvent } from '../events/events.ts';
import { findSdkTarget, fromApiOutput } from '../sdk-integration.ts';
import type { ExecutionRecord } from './executions.ts';
import { callIntegration, type Integrator } from './integrations.ts';
import type { Tokens } from './tokens.ts';

export interface WaitTools extends Integrator {
  readonly tokens: Tokens;
  readonly machineArn: string;
  /** The execution with that ARN, to wait for its end. */
  readonly execution: (arn: string) => ExecutionRecord;
  readonly stopExecution: (arn: string, error: string, cause: string) => void;
}

/** Runs a task of any pattern to its end. */
export const performTask = (tools: WaitTools, call: TaskCall): Promise<unknown> => {
  switch (call.pattern) {
    case 'request':
      return callIntegration(tools, call);
    case 'waitForTaskToken':
      return awaitToken(tools, call);
    case 'sync':
      return awaitJob(tools, call);
  }
};

/** The token may be answered before the request itself has returned; the earlier of failure and answer decides. */
const awaitToken = async (tools: WaitTools, call: TaskCall): Promise<unknown> => {
  const { answer, forget } = tools.tokens.wait(call.token ?? '', tools.machineArn, call.beat);
  call.cancellation.onCancel(forget);
  const request = callIntegration(tools, call).then(
    (output) => {
      call.submitted(output);
      return answer;
    },
    (problem: unknown) => {
      forget();
      throw problem;
    },
  );
  return Promise.race([answer, request]);
};

const awaitJob = (tools: WaitTools, call: TaskCall): Promise<unknown> => {
  switch (call.resource.split(':').slice(5).join(':')) {
    case 'ecs:runTask':
      return awaitEcsTask(tools, call);
    case 'states:startExecution':
      return awaitExecution(tools, call);
    default:
      throw new StateFailure('States.Runtime', `The resource ${call.resource}.sync is not simulated.`, false);
  }
};

interface EcsTask {
  readonly TaskArn: string;
  readonly ClusterArn: string;
  readonly LastStatus: string;
  readonly Containers?: readonly { readonly ExitCode?: number; readonly Name?: string }[];
  readonly StopCode?: string;
}

/** AWS listens for the task's events and asks now and then; the net is asked every five minutes. */
const netInterval = 300_000;

const awaitEcsTask = async (tools: WaitTools, call: TaskCall): Promise<unknown> => {
  const { world, caller } = tools;
  const started = (await callIntegration(tools, call)) as { Tasks?: readonly EcsTask[]; Failures?: readonly unknown[] };
  call.submitted(started);
  const [task] = started.Tasks ?? [];
  if (task === undefined) throw new StateFailure('ECS.AmazonECSException', JSON.stringify(started.Failures ?? []));
  const describe = async (): Promise<EcsTask | undefined> => {
    const target = findSdkTarget('ecs', 'describeTasks');
    const input = { cluster: task.ClusterArn, tasks: [task.TaskArn] };
    const output = fromApiOutput(target, await world.call({ service: 'ecs', operation: 'DescribeTasks', input, caller }));
    return (output as { Tasks?: readonly EcsTask[] }).Tasks?.[0];
  };
  const isOver = (event: BusEvent): boolean =>
    event['detail-type'] === 'ECS Task State Change' && event.detail.taskArn === task.TaskArn && event.detail.lastStatus === 'STOPPED';
  const stopped = await new Promise<EcsTask>((resolve, reject) => {
    const look = async (): Promise<void> => {
      const found = await describe();
      if (found?.LastStatus === 'STOPPED') finish(() => resolve(found));
    };
    const safely = (): Promise<void> => look().catch((problem: unknown) => finish(() => reject(problem)));
    const stopObserving = world.services.events.observe((event) => {
      if (isOver(event)) world.clock.after(500, safely, 'runTask.sync');
    });
    const stopNet = world.clock.every(netInterval, safely, 'runTask.sync net');
    const finish = (settle: () => void): void => {
      stopObserving();
      stopNet();
      settle();
    };
    call.cancellation.onCancel((reason) => {
      finish(() => reject(reason));
      const input = { cluster: task.ClusterArn, task: task.TaskArn, reason: 'Step Functions ended the task' };
      world.clock.after(
        0,
        () => world.call({ service: 'ecs', operation: 'StopTask', input, caller }).catch(onlyMissing),
        'runTask.sync stop',
      );
    });
  });
  const failed = (stopped.Containers ?? []).length === 0 || stopped.Containers?.some((container) => container.ExitCode !== 0);
  if (failed) throw new StateFailure('States.TaskFailed', JSON.stringify(stopped));
  return stopped;
};

/** A task that is gone needs no stopping; any other refusal counts. */
const onlyMissing = (problem: unknown): void => {
  if ((problem as AwsError).code !== 'InvalidParameterException') throw problem;
};

const awaitExecution = async (tools: WaitTools, call: TaskCall): Promise<unknown> => {
  const started = (await callIntegration(tools, call)) as { ExecutionArn: string };
  call.submitted(started);
  const record = tools.execution(started.ExecutionArn);
  call.cancellation.onCancel(() => tools.stopExecution(record.arn, 'States.Aborted', 'The parent execution ended.'));
  const outcome = await record.closed;
  const described = {
    ExecutionArn: record.arn,
    StateMachineArn: record.machine.arn,
    Name: record.name,
    Status: outcome.status,
    StartDate: record.startDate,
    StopDate: record.stopDate,
    Input: call.syncVersion === 2 ? record.input : JSON.stringify(record.input),
  };
  if (outcome.status !== 'SUCCEEDED') {
    throw new StateFailure('States.TaskFailed', JSON.stringify({ ...described, Error: outcome.error, Cause: outcome.cause }));
  }
  return { ...described, Output: call.syncVersion === 2 ? outcome.output : JSON.stringify(outcome.output) };
};
