// The newer view of deployments: service deployments and service revisions, and stopping one (aws-facts B8).
import { AwsError } from '../../simulated.ts';
import type { Operation } from '../../simulated.ts';
import { page } from '../paging.ts';
import type { Service, ServiceDeployment, ServiceRevision } from './model.ts';
import { placeOf } from './names.ts';
import { stopRollout } from './rollback.ts';
import { serviceNeeds } from './service-operations.ts';
import { clusterOf, findService, serviceOf } from './state.ts';
import type { EcsState } from './state.ts';

/** AWS keeps this history 90 days. */
const HISTORY = 90 * 86_400_000;

const date = (name: string, value: number | undefined): object => (value === undefined ? {} : { [name]: new Date(value) });

const find = (state: EcsState, arn: string): { readonly service: Service; readonly record: ServiceDeployment } | undefined => {
  const place = placeOf(arn);
  const service = findService(state, place.cluster, place.service);
  const record = service?.history.find((candidate) => candidate.arn === arn);
  return service === undefined || record === undefined ? undefined : { service, record };
};

export const serviceDeploymentOperations = (state: EcsState): Readonly<Record<string, Operation>> => ({
  ListServiceDeployments: {
    needs: (input, world) => [serviceNeeds(world, 'ListServiceDeployments', input.cluster, input.service)],
    run: (input) => {
      const service = serviceOf(state, clusterOf(state, input.cluster ?? placeOf(input.service).cluster).name, input.service);
      const records = service.history.filter((record) => listed(state, record, input));
      const { items, nextToken } = page(records, input.maxResults ?? 20, input.nextToken);
      return {
        serviceDeployments: items.map((record) => ({ ...brief(service, record), targetServiceRevisionArn: record.target.arn })),
        nextToken,
      };
    },
  },
  DescribeServiceDeployments: {
    needs: (input) => input.serviceDeploymentArns.map((resource: string) => ({ action: 'ecs:DescribeServiceDeployments', resource })),
    run: (input) => {
      const arns: readonly string[] = input.serviceDeploymentArns;
      const found = arns.map((arn) => find(state, arn));
      return {
        serviceDeployments: found.flatMap((entry) => (entry === undefined ? [] : [full(entry.service, entry.record)])),
        failures: arns.flatMap((arn, index) => (found[index] === undefined ? [{ arn, reason: 'MISSING' }] : [])),
      };
    },
  },
  DescribeServiceRevisions: {
    needs: (input) => input.serviceRevisionArns.map((resource: string) => ({ action: 'ecs:DescribeServiceRevisions', resource })),
    run: (input) => {
      const arns: readonly string[] = input.serviceRevisionArns;
      const found = arns.map((arn) => revisionShape(state, arn));
      return {
        serviceRevisions: found.filter((shape) => shape !== undefined),
        failures: arns.flatMap((arn, index) => (found[index] === undefined ? [{ arn, reason: 'MISSING' }] : [])),
      };
    },
  },
  StopServiceDeployment: {
    needs: (input) => [{ action: 'ecs:StopServiceDeployment', resource: input.serviceDeploymentArn }],
    run: (input) => {
      const found = find(state, input.serviceDeploymentArn);
      if (found === undefined) throw new AwsError('ServiceDeploymentNotFoundException', 'The service deployment was not found.');
      if (input.stopType !== undefined && input.stopType !== 'ROLLBACK')
        throw new AwsError('InvalidParameterException', 'Only stopType ROLLBACK is simulated.');
      stopRollout(state, found.service, found.record);
      return { serviceDeploymentArn: found.record.arn };
    },
  },
});

const listed = (state: EcsState, record: ServiceDeployment, input: any): boolean =>
  record.createdAt > state.world.clock.now - HISTORY &&
  (input.status === undefined || input.status.length === 0 || input.status.includes(record.status)) &&
  (input.createdAt?.after === undefined || record.createdAt >= input.createdAt.after.getTime()) &&
  (input.createdAt?.before === undefined || record.createdAt <= input.createdAt.before.getTime());

const brief = (service: Service, record: ServiceDeployment): object => ({
  serviceDeploymentArn: record.arn,
  serviceArn: service.arn,
  clusterArn: service.cluster.arn,
  createdAt: new Date(record.createdAt),
  ...date('startedAt', record.startedAt),
  ...date('finishedAt', record.finishedAt),
  status: record.status,
  ...(record.statusReason === undefined ? {} : { statusReason: record.statusReason }),
});

const counts = (service: Service, revision: ServiceRevision): object => {
  const tasks = [...service.tasks].filter((task) => task.deployment?.revision === revision);
  return {
    arn: revision.arn,
    requestedTaskCount: tasks.filter((task) => task.desiredStatus === 'RUNNING').length,
    runningTaskCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingTaskCount: tasks.filter((task) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(task.lastStatus)).length,
  };
};

const lifecycleStage = (service: Service, record: ServiceDeployment): object => {
  const stage = service.deployments.find((deployment) => deployment.id === record.legacyId)?.stage;
  return stage === undefined || record.finishedAt !== undefined ? {} : { lifecycleStage: stage };
};

const full = (service: Service, record: ServiceDeployment): object => ({
  ...brief(service, record),
  updatedAt: new Date(record.updatedAt),
  ...date('stoppedAt', record.stoppedAt),
  sourceServiceRevisions: record.sources.map((revision) => counts(service, revision)),
  targetServiceRevision: counts(service, record.target),
  deploymentConfiguration: record.configuration,
  ...lifecycleStage(service, record),
  deploymentCircuitBreaker: { status: record.breaker, failureCount: record.failureCount, threshold: record.threshold },
  alarms: {
    status: record.alarmStatus,
    alarmNames: record.configuration.alarms?.alarmNames ?? [],
    triggeredAlarmNames: record.triggeredAlarms,
  },
  ...(record.rollback === undefined ? {} : { rollback: { ...record.rollback, startedAt: new Date(record.rollback.startedAt) } }),
});

const revisionShape = (state: EcsState, arn: string): object | undefined => {
  const place = placeOf(arn);
  const service = findService(state, place.cluster, place.service);
  const revision = service?.revisions.get(arn);
  if (service === undefined || revision === undefined) return undefined;
  const { taskDefinition, networkConfiguration, platformVersion, loadBalancers } = revision.workload;
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: taskDefinition.arn,
    launchType: 'FARGATE',
    platformVersion,
    platformFamily: 'Linux',
    loadBalancers,
    networkConfiguration,
    containerImages: taskDefinition.containers.map((container) => ({
      containerName: container.name,
      image: container.image,
      ...(revision.digests.has(container.name) ? { imageDigest: revision.digests.get(container.name) } : {}),
    })),
    createdAt: new Date(revision.createdAt),
  };
};
