// ECS operations on tasks: one-off tasks, stopping, describing; stopped tasks stay visible for about an hour.
import { AwsError } from '../../simulated.ts';
import type { Operation } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { page } from '../paging.ts';
import { executeCommand } from './execute-command.ts';
import type { Cluster, Task, Workload } from './model.ts';
import { clusterArn, familyAndRevision, shortName, taskArn, taskDefinitionArn } from './names.ts';
import { nextProvider } from './new-task.ts';
import { clusterOf, findTask, taskDefinitionOf, visibleTasks } from './state.ts';
import type { EcsState } from './state.ts';
import { stopTask } from './task-end.ts';
import { startTask } from './task-life.ts';
import { asDate, taskDetail } from './task-view.ts';

const MOST_DESCRIBED = 100;

const inCluster = (world: World, cluster: string | undefined) => ({ 'ecs:cluster': clusterArn(world, shortName(cluster)) });

const taskNeeds = (world: World, action: string, cluster: string | undefined, task: string) => ({
  action: `ecs:${action}`,
  resource: taskArn(world, shortName(cluster), shortName(task)),
  context: inCluster(world, cluster),
});

export const taskOperations = (state: EcsState): Readonly<Record<string, Operation>> => ({
  RunTask: {
    needs: (input, world) => runTaskNeeds(state, input, world),
    run: (input) => runTaskOnce(state, input),
  },
  StopTask: {
    needs: (input, world) => [taskNeeds(world, 'StopTask', input.cluster, input.task)],
    run: (input) => {
      const task = findTask(state, clusterOf(state, input.cluster), input.task);
      if (task === undefined) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
      stopTask(state, task, { code: 'UserInitiated', text: input.reason ?? 'Task stopped by user' });
      return { task: shape(task, false) };
    },
  },
  DescribeTasks: {
    needs: (input, world) => (input.tasks ?? []).map((task: string) => taskNeeds(world, 'DescribeTasks', input.cluster, task)),
    run: (input) => describeTasks(state, input),
  },
  ListTasks: {
    needs: (input, world) => [{ action: 'ecs:ListTasks', resource: '*', context: inCluster(world, input.cluster) }],
    run: (input) => {
      const wanted = visibleTasks(state, clusterOf(state, input.cluster)).filter((task) => listed(task, input));
      const { items, nextToken } = page(wanted, input.maxResults ?? 100, input.nextToken);
      return { taskArns: items.map((task) => task.arn), nextToken };
    },
  },
  ExecuteCommand: {
    needs: (input, world) => [
      taskNeeds(world, 'ExecuteCommand', input.cluster, input.task),
      { action: 'ecs:ExecuteCommand', resource: clusterArn(world, shortName(input.cluster)) },
    ],
    run: (input) => executeCommand(state, input),
  },
});

const shape = (task: Task, withTags: boolean): object => ({ ...taskDetail(task, asDate, 'ElasticNetworkInterface'), ...(withTags ? { tags: task.tags } : {}) });

const describeTasks = (state: EcsState, input: any): unknown => {
  const ids: readonly string[] = input.tasks ?? [];
  if (ids.length === 0) throw new AwsError('InvalidParameterException', 'Tasks cannot be empty.');
  if (ids.length > MOST_DESCRIBED)
    throw new AwsError('InvalidParameterException', `Tasks cannot contain more than ${MOST_DESCRIBED} elements.`);
  const cluster = clusterOf(state, input.cluster);
  const found = ids.map((id) => findTask(state, cluster, id));
  return {
    tasks: found.flatMap((task) => (task === undefined ? [] : [shape(task, input.include?.includes('TAGS') === true)])),
    failures: ids.flatMap((id, index) =>
      found[index] === undefined ? [{ arn: taskArn(state.world, cluster.name, shortName(id)), reason: 'MISSING' }] : [],
    ),
  };
};

/** `desiredStatus` filters; its default is RUNNING, so stopped tasks appear only when asked for. */
const listed = (task: Task, input: any): boolean =>
  task.desiredStatus === (input.desiredStatus ?? 'RUNNING') &&
  (input.serviceName === undefined || task.group === `service:${shortName(input.serviceName)}`) &&
  (input.family === undefined || task.definition.family === input.family) &&
  (input.startedBy === undefined || task.startedBy === input.startedBy);

const runTaskNeeds = (state: EcsState, input: any, world: World) => {
  const { family, revision } = familyAndRevision(input.taskDefinition);
  const latest = state.families.get(family)?.findLast((definition) => definition.status === 'ACTIVE');
  const overridden = [input.overrides?.taskRoleArn, input.overrides?.executionRoleArn];
  const roles = [overridden[0] ?? latest?.taskRoleArn, overridden[1] ?? latest?.executionRoleArn].filter(
    (role): role is string => role !== undefined,
  );
  return [
    {
      action: 'ecs:RunTask',
      resource: taskDefinitionArn(world, family, revision ?? latest?.revision ?? '*'),
      context: inCluster(world, input.cluster),
    },
    ...roles.map((resource) => ({ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } })),
  ];
};

/** RunTask with a client token: the same request again is answered with the same tasks, another one under that token is refused. */
const runTaskOnce = (state: EcsState, { clientToken, ...input }: any): ReturnType<typeof runTask> => {
  if (clientToken === undefined) return runTask(state, input);
  const request = JSON.stringify(input);
  const known = state.runs.get(clientToken);
  if (known === undefined) {
    const tasks: Task[] = [];
    const answer = runTask(state, input, tasks);
    if (tasks.length > 0) state.runs.set(clientToken, { request, tasks });
    return answer;
  }
  if (known.request !== request) throw new AwsError('ConflictException', 'The client token was used with other parameters.');
  return { tasks: known.tasks.map((task) => shape(task, true)), failures: [] };
};

/** Runs one-off tasks. Without Fargate capacity nothing starts and the answer carries the failure, as RunTask answers. */
export const runTask = (state: EcsState, input: any, started: Task[] = []): { readonly tasks: readonly object[]; readonly failures: readonly object[] } => {
  const cluster = clusterOf(state, input.cluster);
  const definition = taskDefinitionOf(state, input.taskDefinition);
  if (definition.status === 'INACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
  const provider = providerFor(cluster, input);
  if (!state.capacity[provider])
    return {
      tasks: [],
      failures: [{ reason: 'Capacity is unavailable at this time. Please try again later or in a different availability zone' }],
    };
  const workload: Workload = {
    taskDefinition: definition,
    networkConfiguration: input.networkConfiguration ?? {},
    platformVersion: input.platformVersion ?? 'LATEST',
    loadBalancers: [],
    serviceRegistries: [],
  };
  const order = {
    cluster,
    definition,
    workload,
    group: input.group ?? `family:${definition.family}`,
    startedBy: input.startedBy ?? '',
    capacityProvider: provider,
    overrides: input.overrides ?? {},
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    tags: input.tags ?? [],
  };
  const tasks = Array.from({ length: input.count ?? 1 }, () => startTask(state, order));
  started.push(...tasks);
  return { tasks: tasks.map((task) => shape(task, true)), failures: [] };
};

const providerFor = (cluster: Cluster, input: any): 'FARGATE' | 'FARGATE_SPOT' => {
  if (input.launchType !== undefined) return 'FARGATE';
  const strategy = input.capacityProviderStrategy ?? cluster.defaultCapacityProviderStrategy;
  return nextProvider(strategy, []) === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE';
};
