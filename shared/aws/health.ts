// Whether the tasks of services are any good: healthy targets where there is a load balancer, settled and healthy containers where not (S4).
import { ECSClient, type Task } from '@aws-sdk/client-ecs';
import type { Count, Health } from '../ports.ts';
import { client } from './clients.ts';
import { runningTasks } from './cluster-tasks.ts';
import type { FleetHost } from './fleet.ts';
import { mapEach } from './settle.ts';
import { targets } from './targets.ts';

/** A task without load balancer and without health check counts once it has run this long (aws-facts B2). */
const SETTLED_SECONDS = 40;
/** From so many services on, asking for all tasks of the cluster takes fewer requests. */
const MANY = 4;
const AT_ONCE = 10;

export const health = (host: FleetHost): Health => {
  const ecs = client(ECSClient, host);
  const { cluster } = host.manifest;
  const inTargets = targets(host);
  const behindBalancer = async (service: Count): Promise<number> => {
    const perEntry = await Promise.all(
      service.targetGroups.map(
        async (groups) => (await Promise.all(groups.map(inTargets))).flat().filter(({ state }) => state === 'healthy').length,
      ),
    );
    return Math.min(service.running, ...perEntry);
  };
  return {
    healthy: async (services, at) => {
      const running = services.filter((service) => service.running > 0);
      const alone = running.filter(({ targetGroups }) => targetGroups.length === 0);
      const settled = await settledTasks(
        ecs,
        cluster,
        alone.map(({ name }) => name),
        at,
      );
      const balanced = running.filter(({ targetGroups }) => targetGroups.length > 0);
      const inService = await mapEach(balanced, AT_ONCE, behindBalancer);
      const found = new Map([...settled, ...balanced.map(({ name }, index) => [name, inService[index] ?? 0] as const)]);
      return services.map(({ name }) => found.get(name) ?? 0);
    },
  };
};

const settledTasks = async (
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
  at: string,
): Promise<ReadonlyMap<string, number>> => {
  if (names.length === 0) return new Map();
  const tasks =
    names.length < MANY
      ? (await mapEach(names, MANY, (name) => runningTasks(ecs, cluster, name))).flat()
      : await runningTasks(ecs, cluster);
  const counts = new Map<string, number>();
  for (const { group } of tasks.filter((task) => isSettled(task, at))) counts.set(group ?? '', (counts.get(group ?? '') ?? 0) + 1);
  return new Map(names.map((name) => [name, counts.get(`service:${name}`) ?? 0]));
};

const isSettled = ({ lastStatus, healthStatus, startedAt }: Task, at: string): boolean => {
  if (lastStatus !== 'RUNNING' || healthStatus === 'UNHEALTHY') return false;
  return healthStatus === 'HEALTHY' || (startedAt !== undefined && Date.parse(at) - startedAt.getTime() >= SETTLED_SECONDS * 1000);
};
