// A task as it is born: its network interface, its containers, its place in a zone.
import type { RandomStream } from '../../randomness.ts';
import type {
  CapacityProviderStrategyItem,
  Cluster,
  Container,
  Deployment,
  Service,
  Tag,
  Task,
  TaskDefinition,
  Workload,
} from './model.ts';
import { containerArn, taskArn } from './names.ts';
import { forget } from './state.ts';
import type { EcsState } from './state.ts';

export interface TaskOrder {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly workload: Workload;
  readonly group: string;
  readonly startedBy: string;
  readonly capacityProvider: string;
  readonly service?: Service;
  readonly deployment?: Deployment;
  readonly overrides?: Readonly<Record<string, any>>;
  readonly enableExecuteCommand?: boolean;
  readonly tags?: readonly Tag[];
}

/** A private address that no network interface holds: a VPC never gives one to two tasks, and a target group tells targets apart by it. */
export const freeAddress = (random: Pick<RandomStream, 'between'>, taken: (address: string) => boolean): string => {
  const address = `10.0.${random.between(0, 255)}.${random.between(4, 254)}`;
  return taken(address) ? freeAddress(random, taken) : address;
};

const addressTaken = ({ clusters }: EcsState, address: string): boolean =>
  [...clusters.values()].some(({ tasks }) => [...tasks.values()].some((task) => task.address === address && task.lastStatus !== 'STOPPED'));

export const newTask = (state: EcsState, order: TaskOrder): Task => {
  const { world } = state;
  const random = world.random.stream('ecs');
  const id = random.hex(32);
  const subnets = order.workload.networkConfiguration.awsvpcConfiguration?.subnets ?? [];
  const subnet = subnets[order.cluster.tasks.size % Math.max(1, subnets.length)] ?? 'subnet-00000000000000000';
  const task: Task = {
    id,
    arn: taskArn(world, order.cluster.name, id),
    cluster: order.cluster,
    definition: order.definition,
    workload: order.workload,
    group: order.group,
    startedBy: order.startedBy,
    capacityProvider: order.capacityProvider,
    createdAt: world.clock.now,
    zone: world.services.ec2.zoneOf(subnet),
    subnet,
    eni: `eni-${random.hex(17)}`,
    attachment: random.uuid(),
    address: freeAddress(random, (address) => addressTaken(state, address)),
    macAddress: `0a:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}`,
    overrides: order.overrides ?? {},
    containers: order.definition.containers.map((definition) => newContainer(state, order, id, definition)),
    enableExecuteCommand: order.enableExecuteCommand ?? false,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    tags: order.tags ?? [],
    version: 1,
    updatedAt: world.clock.now,
    healthy: false,
    wasHealthy: false,
    targetHealth: new Map(order.workload.loadBalancers.map((link) => [link.targetGroupArn, false])),
    timers: [],
    ...(order.service === undefined ? {} : { service: order.service }),
    ...(order.deployment === undefined ? {} : { deployment: order.deployment }),
  };
  forget(state, order.cluster);
  order.cluster.tasks.set(id, task);
  order.service?.tasks.add(task);
  return task;
};

const newContainer = (state: EcsState, order: TaskOrder, taskId: string, definition: TaskDefinition['containers'][number]): Container => {
  const { world } = state;
  const override = (order.overrides?.['containerOverrides'] ?? []).find((item: { name: string }) => item.name === definition.name);
  const command = override?.command ?? definition.command;
  return {
    name: definition.name,
    arn: containerArn(world, order.cluster.name, taskId, world.random.stream('ecs').uuid()),
    image: definition.image,
    definition,
    lastStatus: 'PENDING',
    health: 'UNKNOWN',
    ...(command === undefined ? {} : { command }),
  };
};

/** The provider the strategy gives the next task to: bases first, then the one furthest behind its weight. */
export const nextProvider = (strategy: readonly CapacityProviderStrategyItem[], running: readonly string[]): string => {
  const count = (provider: string): number => running.filter((name) => name === provider).length;
  const belowBase = strategy.find((item) => count(item.capacityProvider) < (item.base ?? 0));
  if (belowBase !== undefined) return belowBase.capacityProvider;
  const share = (item: CapacityProviderStrategyItem): number => (count(item.capacityProvider) - (item.base ?? 0)) / (item.weight ?? 0);
  const weighted = strategy.filter((item) => (item.weight ?? 0) > 0).sort((left, right) => share(left) - share(right));
  return weighted[0]?.capacityProvider ?? 'FARGATE';
};
