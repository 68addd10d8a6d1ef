// AWS/ECS metrics of a service: utilization of its running tasks, and nothing at all when none runs (B1).
import type { World } from '../../world.ts';
import type { Service, Task } from './model.ts';

const DEFAULTS = { cpuPercent: 12, memoryPercent: 35 } as const;

/** Answers how to say that the service's tasks have changed. */
export const addServiceMetrics = (world: World, service: Service): (() => void) => {
  const dimensions = { ClusterName: service.cluster.name, ServiceName: service.name };
  const add = (name: string, trait: 'cpuPercent' | 'memoryPercent') =>
    world.services.cloudwatch.addSource({
      namespace: 'AWS/ECS',
      dimensions,
      name,
      sample: () => utilization(service, trait),
      until: () => Infinity,
    });
  const handles = [add('CPUUtilization', 'cpuPercent'), add('MemoryUtilization', 'memoryPercent')];
  return () => {
    for (const handle of handles) handle.changed();
  };
};

const utilization = (service: Service, trait: 'cpuPercent' | 'memoryPercent'): number | undefined => {
  const running = [...service.tasks].filter((task) => task.lastStatus === 'RUNNING');
  if (running.length === 0) return undefined;
  return running.reduce((sum, task) => sum + ofTask(task, trait), 0) / running.length;
};

const ofTask = (task: Task, trait: 'cpuPercent' | 'memoryPercent'): number =>
  Math.max(...task.containers.map((container) => container.behaviour?.[trait] ?? DEFAULTS[trait]));
