// When a running task counts as healthy, and when its scheduler loses patience: target groups, container checks, 40 s without either (B2).
import { answersOf, healthTurns } from './container-behaviour.ts';
import type { Container, LoadBalancerLink, Task } from './model.ts';
import type { EcsState } from './state.ts';
import { healthStatus } from './task-view.ts';
import { announceTask } from './announce.ts';

export interface HealthListener {
  readonly healthy: (task: Task) => void;
  /** The scheduler stops the task with this text. */
  readonly unhealthy: (reason: string) => void;
}

const SECOND = 1_000;
/** Without load balancer and without container check, ECS waits this long after RUNNING. */
const UNCHECKED_SECONDS = 40;

export const watchHealth = (state: EcsState, task: Task, listener: HealthListener): void => {
  const { clock } = state.world;
  if (task.service === undefined) return watchContainers(state, task, () => undefined, () => undefined);
  const recheck = (): void => {
    const good = targetsHealthy(task) && healthStatus(task) !== 'UNHEALTHY' && (healthStatus(task) === 'HEALTHY' || !hasCheck(task));
    if (good === task.healthy) return;
    task.healthy = good;
    if (!good) return;
    task.wasHealthy = true;
    listener.healthy(task);
  };
  if (task.workload.loadBalancers.length === 0 && !hasCheck(task)) {
    task.timers.push(clock.after(UNCHECKED_SECONDS * SECOND, recheck, 'ecs counts healthy'));
    return;
  }
  for (const link of task.workload.loadBalancers) watchTarget(state, task, link, recheck, listener);
  watchContainers(state, task, recheck, () => afterGrace(state, task, () => listener.unhealthy('Task failed container health checks'), containerUnhealthy));
};

const hasCheck = (task: Task): boolean => task.containers.some(checked);
const checked = (container: Container): boolean => container.definition.healthCheck !== undefined && container.definition.essential !== false;
const targetsHealthy = (task: Task): boolean => [...task.targetHealth.values()].every(Boolean);
const containerUnhealthy = (task: Task): boolean => healthStatus(task) === 'UNHEALTHY';

const watchTarget = (state: EcsState, task: Task, link: LoadBalancerLink, recheck: () => void, listener: HealthListener): void => {
  const container = task.containers.find(({ name }) => name === link.containerName);
  const startedAt = task.startedAt!;
  const reason = `Task failed ELB health checks in (target-group ${link.targetGroupArn})`;
  state.world.services.elb.register(link.targetGroupArn, {
    id: task.address,
    port: link.containerPort,
    zone: task.zone,
    phases: answersOf(container!.behaviour!).map(({ fromSeconds, health, request }) => ({
      from: startedAt + fromSeconds * SECOND,
      ...(health === undefined ? {} : { health }),
      ...(request === undefined ? {} : { request }),
    })),
    changed: (health) => {
      task.targetHealth.set(link.targetGroupArn, health === 'healthy');
      recheck();
      if (health === 'unhealthy') afterGrace(state, task, () => listener.unhealthy(reason), () => task.targetHealth.get(link.targetGroupArn) === false);
    },
  });
};

/** Bad health is ignored during the grace period; whoever is still bad then is stopped. */
const afterGrace = ({ world }: EcsState, task: Task, stop: () => void, stillBad: (task: Task) => boolean): void => {
  const patientUntil = task.startedAt! + (task.service?.gracePeriodSeconds ?? 0) * SECOND;
  if (world.clock.now >= patientUntil) return stop();
  const check = (): void => {
    if (stillBad(task)) stop();
  };
  task.timers.push(world.clock.at(patientUntil, check, 'ecs grace period ends'));
};

const watchContainers = (state: EcsState, task: Task, recheck: () => void, unhealthy: () => void): void => {
  for (const container of task.containers.filter(({ definition }) => definition.healthCheck !== undefined)) {
    for (const turn of healthTurns(container.behaviour!, container.definition.healthCheck!)) {
      const apply = (): void => {
        container.health = turn.health;
        task.version += 1;
        task.updatedAt = state.world.clock.now;
        announceTask(state, task);
        recheck();
        if (turn.health === 'UNHEALTHY' && container.definition.essential !== false) unhealthy();
      };
      task.timers.push(state.world.clock.after(turn.afterSeconds * SECOND, apply, 'ecs container health'));
    }
  }
};
