// ECS operations on clusters and tags.
import { AwsError } from '../../simulated.ts';
import type { Operation } from '../../simulated.ts';
import type { Cluster, Tag } from './model.ts';
import { clusterArn, shortName } from './names.ts';
import type { EcsState } from './state.ts';
import { clusterOf, findTask, taskDefinitionOf } from './state.ts';

/** Creates the cluster or answers the one of that name, as CreateCluster does. */
export const createCluster = (state: EcsState, name: string, tags: readonly Tag[]): Cluster => {
  const existing = state.clusters.get(name);
  if (existing?.status === 'ACTIVE') return existing;
  const cluster: Cluster = {
    name,
    arn: clusterArn(state.world, name),
    status: 'ACTIVE',
    settings: [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    tags,
    services: new Map(),
    tasks: new Map(),
  };
  state.clusters.set(name, cluster);
  return cluster;
};

export const deleteCluster = (cluster: Cluster): void => {
  const services = [...cluster.services.values()].filter((service) => service.status === 'ACTIVE');
  if (services.length > 0)
    throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  if ([...cluster.tasks.values()].some((task) => task.lastStatus !== 'STOPPED')) {
    throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  }
  cluster.status = 'INACTIVE';
};

const shape = (cluster: Cluster, include: readonly string[]): object => {
  const tasks = [...cluster.tasks.values()];
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter((task) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus)).length,
    activeServicesCount: [...cluster.services.values()].filter((service) => service.status === 'ACTIVE').length,
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
    ...(include.includes('SETTINGS') ? { settings: cluster.settings } : {}),
    ...(include.includes('TAGS') ? { tags: cluster.tags } : {}),
  };
};

export const clusterOperations = (state: EcsState): Readonly<Record<string, Operation>> => ({
  CreateCluster: {
    needs: () => [{ action: 'ecs:CreateCluster', resource: '*' }],
    run: (input) => ({ cluster: shape(createCluster(state, input.clusterName ?? 'default', input.tags ?? []), ['SETTINGS', 'TAGS']) }),
  },
  DescribeClusters: {
    needs: (input, world) =>
      (input.clusters ?? ['default']).map((name: string) => ({
        action: 'ecs:DescribeClusters',
        resource: clusterArn(world, shortName(name)),
      })),
    run: (input) => {
      const names: readonly string[] = input.clusters ?? ['default'];
      const found = names.map((name) => state.clusters.get(shortName(name)));
      return {
        clusters: found.flatMap((cluster) => (cluster === undefined ? [] : [shape(cluster, input.include ?? [])])),
        failures: names.flatMap((name, index) =>
          found[index] === undefined ? [{ arn: clusterArn(state.world, shortName(name)), reason: 'MISSING' }] : [],
        ),
      };
    },
  },
  DeleteCluster: {
    needs: (input, world) => [{ action: 'ecs:DeleteCluster', resource: clusterArn(world, shortName(input.cluster)) }],
    run: (input) => {
      const cluster = clusterOf(state, input.cluster);
      deleteCluster(cluster);
      return { cluster: shape(cluster, []) };
    },
  },
  TagResource: {
    needs: (input) => [{ action: 'ecs:TagResource', resource: input.resourceArn }],
    run: (input) => {
      const holder = taggedOf(state, input.resourceArn);
      const keys = (input.tags as readonly Tag[]).map((tag) => tag.key);
      holder.tags = [...holder.tags.filter((tag) => !keys.includes(tag.key)), ...input.tags];
      return {};
    },
  },
  UntagResource: {
    needs: (input) => [{ action: 'ecs:UntagResource', resource: input.resourceArn }],
    run: (input) => {
      const holder = taggedOf(state, input.resourceArn);
      holder.tags = holder.tags.filter((tag) => !input.tagKeys.includes(tag.key));
      return {};
    },
  },
  ListTagsForResource: {
    needs: (input) => [{ action: 'ecs:ListTagsForResource', resource: input.resourceArn }],
    run: (input) => ({ tags: taggedOf(state, input.resourceArn).tags }),
  },
});

const taggedOf = (state: EcsState, arn: string): { tags: readonly Tag[] } => {
  const [kind, cluster] = arn.split(':')[5]?.split('/') ?? [];
  const holder =
    kind === 'task-definition'
      ? taskDefinitionOf(state, arn)
      : kind === 'cluster'
        ? state.clusters.get(shortName(arn))
        : kind === 'service'
          ? state.clusters.get(cluster ?? '')?.services.get(shortName(arn))
          : kind === 'task'
            ? findTask(state, clusterOf(state, cluster), arn)
            : undefined;
  if (holder === undefined) throw new AwsError('InvalidParameterException', 'The specified resource ARN was not found.');
  return holder;
};
