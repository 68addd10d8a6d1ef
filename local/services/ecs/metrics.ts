// Metrics of a service: AWS/ECS utilization of its running tasks (nothing at all when none runs, B1) and Container Insights counts when the cluster has them.
import type { World } from '../../world.ts';
import type { Service, Task } from './model.ts';

const DEFAULTS = { cpuPercent: 12, memoryPercent: 35 } as const;
type Trait = keyof typeof DEFAULTS;

/** Registers the metrics; answers how to say that the service or its tasks have changed. */
export const addServiceMetrics = (world: World, service: Service): (() => void) => {
  const dimensions = { ClusterName: service.cluster.name, ServiceName: service.name };
  const add = (namespace: string, name: string, sample: () => number | undefined) =>
    world.services.cloudwatch.addSource({ namespace, dimensions, name, sample, until: () => Infinity });
  const insight = (name: string, value: () => number) =>
    add('ECS/ContainerInsights', name, () => (hasInsights(service) && service.status !== 'INACTIVE' ? value() : undefined));
  const handles = [
    add('AWS/ECS', 'CPUUtilization', () => utilization(service, 'cpuPercent')),
    add('AWS/ECS', 'MemoryUtilization', () => utilization(service, 'memoryPercent')),
    insight('DesiredTaskCount', () => service.desired),
    insight('RunningTaskCount', () => running(service).length),
    insight(
      'PendingTaskCount',
      () => [...service.tasks].filter((task) => task.startedAt === undefined && task.desiredStatus === 'RUNNING').length,
    ),
    insight('DeploymentCount', () => service.deployments.length),
  ];
  return () => {
    for (const handle of handles) handle.changed();
  };
};

const hasInsights = (service: Service): boolean =>
  service.cluster.settings.some((setting) => setting.name === 'containerInsights' && setting.value !== 'disabled');

const running = (service: Service): readonly Task[] => [...service.tasks].filter((task) => task.lastStatus === 'RUNNING');

const utilization = (service: Service, trait: Trait): number | undefined => {
  const tasks = running(service);
  if (tasks.length === 0) return undefined;
  return tasks.reduce((sum, task) => sum + ofTask(task, trait), 0) / tasks.length;
};

const ofTask = (task: Task, trait: Trait): number =>
  Math.max(...task.containers.map((container) => container.behaviour?.[trait] ?? DEFAULTS[trait]));
