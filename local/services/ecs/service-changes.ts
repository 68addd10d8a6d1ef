// Creating, updating and deleting a service, for the API and for CloudFormation alike; what triggers a deployment is decided here (aws-facts B1).
import { AwsError } from '../../simulated.ts';
import { isDeepStrictEqual } from 'node:util';
import { kick } from './kick.ts';
import { addServiceMetrics } from './metrics.ts';
import type { Cluster, DeploymentConfiguration, Service, Workload } from './model.ts';
import { serviceArn } from './names.ts';
import { beginRollout } from './rollouts.ts';
import { tellSteady } from './service-scheduler.ts';
import { serviceShape } from './service-view.ts';
import { clusterOf, findService, taskDefinitionOf } from './state.ts';
import type { EcsState } from './state.ts';

const STEADY_REPEATS = 6 * 3_600_000;

/** Creates the service and begins its first deployment. Throws InvalidParameterException as ECS does. */
export const createService = (state: EcsState, input: any, createdBy: string): Service => {
  const cluster = clusterOf(state, input.cluster);
  const existing = findService(state, cluster.name, input.serviceName);
  if (existing !== undefined && existing.status !== 'INACTIVE')
    throw new AwsError('InvalidParameterException', 'Creation of service was not idempotent.');
  if (!(input.desiredCount >= 0)) throw new AwsError('InvalidParameterException', 'Desired count is required.');
  const workload = workloadOf(state, input, undefined);
  checkTargetGroups(state, workload);
  const service = newService(state, cluster, input, workload, createdBy);
  cluster.services.set(service.name, service);
  service.tasksChanged = addServiceMetrics(state.world, service);
  repeatSteadyState(state, service);
  beginRollout(state, service, workload);
  return service;
};

const newService = (state: EcsState, cluster: Cluster, input: any, workload: Workload, createdBy: string): Service => ({
  name: input.serviceName,
  arn: serviceArn(state.world, cluster.name, input.serviceName),
  cluster,
  createdAt: state.world.clock.now,
  createdBy,
  status: 'ACTIVE',
  desired: input.desiredCount,
  workload,
  configuration: configurationOf(input.deploymentConfiguration, undefined),
  ...capacityOf(cluster, input),
  enableExecuteCommand: input.enableExecuteCommand ?? false,
  propagateTags: input.propagateTags ?? 'NONE',
  availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'ENABLED',
  tags: input.tags ?? [],
  deployments: [],
  history: [],
  revisions: new Map(),
  tasks: new Set(),
  events: [],
  steady: false,
  impaired: false,
  tasksChanged: () => undefined,
  ...(input.healthCheckGracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: input.healthCheckGracePeriodSeconds }),
});

const capacityOf = (cluster: Cluster, input: any): Pick<Service, 'capacityProviderStrategy' | 'launchType'> => {
  if (input.launchType !== undefined) return { capacityProviderStrategy: [], launchType: input.launchType };
  const strategy = input.capacityProviderStrategy ?? cluster.defaultCapacityProviderStrategy;
  return strategy.length > 0 ? { capacityProviderStrategy: strategy } : { capacityProviderStrategy: [], launchType: 'FARGATE' };
};

/** Defaults of a REPLICA service: 200 and 100 percent (B2). Fields not given keep their value. */
const configurationOf = (given: any, before: DeploymentConfiguration | undefined): DeploymentConfiguration => ({
  strategy: 'ROLLING',
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  ...before,
  ...given,
});

