// What a running container does because of its image: when it exits, when it answers, what its health command says.
import type { ImageBehaviour } from '../ecr.ts';
import type { ContainerDefinition } from './model.ts';

/** One stretch of time in which a container answers the same; it ends where the next begins. */
export interface AnswerPhase {
  /** Seconds after container start. */
  readonly fromSeconds: number;
  /** Status of a health check request; absent: no answer. */
  readonly health?: number;
  /** Status of a visitor's request; absent: no answer. */
  readonly request?: number;
}

export interface Exit {
  readonly afterSeconds: number;
  readonly exitCode: number;
  /** `reason` of the container in DescribeTasks. */
  readonly reason?: string;
  readonly lines: readonly string[];
}

const START_SECONDS = 5;
const HEALTHY = 200;

/** The behaviour for the command this container runs: an image may do other things for other commands. */
export const behaviourFor = (behaviour: ImageBehaviour, command: readonly string[] | undefined): ImageBehaviour =>
  (command === undefined ? undefined : behaviour.commands?.[command.join(' ')]) ?? behaviour;

/** When and how the container ends by itself; undefined when it runs until it is stopped. */
export const exitOf = (behaviour: ImageBehaviour): Exit | undefined => {
  const lines = behaviour.logLines ?? [];
  switch (behaviour.kind) {
    case 'exits':
      return { afterSeconds: behaviour.afterSeconds, exitCode: behaviour.exitCode, lines };
    case 'out-of-memory':
      return {
        afterSeconds: behaviour.afterSeconds,
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
        lines,
      };
    case 'wrong-architecture':
      return { afterSeconds: 1, exitCode: 255, lines: ['exec /usr/local/bin/docker-entrypoint.sh: exec format error'] };
    case 'healthy':
    case 'never-healthy':
    case 'degrades':
      return undefined;
  }
};

/** Lines written at start: those of a container that dies come just before its end instead. */
export const startLines = (behaviour: ImageBehaviour): readonly string[] =>
  exitOf(behaviour) === undefined ? (behaviour.logLines ?? []) : [];

/** What the container's port answers over time. */
export const answersOf = (behaviour: ImageBehaviour): readonly AnswerPhase[] => {
  const up = { fromSeconds: behaviour.startSeconds ?? START_SECONDS, health: HEALTHY, request: HEALTHY };
  switch (behaviour.kind) {
    case 'healthy':
    case 'exits':
    case 'out-of-memory':
      return [up];
    case 'never-healthy':
      return behaviour.responseCode === undefined ? [] : [{ ...up, health: behaviour.responseCode, request: behaviour.responseCode }];
    case 'degrades': {
      const broken = { fromSeconds: behaviour.afterSeconds, request: behaviour.responseCode };
      return [up, behaviour.healthCheckFails ? { ...broken, health: behaviour.responseCode } : { ...broken, health: HEALTHY }];
    }
    case 'wrong-architecture':
      return [];
  }
};

export interface HealthTurn {
  readonly afterSeconds: number;
  readonly health: 'HEALTHY' | 'UNHEALTHY';
}

/**
 * The moments at which the container's health command changes its verdict: HEALTHY at the first check that passes,
 * UNHEALTHY after `retries` failures in a row outside the start period (ECS container definition).
 */
export const healthTurns = (behaviour: ImageBehaviour, check: NonNullable<ContainerDefinition['healthCheck']>): readonly HealthTurn[] => {
  const interval = check.interval ?? 30;
  const retries = check.retries ?? 3;
  const startPeriod = check.startPeriod ?? 0;
  const firstCheckFrom = (seconds: number): number => Math.max(1, Math.ceil(seconds / interval)) * interval;
  const failedBy = (seconds: number): number => firstCheckFrom(seconds) + (retries - 1) * interval;
  const [first, second] = answersOf(behaviour);
  if (first?.health !== HEALTHY) return [{ afterSeconds: failedBy(startPeriod), health: 'UNHEALTHY' }];
  const healthyAt = firstCheckFrom(first.fromSeconds);
  const givesUpAt = failedBy(startPeriod);
  const start: readonly HealthTurn[] =
    givesUpAt < healthyAt ? [{ afterSeconds: givesUpAt, health: 'UNHEALTHY' }] : [{ afterSeconds: healthyAt, health: 'HEALTHY' }];
  return second === undefined || second.health === HEALTHY
    ? start
    : [...start, { afterSeconds: failedBy(second.fromSeconds), health: 'UNHEALTHY' }];
};
