// The service deployment record (B8) that belongs to the rollout in progress, and how it is closed.
import type { Service, ServiceDeployment, ServiceDeploymentStatus } from './model.ts';
import type { EcsState } from './state.ts';

const OPEN: readonly ServiceDeploymentStatus[] = ['PENDING', 'IN_PROGRESS', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

/** The record of the deployment in progress (or being rolled back), when there is one. */
export const openRecord = (service: Service): ServiceDeployment | undefined => {
  const newest = service.history[0];
  return newest !== undefined && OPEN.includes(newest.status) ? newest : undefined;
};

export const closeRecord = (record: ServiceDeployment, now: number): void => {
  record.finishedAt = now;
  record.updatedAt = now;
  if (record.breaker === 'MONITORING') record.breaker = 'MONITORING_COMPLETE';
  if (record.alarmStatus === 'MONITORING') record.alarmStatus = 'MONITORING_COMPLETE';
};

/** A trail entry about a rollout for what AWS announces by no event. */
export const tellRollout = ({ world }: EcsState, service: Service, what: string): void => {
  world.trail.add({ kind: 'deployment', who: service.arn, what, detail: { service: service.name, cluster: service.cluster.name } });
};
