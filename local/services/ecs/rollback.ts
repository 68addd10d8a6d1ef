// How a deployment fails, and how a service goes back to its last completed one (aws-facts A3, B3, B4, B8).
import { AwsError } from '../../simulated.ts';
import { announceAction, announceDeployment, serviceMessage } from './announce.ts';
import { kick } from './kick.ts';
import type { Deployment, Service, ServiceDeployment } from './model.ts';
import { closeRecord, openRecord, tellRollout } from './rollout-record.ts';
import type { EcsState } from './state.ts';

type Cause = 'circuit breaker' | 'alarm' | 'stop' | 'timeout';

export const breakerTrips = (state: EcsState, service: Service, deployment: Deployment): void => {
  const record = openRecord(service);
  if (record !== undefined) {
    record.breaker = 'TRIGGERED';
    record.failureCount = deployment.failedTasks;
  }
  const rollback = service.configuration.deploymentCircuitBreaker?.rollback === true;
  failRollout(state, service, deployment, {
    reason: 'ECS deployment circuit breaker: task failed to start.',
    rollback,
    cause: 'circuit breaker',
  });
};

export const alarmRings = (state: EcsState, service: Service, deployment: Deployment, alarms: readonly string[]): void => {
  const record = openRecord(service);
  if (record !== undefined) {
    record.alarmStatus = 'TRIGGERED';
    record.triggeredAlarms = alarms;
  }
  const rollback = service.configuration.alarms?.rollback === true;
  failRollout(state, service, deployment, { reason: 'ECS deployment alarm: alarm detected.', rollback, cause: 'alarm' });
};

/** The new tasks of a deployment that shifts traffic were not all healthy within a day (B9). */
export const failSlowScaleUp = (state: EcsState, service: Service, deployment: Deployment): void =>
  failRollout(state, service, deployment, { reason: 'ECS deployment timed out.', rollback: true, cause: 'timeout' });

interface Failure {
  readonly reason: string;
  readonly rollback: boolean;
  readonly cause: Cause;
}

const failRollout = (state: EcsState, service: Service, deployment: Deployment, { reason, rollback, cause }: Failure): void => {
  const { now } = state.world.clock;
  Object.assign(deployment, { rollout: 'FAILED', rolloutReason: reason, updatedAt: now });
  const why = cause === 'alarm' ? 'alarm detected' : 'tasks failed to start';
  serviceMessage(state, service, `(service ${service.name}) (deployment ${deployment.id}) deployment failed: ${why}.`);
  announceDeployment(state, service, deployment, 'SERVICE_DEPLOYMENT_FAILED');
  announceAction(state, service, 'ERROR', 'SERVICE_DEPLOYMENT_FAILED', { reason });
  const record = openRecord(service);
  if (rollback) return rollBack(state, service, record, cause);
  if (record === undefined) return;
  record.status = record.rollback === undefined ? 'STOPPED' : 'ROLLBACK_FAILED';
  record.statusReason = reason;
  record.stoppedAt = now;
  closeRecord(record, now);
};

/** Back to the most recent COMPLETED deployment; without one the service stalls and launches nothing (B3). */
const rollBack = (state: EcsState, service: Service, record: ServiceDeployment | undefined, cause: Cause): void => {
  const { now } = state.world.clock;
  const target = service.lastCompleted;
  if (target === undefined) {
    if (record !== undefined) {
      record.status = 'ROLLBACK_FAILED';
      record.statusReason = 'No rollback candidate was found to run the rollback.';
      closeRecord(record, now);
    }
    return tellRollout(state, service, 'no completed deployment to roll back to: the service stalls');
  }
  state.hooks.trafficBack(service, target);
  revive(state, service, target, `ECS deployment ${cause}: rolling back to deploymentId ${target.id}.`);
  if (record !== undefined) {
    record.status = 'ROLLBACK_IN_PROGRESS';
    record.statusReason = target.rolloutReason;
    record.rollback = { reason: target.rolloutReason, startedAt: now, serviceRevisionArn: target.revision.arn };
  }
  serviceMessage(state, service, `(service ${service.name}) rolling back to deployment ${target.id}.`);
  announceDeployment(state, service, target, 'SERVICE_DEPLOYMENT_IN_PROGRESS');
  kick(state, service);
};

/** The completed deployment is PRIMARY again and IN_PROGRESS: until it completes there is nothing to roll back to. */
const revive = (state: EcsState, service: Service, target: Deployment, reason: string): void => {
  delete service.lastCompleted;
  delete target.steadySince;
  delete target.bakesUntil;
  const fresh = { failedTasks: 0, startFailures: 0, notBefore: 0, watchedAlarms: [] };
  Object.assign(target, fresh, { rollout: 'IN_PROGRESS', rolloutReason: reason, updatedAt: state.world.clock.now });
  service.deployments = [target, ...service.deployments.filter((deployment) => deployment !== target)];
  service.workload = target.revision.workload;
  service.steady = false;
};

/** StopServiceDeployment with ROLLBACK: works without the rollback option; only while PENDING or IN_PROGRESS (B8). */
export const stopRollout = (state: EcsState, service: Service, record: ServiceDeployment): void => {
  if (record.status !== 'PENDING' && record.status !== 'IN_PROGRESS') {
    throw new AwsError('ConflictException', `The service deployment is in the ${record.status} state and can not be stopped.`);
  }
  const deployment = service.deployments[0]!;
  record.status = 'ROLLBACK_REQUESTED';
  Object.assign(deployment, {
    rollout: 'FAILED',
    rolloutReason: `ECS deployment ${deployment.id} stopped.`,
    updatedAt: state.world.clock.now,
  });
  const goBack = (): void => {
    if (record.status === 'ROLLBACK_REQUESTED') rollBack(state, service, record, 'stop');
  };
  state.world.clock.after(1_000, goBack, 'ecs stop deployment');
};
