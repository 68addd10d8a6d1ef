// Deployments of a service: begun, superseded, baked, completed (aws-facts A3, B1, B5, B8).
import { announceAction, announceDeployment, serviceMessage } from './announce.ts';
import { failureThreshold } from './circuit-breaker.ts';
import { watchAlarms } from './deployment-alarms.ts';
import { kick } from './kick.ts';
import type { Deployment, Service, ServiceDeployment, ServiceRevision, Workload } from './model.ts';
import { serviceDeploymentArn, serviceRevisionArn } from './names.ts';
import { closeRecord, openRecord, tellRollout } from './rollout-record.ts';
import type { EcsState } from './state.ts';
import { beginStage, linksFor } from './traffic-shift.ts';

const DEFAULT_BAKE_MINUTES = 3;

/** A new deployment of this workload becomes PRIMARY; one that is running stops. */
export const beginRollout = (state: EcsState, service: Service, workload: Workload): Deployment => {
  const sources = [...new Set(service.deployments.map((deployment) => deployment.revision))];
  const links = linksFor(state, service, workload);
  supersede(state, service);
  const deployment = newDeployment(state, newRevision(state, service, workload), links);
  service.workload = workload;
  service.deployments.unshift(deployment);
  service.history.unshift(newRecord(state, service, deployment, sources));
  service.steady = false;
  announceDeployment(state, service, deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
  announceAction(state, service, 'INFO', 'SERVICE_DEPLOYMENT_IN_PROGRESS');
  if (service.configuration.alarms?.enable === true) watchAlarms(state, service, deployment);
  beginStage(state, service, deployment);
  kick(state, service);
  return deployment;
};

/** "A user starts a new service deployment": the running one stops; no event says so (B1). */
const supersede = (state: EcsState, service: Service): void => {
  const running = openRecord(service);
  if (running === undefined) return;
  running.status = 'STOPPED';
  running.statusReason = 'Service deployment was stopped because a new service deployment was started.';
  running.stoppedAt = state.world.clock.now;
  closeRecord(running, state.world.clock.now);
  tellRollout(state, service, `deployment ${running.legacyId} stopped: a new one was started`);
};

/** The scheduler finds the service steady on this deployment: it completes, after its bake time. */
export const steadyReached = (state: EcsState, service: Service, deployment: Deployment): void => {
  if (deployment.rollout !== 'IN_PROGRESS') return;
  const { clock } = state.world;
  const since = deployment.steadySince!;
  const bakedAt = since + bakeMilliseconds(service, deployment);
  if (clock.now >= bakedAt) return complete(state, service, deployment);
  const ripe = (): void => {
    if (deployment.steadySince === since && deployment === service.deployments[0]) steadyReached(state, service, deployment);
  };
  if (deployment.bakesUntil !== bakedAt) clock.at(bakedAt, ripe, 'ecs bake time');
  deployment.bakesUntil = bakedAt;
};

/** Nothing bakes at desired 0 (B5: derived), nor after a traffic shift that has baked, nor without alarms or a bake time of its own. */
const bakeMilliseconds = (service: Service, deployment: Deployment): number => {
  if (service.desired === 0 || deployment.stage === 'CLEAN_UP') return 0;
  const minutes = service.configuration.bakeTimeInMinutes ?? (deployment.watchedAlarms.length > 0 ? DEFAULT_BAKE_MINUTES : 0);
  return minutes * 60_000;
};

const complete = (state: EcsState, service: Service, deployment: Deployment): void => {
  const { now } = state.world.clock;
  deployment.rollout = 'COMPLETED';
  deployment.rolloutReason = `ECS deployment ${deployment.id} completed.`;
  deployment.updatedAt = now;
  deployment.failedTasks = 0;
  service.lastCompleted = deployment;
  const record = openRecord(service);
  if (record !== undefined) {
    record.status = record.rollback === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL';
    closeRecord(record, now);
  }
  serviceMessage(state, service, `(service ${service.name}) (deployment ${deployment.id}) deployment completed.`);
  announceDeployment(state, service, deployment, 'SERVICE_DEPLOYMENT_COMPLETED');
  announceAction(state, service, 'INFO', 'SERVICE_DEPLOYMENT_COMPLETED');
};

const digits = (state: EcsState, count: number): string => {
  const random = state.world.random.stream('ecs.deployment');
  return Array.from({ length: count }, (_, index) => random.between(index === 0 ? 1 : 0, 9)).join('');
};

/** Digests can be established only by a deployment at a desired count above 0 (B5). */
const newRevision = (state: EcsState, service: Service, workload: Workload): ServiceRevision => {
  const arn = serviceRevisionArn(state.world, service.cluster.name, service.name, digits(state, 19));
  const revision: ServiceRevision = {
    arn,
    createdAt: state.world.clock.now,
    workload,
    digests: new Map(),
    consistent: service.desired > 0,
  };
  service.revisions.set(arn, revision);
  return revision;
};

const newDeployment = (state: EcsState, revision: ServiceRevision, links: Deployment['links']): Deployment => {
  const id = `ecs-svc/${digits(state, 19)}`;
  const now = state.world.clock.now;
  return {
    id,
    revision,
    links,
    createdAt: now,
    updatedAt: now,
    rollout: 'IN_PROGRESS',
    rolloutReason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    startFailures: 0,
    notBefore: 0,
    watchedAlarms: [],
  };
};

const newRecord = (state: EcsState, service: Service, deployment: Deployment, sources: readonly ServiceRevision[]): ServiceDeployment => {
  const { world } = state;
  const { now } = world.clock;
  const breaker = service.configuration.deploymentCircuitBreaker;
  return {
    arn: serviceDeploymentArn(world, service.cluster.name, service.name, world.random.stream('ecs.deployment').hex(21)),
    legacyId: deployment.id,
    target: deployment.revision,
    sources,
    createdAt: now,
    startedAt: now,
    updatedAt: now,
    configuration: service.configuration,
    status: 'IN_PROGRESS',
    breaker: breaker?.enable === true ? 'MONITORING' : 'DISABLED',
    failureCount: 0,
    threshold: failureThreshold(breaker, service.desired),
    triggeredAlarms: [],
    alarmStatus: service.configuration.alarms?.enable === true ? 'MONITORING' : 'DISABLED',
  };
};
