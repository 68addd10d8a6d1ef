// Tasks of a cluster or of some services, a hundred per request: what asking service by service would cost a thousand requests (X3, aws-facts B10).
import { DescribeTasksCommand, ListTasksCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs';
import { attempt } from './failure.ts';

/** From so many services on, asking for all tasks of the cluster takes fewer requests. */
const MANY = 4;

/** Tasks that run or are about to; of one service when it is named. */
export const runningTasks = (ecs: ECSClient, cluster: string, serviceName?: string): Promise<readonly Task[]> =>
  listTasks(ecs, cluster, 'RUNNING', serviceName);

/** Tasks of each named service, by its name; those of many are found among all tasks of the cluster. */
export const tasksByService = async (
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
  status: 'RUNNING' | 'STOPPED',
): Promise<ReadonlyMap<string, readonly Task[]>> => {
  const found = new Map<string, Task[]>(names.map((name) => [name, []]));
  const where = names.length < MANY ? names : [undefined];
  for (const serviceName of where)
    for (const task of await listTasks(ecs, cluster, status, serviceName)) found.get((task.group ?? '').replace(/^service:/, ''))?.push(task);
  return found;
};

const listTasks = async (
  ecs: ECSClient,
  cluster: string,
  desiredStatus: 'RUNNING' | 'STOPPED',
  serviceName: string | undefined,
): Promise<readonly Task[]> => {
  const tasks: Task[] = [];
  const where = serviceName ?? cluster;
  let nextToken: string | undefined;
  do {
    const list = new ListTasksCommand({
      cluster,
      desiredStatus,
      ...(serviceName === undefined ? {} : { serviceName }),
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const page = await attempt('ecs:ListTasks', where, () => ecs.send(list));
    nextToken = page.nextToken;
    if ((page.taskArns ?? []).length === 0) continue;
    const details = new DescribeTasksCommand({ cluster, tasks: page.taskArns });
    tasks.push(...((await attempt('ecs:DescribeTasks', where, () => ecs.send(details))).tasks ?? []));
  } while (nextToken !== undefined);
  return tasks;
};
