// What the simulated ECS holds, and how its parts find things in it.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Cluster, Deployment, Service, StopReason, Task, TaskDefinition } from './model.ts';
import { familyAndRevision, shortName } from './names.ts';

/** What the service scheduler wants to hear about; task and rollout code calls it without knowing it. */
export interface Hooks {
  /** Look at the service: start, stop, move its deployment forward. */
  readonly look: (service: Service) => void;
  readonly healthy: (task: Task) => void;
  /** The task ends although nobody asked: it could not start, exited, or failed its health checks. */
  readonly failed: (task: Task, cause: StopReason) => void;
  /** The task no longer occupies its service: its targets are drained, or it is STOPPED. */
  readonly left: (task: Task) => void;
  /** A rollback gives production traffic back to this deployment. */
  readonly trafficBack: (service: Service, deployment: Deployment) => void;
}

export interface EcsState {
  readonly world: World;
  readonly clusters: Map<string, Cluster>;
  /** Revisions by family, oldest first; deregistered ones stay. */
  readonly families: Map<string, TaskDefinition[]>;
  /** Whether Fargate has room now; a rehearsal takes capacity away and gives it back. */
  readonly capacity: { FARGATE: boolean; FARGATE_SPOT: boolean };
  /** What RunTask answered to each client token, with the request it belongs to. */
  readonly runs: Map<string, { readonly request: string; readonly tasks: readonly Task[] }>;
  readonly hooks: Hooks;
}

export const emptyState = (world: World, hooks: Hooks): EcsState => ({
  world,
  hooks,
  clusters: new Map(),
  families: new Map(),
  runs: new Map(),
  capacity: { FARGATE: true, FARGATE_SPOT: true },
});

/** Stopped tasks are described for about an hour. */
const REMEMBERED = 3_600_000;

export const clusterOf = (state: EcsState, nameOrArn: string | undefined): Cluster => {
  const cluster = state.clusters.get(shortName(nameOrArn));
  if (cluster === undefined || cluster.status !== 'ACTIVE') throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
};

/** An ACTIVE or DRAINING service; throws ServiceNotFoundException. */
export const serviceOf = (state: EcsState, cluster: string | undefined, nameOrArn: string): Service => {
  const service = findService(state, cluster, nameOrArn);
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
};

export const findService = (state: EcsState, cluster: string | undefined, nameOrArn: string): Service | undefined =>
  state.clusters.get(shortName(cluster))?.services.get(shortName(nameOrArn));

export const findTask = (state: EcsState, cluster: Cluster, idOrArn: string): Task | undefined => {
  forget(state, cluster);
  return cluster.tasks.get(shortName(idOrArn));
};

/** Tasks a caller may still see, in the order they were started. */
export const visibleTasks = (state: EcsState, cluster: Cluster): readonly Task[] => {
  forget(state, cluster);
  return [...cluster.tasks.values()];
};

/** Drops what AWS has forgotten; done on reading and starting, so that no timer is needed. */
export const forget = (state: EcsState, cluster: Cluster): void => {
  const before = state.world.clock.now - REMEMBERED;
  for (const task of cluster.tasks.values()) {
    if (task.stoppedAt !== undefined && task.stoppedAt < before) cluster.tasks.delete(task.id);
  }
};

/** A revision; without one the latest ACTIVE of the family. Throws ClientException as ECS does. */
export const taskDefinitionOf = (state: EcsState, reference: string): TaskDefinition => {
  const { family, revision } = familyAndRevision(reference);
  const revisions = state.families.get(family) ?? [];
  const found =
    revision === undefined
      ? revisions.findLast((candidate) => candidate.status === 'ACTIVE')
      : revisions.find((candidate) => candidate.revision === revision);
  if (found === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
  return found;
};
