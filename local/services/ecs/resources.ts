// CloudFormation types of ECS: what Ref and GetAtt answer, and what an update sends to ECS (design of R6 depends on it).
import type { Made, ResourceContext, ResourceType } from '../../simulated.ts';
import { createCluster, deleteCluster } from './cluster-operations.ts';
import type { Cluster, Service } from './model.ts';
import { placeOf, shortName } from './names.ts';
import { createService, deleteService, updateService } from './service-changes.ts';
import { stable, gone } from './stabilize.ts';
import { clusterOf, serviceOf, taskDefinitionOf } from './state.ts';
import type { EcsState } from './state.ts';
import { registerTaskDefinition } from './task-definitions.ts';
import { apiShape } from './template-shape.ts';

const REGISTERED_BY = 'cloudformation.amazonaws.com';

export const ecsResources = (state: EcsState): Readonly<Record<string, ResourceType>> => ({
  'AWS::ECS::Cluster': clusterType(state),
  'AWS::ECS::ClusterCapacityProviderAssociations': associationsType(state),
  'AWS::ECS::TaskDefinition': taskDefinitionType(state),
  'AWS::ECS::Service': serviceType(state),
});

const clusterType = (state: EcsState): ResourceType => {
  const settle = (cluster: Cluster, properties: any): Made => {
    const { clusterSettings, capacityProviders, defaultCapacityProviderStrategy, tags } = apiShape(properties);
    if (clusterSettings !== undefined) cluster.settings = clusterSettings;
    if (capacityProviders !== undefined) cluster.capacityProviders = capacityProviders;
    if (defaultCapacityProviderStrategy !== undefined) cluster.defaultCapacityProviderStrategy = defaultCapacityProviderStrategy;
    cluster.tags = tags ?? [];
    return { ref: cluster.name, attributes: { Arn: cluster.arn } };
  };
  return {
    replaceOn: ['ClusterName'],
    create: (properties, context) => settle(createCluster(state, properties.ClusterName ?? context.generatedName(255), []), properties),
    update: (made, properties) => settle(clusterOf(state, made.ref), properties),
    remove: (made) => deleteCluster(clusterOf(state, made.ref)),
  };
};

const associationsType = (state: EcsState): ResourceType => {
  const settle = (properties: any): Made => {
    const cluster = clusterOf(state, properties.Cluster);
    cluster.capacityProviders = properties.CapacityProviders ?? [];
    cluster.defaultCapacityProviderStrategy = apiShape(properties.DefaultCapacityProviderStrategy ?? []);
    return { ref: cluster.name, attributes: {} };
  };
  return { replaceOn: ['Cluster'], create: settle, update: (_made, properties) => settle(properties) };
};

const REPLACES_TASK_DEFINITION = [
  'Family',
  'ContainerDefinitions',
  'Cpu',
  'Memory',
  'NetworkMode',
  'ExecutionRoleArn',
  'TaskRoleArn',
  'Volumes',
  'RuntimePlatform',
  'RequiresCompatibilities',
  'EphemeralStorage',
  'PlacementConstraints',
  'PidMode',
  'IpcMode',
  'ProxyConfiguration',
  'EnableFaultInjection',
];

/** Every change registers another revision; the one CloudFormation knew is deregistered afterwards. Ref answers the ARN with its revision. */
const taskDefinitionType = (state: EcsState): ResourceType => ({
  replaceOn: REPLACES_TASK_DEFINITION,
  create: (properties, context) => {
    const input = apiShape({ ...properties, Family: properties.Family ?? context.generatedName(255) });
    const { arn } = registerTaskDefinition(state, input, REGISTERED_BY);
    return { ref: arn, attributes: { TaskDefinitionArn: arn } };
  },
  update: (made, properties) => {
    taskDefinitionOf(state, made.ref).tags = apiShape(properties.Tags ?? []);
    return made;
  },
  remove: (made) => {
    const definition = taskDefinitionOf(state, made.ref);
    definition.status = 'INACTIVE';
    definition.deregisteredAt = state.world.clock.now;
  },
});

/** Sent only when the template has them; absent on an update means unchanged, as for the desired count (design: aws-cdk PR 13130). */
const serviceInput = (properties: any): any => {
  const { tags: _tags, forceNewDeployment: _force, ...input } = apiShape(properties);
  return {
    ...input,
    loadBalancers: input.loadBalancers ?? [],
    ...numeric(input, 'desiredCount'),
    ...numeric(input, 'healthCheckGracePeriodSeconds'),
  };
};

const numeric = (input: any, field: string): object => (input[field] === undefined ? {} : { [field]: Number(input[field]) });

const serviceType = (state: EcsState): ResourceType => {
  const find = (made: Made): Service => serviceOf(state, placeOf(made.ref).cluster, made.ref);
  return {
    replaceOn: ['ServiceName', 'Cluster', 'LaunchType', 'Role', 'SchedulingStrategy', 'DeploymentController'],
    create: async (properties, context) => {
      const service = createService(state, createInput(properties, context), REGISTERED_BY);
      service.tags = apiShape(properties.Tags ?? []);
      await stableOrGone(state, service);
      return madeOf(service);
    },
    update: async (made, properties, before) => {
      const service = find(made);
      service.tags = apiShape(properties.Tags ?? []);
      updateService(state, service, { ...serviceInput(properties), forceNewDeployment: forced(properties, before) });
      await stable(state, service);
      return madeOf(service);
    },
    remove: async (made) => {
      const service = find(made);
      deleteService(state, service, true);
      await gone(state, service);
    },
  };
};

/** A service that never became stable is taken away again, as CloudFormation does when it rolls a creation back. */
const stableOrGone = async (state: EcsState, service: Service): Promise<void> => {
  try {
    await stable(state, service);
  } catch (error) {
    deleteService(state, service, true);
    await gone(state, service);
    throw error;
  }
};

const madeOf = (service: Service): Made => ({ ref: service.arn, attributes: { Name: service.name, ServiceArn: service.arn } });

const createInput = (properties: any, context: ResourceContext): any => ({
  ...serviceInput(properties),
  serviceName: properties.ServiceName ?? context.generatedName(255),
  cluster: shortName(properties.Cluster),
  desiredCount: properties.DesiredCount === undefined ? 1 : Number(properties.DesiredCount),
});

/** A changed nonce forces a deployment even when nothing else of the service changed. */
const forced = (properties: any, before: any): boolean => {
  const now = properties.ForceNewDeployment;
  if (String(now?.EnableForceNewDeployment ?? false) !== 'true') return false;
  return now.ForceNewDeploymentNonce !== before.ForceNewDeployment?.ForceNewDeploymentNonce;
};