const WORKLOAD_FIELDS = [
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

/** What the service would run: fields given replace, fields not given stay. */
const workloadOf = (state: EcsState, input: any, before: Workload | undefined): Workload => {
  const given = Object.fromEntries(WORKLOAD_FIELDS.filter((field) => input[field] !== undefined).map((field) => [field, input[field]]));
  const taskDefinition = input.taskDefinition === undefined ? before!.taskDefinition : taskDefinitionOf(state, input.taskDefinition);
  if (taskDefinition.status === 'INACTIVE' && taskDefinition !== before?.taskDefinition)
    throw new AwsError('ClientException', 'TaskDefinition is inactive');
  const blank = { networkConfiguration: {}, platformVersion: 'LATEST', loadBalancers: [], serviceRegistries: [] };
  return { ...blank, ...before, ...given, taskDefinition };
};

const checkTargetGroups = (state: EcsState, workload: Workload): void => {
  for (const { targetGroupArn, containerName, containerPort } of workload.loadBalancers) {
    const problem = state.world.services.elb.attachmentProblem(targetGroupArn);
    if (problem !== undefined) throw new AwsError('InvalidParameterException', problem);
    const container = workload.taskDefinition.containers.find(({ name }) => name === containerName);
    if (container === undefined)
      throw new AwsError('InvalidParameterException', `The container ${containerName} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
      throw new AwsError(
        'InvalidParameterException',
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
    }
  }
};

const repeatSteadyState = (state: EcsState, service: Service): void => {
  const repeat = (): void => {
    if (service.status === 'INACTIVE') return cancel();
    if (service.steady) tellSteady(state, service);
  };
  const cancel = state.world.clock.every(STEADY_REPEATS, repeat, 'ecs steady state repeats');
};

/**
 * UpdateService: a deployment begins when what runs changes or when it is forced; a desired count alone only starts or
 * stops tasks, and the same task definition again does nothing (B1).
 */
export const updateService = (state: EcsState, service: Service, input: any): void => {
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  const workload = workloadOf(state, input, service.workload);
  rememberForReaders(state, service);
  if (!isDeepStrictEqual(workload.loadBalancers, service.workload.loadBalancers) || input.taskDefinition !== undefined)
    checkTargetGroups(state, workload);
  applySettings(service, input);
  if (input.desiredCount !== undefined) service.desired = input.desiredCount;
  service.tasksChanged();
  const changes =
    workload.taskDefinition !== service.workload.taskDefinition ||
    WORKLOAD_FIELDS.some((field) => !isDeepStrictEqual(workload[field], service.workload[field]));
  if (changes || input.forceNewDeployment === true) beginRollout(state, service, workload);
  else kick(state, service);
};

/** Reads are eventually consistent: with the fault, DescribeServices answers the old state for some seconds (B10). */
const rememberForReaders = ({ world }: EcsState, service: Service): void => {
  if (!world.faults.happens('ecs.stale-read')) return;
  const seconds = world.random.stream('ecs.stale').between(2, 12);
  service.stale = { shape: serviceShape(service, true), until: world.clock.now + seconds * 1_000 };
};

const applySettings = (service: Service, input: any): void => {
  service.configuration = configurationOf(input.deploymentConfiguration, service.configuration);
  if (input.capacityProviderStrategy !== undefined) {
    if (service.launchType !== undefined && input.forceNewDeployment !== true) {
      throw new AwsError(
        'InvalidParameterException',
        'You must force a new deployment when changing from a launch type to a capacity provider strategy.',
      );
    }
    service.capacityProviderStrategy = input.capacityProviderStrategy;
    delete service.launchType;
  }
  if (input.healthCheckGracePeriodSeconds !== undefined) service.gracePeriodSeconds = input.healthCheckGracePeriodSeconds;
  if (input.enableExecuteCommand !== undefined) service.enableExecuteCommand = input.enableExecuteCommand;
  if (input.propagateTags !== undefined) service.propagateTags = input.propagateTags;
  if (input.availabilityZoneRebalancing !== undefined) service.availabilityZoneRebalancing = input.availabilityZoneRebalancing;
};

/** Moves the desired count on behalf of Application Auto Scaling or a happening; no deployment (B5). */
export const setDesired = (state: EcsState, service: Service, desired: number, cause: string): void => {
  if (service.desired === desired) return;
  state.world.trail.add({
    kind: 'scaling',
    who: service.arn,
    what: `desired ${service.desired} → ${desired}`,
    detail: { cause, service: service.name },
  });
  rememberForReaders(state, service);
  service.desired = desired;
  service.tasksChanged();
  kick(state, service);
};

/** DRAINING until its tasks are gone, then INACTIVE. Throws unless scaled to 0 or forced. */
export const deleteService = (state: EcsState, service: Service, force: boolean): void => {
  if (service.desired > 0 && !force) {
    throw new AwsError('InvalidParameterException', 'The service cannot be stopped while it is scaled above 0.');
  }
  service.status = 'DRAINING';
  service.desired = 0;
  kick(state, service);
};
