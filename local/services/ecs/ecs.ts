// Simulated Amazon ECS on Fargate: clusters, task definitions, services, deployments and tasks (aws-facts B, A3, A4, A6).
import type { SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { clusterOperations } from './cluster-operations.ts';
import { ecsResources } from './resources.ts';
import { setDesired } from './service-changes.ts';
import { serviceDeploymentOperations } from './service-deployment-operations.ts';
import { serviceOperations } from './service-operations.ts';
import { look } from './service-scheduler.ts';
import { serviceSnapshot, taskSnapshot } from './snapshots.ts';
import type { ServiceSnapshot, TaskSnapshot } from './snapshots.ts';
import { interruptSpot } from './spot.ts';
import { emptyState, findService } from './state.ts';
import type { EcsState } from './state.ts';
import { taskDefinitionOperations } from './task-definitions.ts';
import { taskOperations } from './task-operations.ts';
import { giveTrafficBack } from './traffic-shift.ts';
import { taskFailed, taskHealthy, taskLeft } from './task-reports.ts';

export interface Ecs extends SimulatedService {
  /** Tasks of a service that are not STOPPED; empty when there is no such service. */
  tasks(cluster: string, service: string): readonly TaskSnapshot[];
  /** Counts and deployments as they are now. */
  service(cluster: string, service: string): ServiceSnapshot | undefined;
  /** References of a service's images as its newest task definition has them, by container. */
  images(cluster: string, service: string): Readonly<Record<string, string>>;
  /** Moves the desired count for Application Auto Scaling or a happening; no deployment (B5). */
  setDesired(cluster: string, service: string, desired: number, cause: string): void;
  /** Fargate runs out of capacity, or has it again. */
  setCapacity(provider: 'FARGATE' | 'FARGATE_SPOT', available: boolean): void;
  /** Takes the service's Spot tasks away with the two-minute warning; answers how many. */
  interruptSpot(cluster: string, service: string): number;
}

export const makeEcs = (world: World): Ecs => {
  const state: EcsState = emptyState(world, {
    look: (service) => look(state, service),
    healthy: (task) => taskHealthy(state, task),
    failed: (task, cause) => taskFailed(state, task, cause),
    left: (task) => taskLeft(state, task),
    trafficBack: (service, deployment) => giveTrafficBack(state, service, deployment),
  });
  return {
    signingName: 'ecs',
    operations: {
      ...clusterOperations(state),
      ...taskDefinitionOperations(state),
      ...serviceOperations(state),
      ...serviceDeploymentOperations(state),
      ...taskOperations(state),
    },
    resources: ecsResources(state),
    support,
    tasks: (cluster, service) => [...(findService(state, cluster, service)?.tasks ?? [])].map(taskSnapshot),
    service: (cluster, name) => {
      const service = findService(state, cluster, name);
      return service === undefined || service.status === 'INACTIVE' ? undefined : serviceSnapshot(service);
    },
    images: (cluster, name) =>
      Object.fromEntries((findService(state, cluster, name)?.workload.taskDefinition.containers ?? []).map((one) => [one.name, one.image])),
    setDesired: (cluster, name, desired, cause) => {
      const service = findService(state, cluster, name);
      if (service === undefined) throw new Error(`no service ${name} in cluster ${cluster}`);
      setDesired(state, service, desired, cause);
    },
    setCapacity: (provider, available) => {
      state.capacity[provider] = available;
      world.trail.add({ kind: 'happening', who: 'fargate', what: `${provider} capacity ${available ? 'is back' : 'is gone'}` });
    },
    interruptSpot: (cluster, service) => interruptSpot(state, findService(state, cluster, service)),
  };
};

const support = {
  does: [
    'UpdateService begins a deployment only for the changes of B1; the same task definition again does nothing',
    'rolling deployments within minimum and maximum percent, superseded by a second one; completion only when old tasks are drained (B2, S)',
    'circuit breaker with thresholdConfiguration and rollback to the last COMPLETED deployment; without one the service stalls (B3)',
    'deployment alarms polled each minute, ignored when one is in ALARM at the start; bake time (B4)',
    'desired 0: the deployment completes within seconds without a task, and 0→N is no deployment (B5, derived)',
    'tags resolved to digests by the first task of a deployment and kept for scale-outs (B7)',
    'task life cycle with events and versions, pull failures, exits, OOM, failed health checks, growing start delay (A6)',
    'BLUE_GREEN, CANARY and LINEAR: all new tasks, listener rule weights in steps, bake, clean-up; back at once on an alarm (B9)',
    'service deployments, service revisions, StopServiceDeployment (B8)',
    'Fargate and Fargate Spot strategies; Spot is never replaced with on-demand capacity (B5)',
    'CloudFormation waits for a service to be stable, up to three hours',
  ],
  doesNot: [
    'lifecycle hooks and test traffic of BLUE_GREEN, LINEAR and CANARY (hooks are refused by name)',
    'EC2 and external launch types, daemon services, task sets, Service Connect traffic',
    'what happens in a session of ExecuteCommand: it opens where service and task role allow it, and nothing listens',
  ],
} as const;
