// What the service scheduler learns from its tasks: healthy ones reset the counters, failed ones slow it down and may trip the breaker.
import { announceAction, serviceMessage } from './announce.ts';
import { failureThreshold, startDelay } from './circuit-breaker.ts';
import { kick } from './kick.ts';
import type { Deployment, Service, StopReason, Task } from './model.ts';
import { breakerTrips } from './rollback.ts';
import type { EcsState } from './state.ts';
import { isRolling } from './traffic-shift.ts';

const IMPAIRED_AFTER = 3;

export const taskHealthy = (state: EcsState, { service, deployment }: Task): void => {
  if (service === undefined || deployment === undefined) return;
  deployment.startFailures = 0;
  if (service.configuration.deploymentCircuitBreaker?.resetOnHealthyTask !== false) deployment.failedTasks = 0;
  service.impaired = false;
  kick(state, service);
};

/** A task that was healthy and then exits is only replaced; one that never was, or failed a check, counts (B3). */
export const taskFailed = (state: EcsState, task: Task, cause: StopReason): void => {
  const { service, deployment } = task;
  if (service === undefined || deployment === undefined) return;
  service.steady = false;
  if (!task.wasHealthy || cause.code === 'ServiceSchedulerInitiated') countFailure(state, service, deployment);
  kick(state, service);
};

const countFailure = (state: EcsState, service: Service, deployment: Deployment): void => {
  deployment.failedTasks += 1;
  deployment.startFailures += 1;
  deployment.notBefore = state.world.clock.now + startDelay(deployment.startFailures);
  if (deployment.startFailures >= IMPAIRED_AFTER && !service.impaired) {
    service.impaired = true;
    serviceMessage(state, service, `(service ${service.name}) is unable to consistently start tasks successfully.`);
    announceAction(state, service, 'WARN', 'SERVICE_TASK_START_IMPAIRED');
  }
  const breaker = service.configuration.deploymentCircuitBreaker;
  if (breaker?.enable !== true || !isRolling(service) || deployment.rollout !== 'IN_PROGRESS' || deployment !== service.deployments[0])
    return;
  if (deployment.failedTasks >= failureThreshold(breaker, service.desired)) breakerTrips(state, service, deployment);
};

export const taskLeft = (state: EcsState, { service }: Task): void => {
  if (service !== undefined) kick(state, service);
};
