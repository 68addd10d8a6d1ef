// How a service's tasks are spread over on-demand and Spot capacity, for what they cost (A2).

/** Capacity provider of Fargate Spot, as ECS names it. */
export const SPOT = 'FARGATE_SPOT';

export interface Capacity {
  readonly spot: boolean;
  /** Spot with on-demand fallback: the first task and a fifth of the others run on demand. */
  readonly fallback?: boolean;
}

/** Tasks on demand among so many: on average, for ECS places whole ones. */
export const onDemandAmong = ({ spot, fallback = false }: Capacity, tasks: number): number => {
  if (!spot) return tasks;
  return fallback && tasks > 0 ? 1 + (tasks - 1) / 5 : 0;
};
