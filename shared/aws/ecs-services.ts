// ECS services on the platform's cluster: look, pin, roll, count and retire (aws-facts B).
import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  ECSClient,
  UpdateServiceCommand,
  type Deployment,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs';
import { SPOT } from '../domain/spot-share.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { StoppedTask } from '../domain/evidence.ts';
import type { ImageSet } from '../domain/image-references.ts';
import type { DeploymentFacts, ServiceFacts, Services, TaskFacts } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { tasksByService } from './cluster-tasks.ts';
import { attempt } from './failure.ts';
import { ongoing, outcome, runOnce, stopOnce } from './one-off-tasks.ts';
import { makeTaskDefinitions, type TaskDefinitions } from './task-definitions.ts';

export interface EcsHost extends ClientHost {
  readonly manifest: Manifest;
}

export interface Ecs {
  readonly ecs: ECSClient;
  readonly cluster: string;
  readonly definitions: TaskDefinitions;
}

/** Everything about ECS itself; target health is asked of the load balancer in targets.ts. */
export const ecsServices = (host: EcsHost): Omit<Services, 'targets'> => {
  const ecs = client(ECSClient, host);
  const definitions = makeTaskDefinitions(ecs);
  const on: Ecs = { ecs, cluster: host.manifest.cluster, definitions };
  return {
    describe: (names, known) => describe(on, names, known ?? new Map()),
    tasks: (names) => tasksOf(on, names, 'RUNNING', taskFacts),
    stopped: (names) => tasksOf(on, names, 'STOPPED', stoppedTask),
    pin: (family, images) => definitions.pin(family, images),
    pinAs: (family, name, images) => definitions.pinAs(family, name, images),
    roll: (name, taskDefinition) => roll(on, name, taskDefinition),
    count: (name, desired) => count(on, name, desired),
    retire: (taskDefinition) => retire(on, taskDefinition),
    runOnce: (name, taskDefinition, container, command, token, what) => runOnce(on, name, taskDefinition, container, command, token, what),
    ongoing: (family) => ongoing(on, family),
    stopOnce: (task, reason) => stopOnce(on, task, reason),
    outcome: (task, container) => outcome(on, task, container),
  };
};

/** DescribeServices takes ten names and answers missing ones with HTTP 200 (aws-facts B10). */
const PER_REQUEST = 10;
/** Services looked at without a pause: a fleet takes half of the 20 requests a second that the account has (B10). */
const UNPACED = 300;

const describe = async (on: Ecs, names: readonly string[], known: ReadonlyMap<string, ImageSet>): Promise<readonly ServiceFacts[]> => {
  const found = new Map<string, Service>();
  for (let from = 0; from < names.length; from += PER_REQUEST) {
    if (from >= UNPACED && from % (10 * PER_REQUEST) === 0) await new Promise((resume) => setTimeout(resume, 1_000));
    const some = names.slice(from, from + PER_REQUEST);
    const command = new DescribeServicesCommand({ cluster: on.cluster, services: [...some] });
    const { services } = await attempt('ecs:DescribeServices', some.join(', '), () => on.ecs.send(command));
    for (const service of services ?? []) if (service.status === 'ACTIVE') found.set(service.serviceName ?? '', service);
  }
  const facts: ServiceFacts[] = [];
  for (const name of names) facts.push(await serviceFacts(on, name, found.get(name), known));
  return facts;
};

/** ECS lists a service's events newest first, in these words (aws-facts B9). */
const NO_CAPACITY = /unable to place a task\. Reason: Capacity is unavailable/;

const isShort = (service: Service | undefined): boolean => {
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
  return (primary?.runningCount ?? 0) + (primary?.pendingCount ?? 0) < (service?.desiredCount ?? 0);
};

