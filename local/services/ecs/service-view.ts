// A service as DescribeServices shows it: counts, deployments in the older view, the last 100 events.
import { shared } from '../../plain-copy.ts';
import type { Deployment, Service, ServiceEvent, Task } from './model.ts';

const count = (tasks: readonly Task[], test: (task: Task) => boolean): number => tasks.filter(test).length;
const running = (task: Task): boolean => task.lastStatus === 'RUNNING' || task.lastStatus === 'DEACTIVATING';
const pending = (task: Task): boolean => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus);

const shapes = new WeakMap<ServiceEvent, object>();
/** By the newest event: a service's events only ever gain one. */
const lists = new WeakMap<ServiceEvent, readonly object[]>();

const eventShape = (event: ServiceEvent): object => {
  const known = shapes.get(event) ?? { ...event, createdAt: new Date(event.createdAt) };
  shapes.set(event, known);
  return known;
};

/** Most looks find no new event: what was shown before is shown again. */
const eventShapes = (events: readonly ServiceEvent[]): readonly object[] => {
  const [newest] = events;
  if (newest === undefined) return [];
  const known = lists.get(newest) ?? shared(events.map(eventShape));
  lists.set(newest, known);
  return known;
};

export const serviceShape = (service: Service, withTags: boolean): object => {
  const tasks = [...service.tasks];
  const { workload } = service;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desired,
    runningCount: count(tasks, running),
    pendingCount: count(tasks, pending),
    ...(service.launchType === undefined
      ? { capacityProviderStrategy: service.capacityProviderStrategy }
      : { launchType: service.launchType }),
    platformVersion: workload.platformVersion,
    platformFamily: 'Linux',
    taskDefinition: workload.taskDefinition.arn,
    deploymentConfiguration: service.configuration,
    deploymentController: { type: 'ECS' },
    deployments: service.deployments.map((deployment, index) => deploymentShape(service, deployment, index === 0)),
    events: eventShapes(service.events),
    loadBalancers: workload.loadBalancers,
    serviceRegistries: workload.serviceRegistries,
    networkConfiguration: workload.networkConfiguration,
    schedulingStrategy: 'REPLICA',
    createdAt: new Date(service.createdAt),
    createdBy: service.createdBy,
    enableECSManagedTags: false,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    placementConstraints: [],
    placementStrategy: [],
    ...(service.gracePeriodSeconds === undefined ? {} : { healthCheckGracePeriodSeconds: service.gracePeriodSeconds }),
    ...currentDeployment(service),
    ...(withTags ? { tags: service.tags } : {}),
  };
};

const currentDeployment = (service: Service): object => {
  const newest = service.history[0];
  const [primary] = service.deployments;
  return {
    ...(newest !== undefined && newest.finishedAt === undefined ? { currentServiceDeployment: newest.arn } : {}),
    ...(primary === undefined ? {} : { currentServiceRevisions: [revisionCounts(service, primary)] }),
  };
};

const revisionCounts = (service: Service, deployment: Deployment): object => {
  const tasks = [...service.tasks].filter((task) => task.deployment?.revision === deployment.revision);
  return {
    arn: deployment.revision.arn,
    requestedTaskCount: service.desired,
    runningTaskCount: count(tasks, running),
    pendingTaskCount: count(tasks, pending),
  };
};

const deploymentShape = (service: Service, deployment: Deployment, primary: boolean): object => {
  const tasks = [...service.tasks].filter((task) => task.deployment === deployment);
  const { workload } = deployment.revision;
  return {
    id: deployment.id,
    status: primary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: workload.taskDefinition.arn,
    desiredCount: primary ? service.desired : count(tasks, (task) => task.desiredStatus === 'RUNNING'),
    runningCount: count(tasks, running),
    pendingCount: count(tasks, pending),
    failedTasks: deployment.failedTasks,
    rolloutState: deployment.rollout,
    rolloutStateReason: deployment.rolloutReason,
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    ...(service.launchType === undefined
      ? { capacityProviderStrategy: service.capacityProviderStrategy }
      : { launchType: service.launchType }),
    platformVersion: workload.platformVersion === 'LATEST' ? '1.4.0' : workload.platformVersion,
    platformFamily: 'Linux',
    networkConfiguration: workload.networkConfiguration,
  };
};
