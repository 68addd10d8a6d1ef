// One task of a revision, run once beside its service: migrations before traffic (R8).
import { DescribeServicesCommand, DescribeTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { attempt } from './failure.ts';
import type { Ecs } from './ecs-services.ts';

/** Starts the task in the service's own network; the token makes a repeated call answer the same task. */
export const runOnce = async (
  { ecs, cluster }: Ecs,
  serviceName: string,
  taskDefinition: string,
  container: string,
  command: readonly string[],
  token: string,
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
    group: `migration:${serviceName}`,
    propagateTags: 'TASK_DEFINITION',
    overrides: { containerOverrides: [{ name: container, command: [...command] }] },
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

export const outcome = async (
  { ecs, cluster }: Ecs,
  task: string,
  container: string,
): Promise<{ readonly stopped: boolean; readonly exitCode: number | null; readonly reason: string }> => {
  const { tasks } = await attempt('ecs:DescribeTasks', task, () => ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] })));
  const found = tasks?.[0];
  if (found === undefined) return { stopped: true, exitCode: null, reason: 'the task is no longer known to ECS' };
  const own = found.containers?.find(({ name }) => name === container);
  return { stopped: found.lastStatus === 'STOPPED', exitCode: own?.exitCode ?? null, reason: own?.reason ?? found.stoppedReason ?? '' };
};

export const stopOnce = async ({ ecs, cluster }: Ecs, task: string, reason: string): Promise<void> => {
  await attempt('ecs:StopTask', task, () => ecs.send(new StopTaskCommand({ cluster, task, reason })));
};
