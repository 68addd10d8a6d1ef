// Task definitions: revisions of a family, kept as registered, ACTIVE until deregistered (aws-facts B6).
import { AwsError } from '../../simulated.ts';
import type { Operation } from '../../simulated.ts';
import { callerArn } from '../../caller-name.ts';
import { page } from '../paging.ts';
import type { ContainerDefinition, Tag, TaskDefinition } from './model.ts';
import { taskDefinitionArn } from './names.ts';
import { taskDefinitionOf } from './state.ts';
import type { EcsState } from './state.ts';

const MAXIMUM_BYTES = 64 * 1024;

/** Fields ECS adds to a description; it refuses them as input, as the API does for unknown fields (B6). */
const ADDED_BY_ECS: readonly string[] = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
];

/** A new ACTIVE revision; every call makes another one (no idempotency token). Throws ClientException or InvalidParameterException. */
export const registerTaskDefinition = (state: EcsState, input: any, registeredBy: string): TaskDefinition => {
  validate(input);
  const { tags, ...registered } = input;
  const revisions = state.families.get(input.family) ?? [];
  const revision = revisions.length + 1;
  const definition: TaskDefinition = {
    arn: taskDefinitionArn(state.world, input.family, revision),
    family: input.family,
    revision,
    registered,
    containers: input.containerDefinitions as readonly ContainerDefinition[],
    cpu: String(input.cpu ?? '256'),
    memory: String(input.memory ?? '512'),
    platform: platformOf(input.runtimePlatform?.cpuArchitecture),
    registeredAt: state.world.clock.now,
    registeredBy,
    status: 'ACTIVE',
    tags: (tags ?? []) as readonly Tag[],
    ...(input.taskRoleArn === undefined ? {} : { taskRoleArn: input.taskRoleArn }),
    ...(input.executionRoleArn === undefined ? {} : { executionRoleArn: input.executionRoleArn }),
  };
  state.families.set(input.family, [...revisions, definition]);
  return definition;
};

const platformOf = (architecture: string | undefined): string => (architecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64');

const validate = (input: any): void => {
  const unknown = ADDED_BY_ECS.filter((field) => field in input);
  if (unknown.length > 0) throw new AwsError('ClientException', `Unknown parameter in input: "${unknown.join('", "')}"`);
  if (typeof input.family !== 'string' || !/^[a-zA-Z0-9_-]{1,255}$/.test(input.family))
    throw new AwsError('ClientException', 'Invalid family name.');
  const containers: readonly ContainerDefinition[] = input.containerDefinitions ?? [];
  if (containers.length === 0) throw new AwsError('ClientException', 'Container list cannot be empty.');
  if (containers.length > 10) throw new AwsError('ClientException', 'Too many containers: at most 10 are allowed.');
  if (!containers.some((container) => container.essential !== false))
    throw new AwsError('ClientException', 'At least one container must be marked essential.');
  for (const container of containers) {
    if (typeof container.image !== 'string' || container.image === '') {
      throw new AwsError('ClientException', `Container.image should not be null or empty.`);
    }
  }
  if (JSON.stringify(input).length > MAXIMUM_BYTES)
    throw new AwsError('ClientException', 'Task definition exceeds the size limit of 64 KiB.');
};

/** The description as DescribeTaskDefinition gives it: tags are not part of it (B6). */
export const taskDefinitionShape = (definition: TaskDefinition): object => ({
  ...definition.registered,
  taskDefinitionArn: definition.arn,
  revision: definition.revision,
  status: definition.status,
  compatibilities: ['EC2', 'FARGATE'],
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
  volumes: definition.registered['volumes'] ?? [],
  placementConstraints: definition.registered['placementConstraints'] ?? [],
  registeredAt: new Date(definition.registeredAt),
  registeredBy: definition.registeredBy,
  ...(definition.deregisteredAt === undefined ? {} : { deregisteredAt: new Date(definition.deregisteredAt) }),
});

const passedRoles = (input: any) =>
  [input.taskRoleArn, input.executionRoleArn]
    .filter((role): role is string => typeof role === 'string')
    .map((resource) => ({ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }));

export const taskDefinitionOperations = (state: EcsState): Readonly<Record<string, Operation>> => ({
  RegisterTaskDefinition: {
    needs: (input, world) => [
      { action: 'ecs:RegisterTaskDefinition', resource: '*' },
      ...(input.tags?.length > 0 ? [{ action: 'ecs:TagResource', resource: taskDefinitionArn(world, input.family, '*') }] : []),
      ...passedRoles(input),
    ],
    run: (input, { caller, world }) => {
      const definition = registerTaskDefinition(state, input, callerArn(caller, world.account));
      return { taskDefinition: taskDefinitionShape(definition), tags: definition.tags };
    },
  },
  DeregisterTaskDefinition: {
    needs: () => [{ action: 'ecs:DeregisterTaskDefinition', resource: '*' }],
    run: (input) => {
      const definition = taskDefinitionOf(state, input.taskDefinition);
      definition.status = 'INACTIVE';
      definition.deregisteredAt = state.world.clock.now;
      return { taskDefinition: taskDefinitionShape(definition) };
    },
  },
  DescribeTaskDefinition: {
    needs: () => [{ action: 'ecs:DescribeTaskDefinition', resource: '*' }],
    run: (input) => {
      const definition = taskDefinitionOf(state, input.taskDefinition);
      return { taskDefinition: taskDefinitionShape(definition), ...(input.include?.includes('TAGS') ? { tags: definition.tags } : {}) };
    },
  },
  ListTaskDefinitions: {
    needs: () => [{ action: 'ecs:ListTaskDefinitions', resource: '*' }],
    run: (input) => {
      const families = [...state.families.keys()]
        .sort()
        .filter((family) => input.familyPrefix === undefined || family === input.familyPrefix);
      const wanted = families
        .flatMap((family) => state.families.get(family)!)
        .filter((definition) => definition.status === (input.status ?? 'ACTIVE'));
      const ordered = input.sort === 'DESC' ? wanted.reverse() : wanted;
      const { items, nextToken } = page(ordered, input.maxResults ?? 100, input.nextToken);
      return { taskDefinitionArns: items.map((definition) => definition.arn), nextToken };
    },
  },
});
