// Counts and health of many ECS services at once: ten per request, several requests at a time (X3, aws-facts B10).
import { DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand, UpdateServiceCommand, type Service, type Task } from '@aws-sdk/client-ecs';
import type { Manifest } from '../contracts/manifest.ts';
import type { Count, Fleet } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';
import { mapEach } from './settle.ts';
import { targets } from './targets.ts';

export interface FleetHost extends ClientHost {
  readonly manifest: Manifest;
}

const PER_REQUEST = 10;
const AT_ONCE = 10;
/** A task without load balancer and without health check counts once it has run this long (aws-facts B2). */
const SETTLED_SECONDS = 40;

export const fleet = (host: FleetHost): Fleet => {
  const ecs = client(ECSClient, host);
  const { cluster } = host.manifest;
  const inTargets = targets(host);
  return {
    counts: (names) => counts(ecs, cluster, names),
    count: async (service, desiredCount) => {
      await attempt('ecs:UpdateService', `${service} to ${desiredCount} tasks`, () => ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount })));
    },
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

const counts = async (ecs: ECSClient, cluster: string, names: readonly string[]): Promise<readonly Count[]> => {
  const groups = Array.from({ length: Math.ceil(names.length / PER_REQUEST) }, (_, index) => names.slice(index * PER_REQUEST, (index + 1) * PER_REQUEST));
  const pages = await mapEach(groups, AT_ONCE, async (some) => {
    const command = new DescribeServicesCommand({ cluster, services: [...some] });
    const { services } = await attempt('ecs:DescribeServices', some.join(', '), () => ecs.send(command));
    return (services ?? []).filter(({ status }) => status === 'ACTIVE');
  });
  const found = new Map(pages.flat().map((service) => [service.serviceName ?? '', service]));
  return names.map((name) => countOf(name, found.get(name)));
};

const countOf = (name: string, service: Service | undefined): Count => {
  const deployments = service?.deployments ?? [];
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return {
    name,
    exists: service !== undefined,
    desired: service?.desiredCount ?? 0,
    running: service?.runningCount ?? 0,
    pending: service?.pendingCount ?? 0,
    taskDefinition: primary?.taskDefinition ?? service?.taskDefinition ?? '',
    deploying: deployments.some(({ status, rolloutState }) => status !== 'PRIMARY' || rolloutState === 'IN_PROGRESS'),
    targetGroups: (service?.loadBalancers ?? []).map(({ targetGroupArn, advancedConfiguration }) =>
      [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined),
    ).filter((groups) => groups.length > 0),
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
