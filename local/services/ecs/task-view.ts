// A task as callers see it: the same shape in DescribeTasks (dates) and in events (ISO text).
import type { Container, Task } from './model.ts';

type Render = (milliseconds: number) => unknown;

const when = (name: string, value: number | undefined, render: Render): object => (value === undefined ? {} : { [name]: render(value) });
const given = (name: string, value: unknown): object => (value === undefined ? {} : { [name]: value });

export const asDate: Render = (milliseconds) => new Date(milliseconds);

/** Everything but the instants and the type of the network interface is equal in both places; `render` writes the instants (A6). */
export const taskDetail = (task: Task, render: Render, interfaceType: 'eni' | 'ElasticNetworkInterface'): Record<string, unknown> => ({
  attachments: [attachment(task, interfaceType)],
  availabilityZone: task.zone,
  capacityProviderName: task.capacityProvider,
  clusterArn: task.cluster.arn,
  connectivity: task.connectivityAt === undefined ? 'DISCONNECTED' : 'CONNECTED',
  containers: task.containers.map((container) => containerDetail(task, container)),
  cpu: task.definition.cpu,
  memory: task.definition.memory,
  desiredStatus: task.desiredStatus,
  enableExecuteCommand: task.enableExecuteCommand,
  ephemeralStorage: { sizeInGiB: 20 },
  group: task.group,
  healthStatus: healthStatus(task),
  lastStatus: task.lastStatus,
  launchType: 'FARGATE',
  overrides: { containerOverrides: task.containers.map(({ name }) => ({ name })), inferenceAcceleratorOverrides: [], ...task.overrides },
  platformFamily: 'Linux',
  platformVersion: task.workload.platformVersion === 'LATEST' ? '1.4.0' : task.workload.platformVersion,
  startedBy: task.startedBy,
  taskArn: task.arn,
  taskDefinitionArn: task.definition.arn,
  version: task.version,
  ...when('createdAt', task.createdAt, render),
  ...when('connectivityAt', task.connectivityAt, render),
  ...when('pullStartedAt', task.pullStartedAt, render),
  ...when('pullStoppedAt', task.pullStoppedAt, render),
  ...when('startedAt', task.startedAt, render),
  ...when('stoppingAt', task.stoppingAt, render),
  ...when('executionStoppedAt', task.executionStoppedAt, render),
  ...when('stoppedAt', task.stoppedAt, render),
  ...given('stopCode', task.stopCode),
  ...given('stoppedReason', task.stoppedReason),
});

const attachment = (task: Task, type: string): object => ({
  id: task.attachment,
  type,
  status: task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : task.stoppedAt === undefined ? 'ATTACHED' : 'DELETED',
  details: [
    { name: 'subnetId', value: task.subnet },
    { name: 'networkInterfaceId', value: task.eni },
    { name: 'macAddress', value: task.macAddress },
    { name: 'privateIPv4Address', value: task.address },
  ],
});

const containerDetail = (task: Task, container: Container): object => ({
  containerArn: container.arn,
  taskArn: task.arn,
  name: container.name,
  image: container.image,
  lastStatus: container.lastStatus,
  healthStatus: container.health,
  networkInterfaces: [{ attachmentId: task.attachment, privateIpv4Address: task.address }],
  cpu: String(container.definition.cpu ?? 0),
  ...given('imageDigest', container.digest),
  ...given('runtimeId', container.startedAt === undefined ? undefined : `${task.id}-${container.name}`),
  ...given('exitCode', container.exitCode),
  ...given('reason', container.reason),
});

/** HEALTHY when every essential container with a health check is, UNKNOWN when none has one. */
export const healthStatus = (task: Task): 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN' => {
  const checked = task.containers.filter(
    (container) => container.definition.healthCheck !== undefined && container.definition.essential !== false,
  );
  if (checked.length === 0 || checked.some((container) => container.health === 'UNKNOWN')) return 'UNKNOWN';
  return checked.every((container) => container.health === 'HEALTHY') ? 'HEALTHY' : 'UNHEALTHY';
};
