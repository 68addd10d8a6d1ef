// One task of a revision, run once beside its service: migrations before traffic, and proofs while the platform sleeps (R8, R12).
import { DescribeServicesCommand, DescribeTasksCommand, ListTasksCommand, RunTaskCommand, StopTaskCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { oneOffGroup, type OneOff } from '../contracts/redeploy.ts';
import type { TaskOutcome } from '../domain/rollout-proof.ts';
import { attempt, nameOf } from './failure.ts';

/** Where the task runs. */
export interface Cluster {
  readonly ecs: ECSClient;
  readonly cluster: string;
}

/** A one-off task and its revision. */
export interface Ongoing {
  readonly task: string;
  readonly taskDefinition: string;
}

/** Starts the task in the service's own network; the token makes a repeated call answer the same task. Without a command it boots as the service does. */
export const runOnce = async (
  { ecs, cluster }: Cluster,
  serviceName: string,
  taskDefinition: string,
  container: string,
  command: readonly string[],
  token: string,
  what: OneOff,
): Promise<string> => {
  const describe = new DescribeServicesCommand({ cluster, services: [serviceName] });
  const { services } = await attempt('ecs:DescribeServices', serviceName, () => ecs.send(describe));
  const networkConfiguration = services?.[0]?.networkConfiguration;
  const run = new RunTaskCommand({
    cluster,
    taskDefinition,
    launchType: 'FARGATE',
    count: 1,
    startedBy: 'dayshift',
    clientToken: token,
    group: oneOffGroup(what, serviceName),
    propagateTags: 'TASK_DEFINITION',
    ...(command.length === 0 ? {} : { overrides: { containerOverrides: [{ name: container, command: [...command] }] } }),
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
  });
  const answer = await attempt('ecs:RunTask', `${taskDefinition} for ${serviceName}`, () => ecs.send(run));
  const [task] = answer.tasks ?? [];
  if (task?.taskArn !== undefined) return task.taskArn;
  const why = (answer.failures ?? [])
    .map(({ reason, detail }) => [reason, detail].filter((text) => text !== undefined).join(': '))
    .join('; ');
  throw Object.assign(new Error(`ecs:RunTask on ${taskDefinition} for ${serviceName}: ${why}`), { name: 'TaskNotPlaced' });
};

/** A task of that family that runs or is about to, whoever began it; null when there is none. */
export const ongoing = async ({ ecs, cluster }: Cluster, family: string): Promise<Ongoing | null> => {
  const list = new ListTasksCommand({ cluster, family, desiredStatus: 'RUNNING', maxResults: 1 });
  const { taskArns } = await attempt('ecs:ListTasks', family, () => ecs.send(list));
  const [task] = taskArns ?? [];
  if (task === undefined) return null;
  const { tasks } = await attempt('ecs:DescribeTasks', task, () => ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] })));
  return { task, taskDefinition: tasks?.[0]?.taskDefinitionArn ?? '' };
};

/** How the task stands; of a task without a named container the one that failed speaks. */
export const outcome = async ({ ecs, cluster }: Cluster, task: string, container: string | null): Promise<TaskOutcome> => {
  const { tasks } = await attempt('ecs:DescribeTasks', task, () => ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] })));
  const found = tasks?.[0];
  if (found === undefined) return { stopped: true, exitCode: null, reason: 'the task is no longer known to ECS' };
  const containers = found.containers ?? [];
  const own =
    container === null
      ? (containers.find(({ exitCode, reason }) => (exitCode ?? 0) !== 0 || reason !== undefined) ??
        containers.find(({ exitCode }) => exitCode !== undefined))
      : containers.find(({ name }) => name === container);
  return {
    stopped: found.lastStatus === 'STOPPED',
    exitCode: own?.exitCode ?? null,
    reason: own?.reason ?? (own?.exitCode === undefined ? (found.stoppedReason ?? '') : ''),
    health: found.healthStatus ?? 'UNKNOWN',
    startedAt: found.startedAt?.toISOString() ?? null,
  };
};

/** Ends a task; one that ECS has forgotten by now ended long ago. */
export const stopOnce = async ({ ecs, cluster }: Cluster, task: string, reason: string): Promise<void> => {
  const stop = attempt('ecs:StopTask', task, () => ecs.send(new StopTaskCommand({ cluster, task, reason })));
  const [stopped] = await Promise.allSettled([stop]);
  if (stopped.status === 'rejected' && nameOf(stopped.reason) !== 'InvalidParameterException') throw stopped.reason;
};