const serviceFacts = async (
  on: Ecs,
  name: string,
  service: Service | undefined,
  known: ReadonlyMap<string, ImageSet>,
): Promise<ServiceFacts> => {
  const deployments = (service?.deployments ?? []).map(deploymentFacts);
  const taskDefinition = deployments.find(({ primary }) => primary)?.taskDefinition ?? service?.taskDefinition ?? '';
  const network = service?.networkConfiguration?.awsvpcConfiguration;
  return {
    name,
    exists: service !== undefined,
    desired: service?.desiredCount ?? 0,
    running: service?.runningCount ?? 0,
    pending: service?.pendingCount ?? 0,
    taskDefinition,
    images: taskDefinition === '' ? {} : (known.get(taskDefinition) ?? (await on.definitions.images(taskDefinition))),
    deployments,
    targetGroups: (service?.loadBalancers ?? []).flatMap(({ targetGroupArn }) => (targetGroupArn === undefined ? [] : [targetGroupArn])),
    subnets: network?.subnets ?? [],
    securityGroups: network?.securityGroups ?? [],
    publicIp: network?.assignPublicIp === 'ENABLED',
    onSpot: (service?.capacityProviderStrategy ?? []).some(({ capacityProvider }) => capacityProvider === SPOT),
    missing: isShort(service),
    unplacedAt: service?.events?.find(({ message }) => NO_CAPACITY.test(message ?? ''))?.createdAt?.toISOString() ?? null,
  };
};

const deploymentFacts = (deployment: Deployment): DeploymentFacts => ({
  id: deployment.id ?? '',
  primary: deployment.status === 'PRIMARY',
  taskDefinition: deployment.taskDefinition ?? '',
  state: deployment.rolloutState ?? 'UNKNOWN',
  reason: deployment.rolloutStateReason ?? '',
  failedTasks: deployment.failedTasks ?? 0,
  desired: deployment.desiredCount ?? 0,
  running: deployment.runningCount ?? 0,
});

const tasksOf = async <T>(
  { ecs, cluster }: Ecs,
  names: readonly string[],
  status: 'RUNNING' | 'STOPPED',
  read: (task: Task) => T,
): Promise<ReadonlyMap<string, readonly T[]>> =>
  new Map([...(await tasksByService(ecs, cluster, names, status))].map(([name, tasks]) => [name, tasks.map(read)]));

const taskFacts = (task: Task): TaskFacts => ({
  arn: task.taskArn ?? '',
  status: task.lastStatus ?? '',
  // UNKNOWN is what a task without container health check says for ever.
  healthy: task.lastStatus === 'RUNNING' && task.healthStatus !== 'UNHEALTHY',
  taskDefinition: task.taskDefinitionArn ?? '',
  startedAt: task.startedAt?.toISOString() ?? null,
  digests: Object.fromEntries(
    (task.containers ?? []).flatMap(({ name, imageDigest }) =>
      name === undefined || imageDigest === undefined ? [] : [[name, imageDigest]],
    ),
  ),
});

const stoppedTask = (task: Task): StoppedTask => ({
  task: task.taskArn ?? '',
  taskDefinition: task.taskDefinitionArn ?? '',
  stoppedAt: (task.stoppedAt ?? task.stoppingAt)?.toISOString() ?? '',
  code: task.stopCode ?? 'Unknown',
  reason: task.stoppedReason ?? '',
  containers: (task.containers ?? []).map(({ name, exitCode, reason, imageDigest }) => ({
    name: name ?? '',
    exitCode: exitCode ?? null,
    reason: reason ?? null,
    digest: imageDigest ?? null,
  })),
});

/** Only the revision is sent: a count would overwrite what scaling did (aws-facts B1). */
const roll = async ({ ecs, cluster }: Ecs, service: string, taskDefinition: string): Promise<string> => {
  const command = new UpdateServiceCommand({ cluster, service, taskDefinition });
  const answer = await attempt('ecs:UpdateService', `${service} to ${taskDefinition}`, () => ecs.send(command));
  return answer.service?.deployments?.find(({ status }) => status === 'PRIMARY')?.id ?? '';
};

const count = async ({ ecs, cluster }: Ecs, service: string, desiredCount: number): Promise<void> => {
  await attempt('ecs:UpdateService', `${service} to ${desiredCount} tasks`, () =>
    ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount })),
  );
};

const retire = async ({ ecs }: Ecs, taskDefinition: string): Promise<void> => {
  await attempt('ecs:DeregisterTaskDefinition', taskDefinition, () => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition })));
};
