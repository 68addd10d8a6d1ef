// Every running task of the cluster, a hundred per request: what asking service by service would cost a thousand requests (X3, aws-facts B10).
import { DescribeTasksCommand, ListTasksCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs';
import { attempt } from './failure.ts';

/** Tasks that run or are about to; of one service when it is named. */
export const runningTasks = async (ecs: ECSClient, cluster: string, serviceName?: string): Promise<readonly Task[]> => {
  const tasks: Task[] = [];
  const where = serviceName ?? cluster;
  let nextToken: string | undefined;
  do {
    const list = new ListTasksCommand({
      cluster,
      desiredStatus: 'RUNNING',
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
