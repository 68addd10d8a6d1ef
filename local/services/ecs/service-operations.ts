// ECS operations on services.
import { AwsError } from '../../simulated.ts';
import type { Operation, Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { callerArn } from '../../caller-name.ts';
import { page } from '../paging.ts';
import { clusterArn, serviceArn, shortName, taskDefinitionArn, familyAndRevision } from './names.ts';
import type { Service } from './model.ts';
import { createService, deleteService, updateService } from './service-changes.ts';
import { serviceShape } from './service-view.ts';
import { clusterOf, findService, serviceOf } from './state.ts';
import type { EcsState } from './state.ts';

const MOST_DESCRIBED = 10;

const asked = new WeakMap<World, Map<string, Map<string | undefined, Map<string, Permission>>>>();

/** The question a call on a service raises, written once for each action and service: looks ask it all the time. */
const plainNeeds = (world: World, action: string, cluster: string | undefined, service: string): Permission => {
  const actions = asked.get(world) ?? new Map<string, Map<string | undefined, Map<string, Permission>>>();
  const clusters = actions.get(action) ?? new Map<string | undefined, Map<string, Permission>>();
  const services = clusters.get(cluster) ?? new Map<string, Permission>();
  const known = services.get(service);
  if (known !== undefined) return known;
  const made: Permission = {
    action: `ecs:${action}`,
    resource: serviceArn(world, shortName(cluster), shortName(service)),
    context: { 'ecs:cluster': clusterArn(world, shortName(cluster)) },
  };
  asked.set(world, actions.set(action, clusters.set(cluster, services.set(service, made))));
  return made;
};

export const serviceNeeds = (
  world: World,
  action: string,
  cluster: string | undefined,
  service: string,
  taskDefinition?: string,
): Permission => {
  if (taskDefinition === undefined) return plainNeeds(world, action, cluster, service);
  const { family, revision } = familyAndRevision(taskDefinition);
  return {
    action: `ecs:${action}`,
    resource: serviceArn(world, shortName(cluster), shortName(service)),
    context: {
      'ecs:cluster': clusterArn(world, shortName(cluster)),
      'ecs:task-definition': taskDefinitionArn(world, family, revision ?? '*'),
    },
  };
};

export const serviceOperations = (state: EcsState): Readonly<Record<string, Operation>> => ({
  CreateService: {
    needs: (input, world) => [serviceNeeds(world, 'CreateService', input.cluster, input.serviceName, input.taskDefinition)],
    run: (input, { caller, world }) => ({ service: serviceShape(createService(state, input, callerArn(caller, world.account)), true) }),
  },
  UpdateService: {
    needs: (input, world) => [serviceNeeds(world, 'UpdateService', input.cluster, input.service, input.taskDefinition)],
    run: (input) => {
      const service = serviceOf(state, clusterOf(state, input.cluster).name, input.service);
      updateService(state, service, input);
      return { service: serviceShape(service, false) };
    },
  },
  DeleteService: {
    needs: (input, world) => [serviceNeeds(world, 'DeleteService', input.cluster, input.service)],
    run: (input) => {
      const service = serviceOf(state, clusterOf(state, input.cluster).name, input.service);
      deleteService(state, service, input.force ?? false);
      return { service: serviceShape(service, false) };
    },
  },
  DescribeServices: {
    needs: (input, world) =>
      (input.services ?? []).map((service: string) => serviceNeeds(world, 'DescribeServices', input.cluster, service)),
    run: (input) => describeServices(state, input),
  },
  ListServices: {
    needs: (input, world) => [
      { action: 'ecs:ListServices', resource: '*', context: { 'ecs:cluster': clusterArn(world, shortName(input.cluster)) } },
    ],
    run: (input) => {
      const services = [...clusterOf(state, input.cluster).services.values()].filter((service) => service.status !== 'INACTIVE');
      const { items, nextToken } = page(services, input.maxResults ?? 10, input.nextToken);
      return { serviceArns: items.map((service) => service.arn), nextToken };
    },
  },
});

const shapeForReaders = ({ world }: EcsState, service: Service, withTags: boolean): object =>
  service.stale !== undefined && world.clock.now < service.stale.until ? service.stale.shape : serviceShape(service, withTags);

/** Services that do not exist come back as failures with reason MISSING, not as an error (B10). */
const describeServices = (state: EcsState, input: any): unknown => {
  const names: readonly string[] = input.services ?? [];
  if (names.length === 0) throw new AwsError('InvalidParameterException', 'Services cannot be empty.');
  if (names.length > MOST_DESCRIBED)
    throw new AwsError('InvalidParameterException', `Services cannot contain more than ${MOST_DESCRIBED} elements.`);
  const cluster = clusterOf(state, input.cluster);
  const withTags = input.include?.includes('TAGS') === true;
  const found = names.map((name) => findService(state, cluster.name, name));
  return {
    services: found.flatMap((service) => (service === undefined ? [] : [shapeForReaders(state, service, withTags)])),
    failures: names.flatMap((name, index) =>
      found[index] === undefined ? [{ arn: serviceArn(state.world, cluster.name, shortName(name)), reason: 'MISSING' }] : [],
    ),
  };
};
