// Whether the tasks of a service are any good: healthy targets where there is a load balancer, settled and healthy containers where not (S4).
import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { Health } from '../ports.ts';
import { client } from './clients.ts';
import { attempt } from './failure.ts';
import type { FleetHost } from './fleet.ts';
import { targets } from './targets.ts';

/** A task without load balancer and without health check counts once it has run this long (aws-facts B2). */
const SETTLED_SECONDS = 40;

export const health = (host: FleetHost): Health => {
  const ecs = client(ECSClient, host);
  const { cluster } = host.manifest;
  const inTargets = targets(host);
  return {
    healthy: async (service, at) => {
      if (service.running === 0) return 0;
      if (service.targetGroups.length === 0) return settledTasks(ecs, cluster, service.name, at);
      const perEntry = await Promise.all(
        service.targetGroups.map(async (groups) => {
          const states = (await Promise.all(groups.map(inTargets))).flat();
          return states.filter(({ state }) => state === 'healthy').length;
        }),
      );
      return Math.min(service.running, ...perEntry);
    },
  };
};

const settledTasks = async (ecs: ECSClient, cluster: string, serviceName: string, at: string): Promise<number> => {
  const tasks: Task[] = [];
  let nextToken: string | undefined;
  do {
    const list = new ListTasksCommand({ cluster, serviceName, desiredStatus: 'RUNNING', ...(nextToken === undefined ? {} : { nextToken }) });
    const page = await attempt('ecs:ListTasks', serviceName, () => ecs.send(list));
    nextToken = page.nextToken;
    if ((page.taskArns ?? []).length === 0) continue;
    const details = new DescribeTasksCommand({ cluster, tasks: page.taskArns });
    tasks.push(...((await attempt('ecs:DescribeTasks', serviceName, () => ecs.send(details))).tasks ?? []));
  } while (nextToken !== undefined);
  return tasks.filter((task) => isSettled(task, at)).length;
};

const isSettled = ({ lastStatus, healthStatus, startedAt }: Task, at: string): boolean => {
  if (lastStatus !== 'RUNNING' || healthStatus === 'UNHEALTHY') return false;
  return healthStatus === 'HEALTHY' || (startedAt !== undefined && Date.parse(at) - startedAt.getTime() >= SETTLED_SECONDS * 1000);
};
