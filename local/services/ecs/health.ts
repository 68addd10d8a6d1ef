// When a running task counts as healthy, and when its scheduler loses patience: target groups, container checks, 40 s without either (B2).
import { answersOf, healthTurns } from './container-behaviour.ts';
import type { Container, LoadBalancerLink, Task } from './model.ts';
import type { EcsState } from './state.ts';
import { changed } from './task-changes.ts';
import { endTask } from './task-end.ts';
import { healthStatus } from './task-view.ts';

const SECOND = 1_000;
/** Without load balancer and without container check, ECS waits this long after RUNNING. */
const UNCHECKED_SECONDS = 40;

/** Follows the health of a task that has just become RUNNING. */
export const watchHealth = (state: EcsState, task: Task): void => {
  for (const container of task.containers) if (container.definition.healthCheck !== undefined) watchContainer(state, task, container);
  if (task.service === undefined) return;
  for (const link of task.workload.loadBalancers) watchTarget(state, task, link);
  if (task.workload.loadBalancers.length === 0 && !task.containers.some(isChecked)) {
    task.timers.push(state.world.clock.after(UNCHECKED_SECONDS * SECOND, () => judge(state, task), 'ecs counts healthy'));
  }
};

const isChecked = (container: Container): boolean =>
  container.definition.healthCheck !== undefined && container.definition.essential !== false;

const judge = (state: EcsState, task: Task): void => {
  const containersGood = !task.containers.some(isChecked) || healthStatus(task) === 'HEALTHY';
  const good = containersGood && [...task.targetHealth.values()].every(Boolean);
  if (good === task.healthy || task.desiredStatus === 'STOPPED') return;
  task.healthy = good;
  if (!good) return;
  task.wasHealthy = true;
  state.hooks.healthy(task);
};

const watchTarget = (state: EcsState, task: Task, link: LoadBalancerLink): void => {
  const { targetGroupArn } = link;
  const container = task.containers.find(({ name }) => name === link.containerName)!;
  const startedAt = task.startedAt!;
  state.world.services.elb.register(targetGroupArn, {
    id: task.address,
    port: link.containerPort,
    zone: task.zone,
    phases: answersOf(container.behaviour!).map(({ fromSeconds, health, request }) => ({
      from: startedAt + fromSeconds * SECOND,
      ...(health === undefined ? {} : { health }),
      ...(request === undefined ? {} : { request }),
    })),
    changed: (health) => {
      task.targetHealth.set(targetGroupArn, health === 'healthy');
      judge(state, task);
      if (health !== 'unhealthy') return;
      const text = `Task failed ELB health checks in (target-group ${targetGroupArn})`;
      afterGrace(state, task, text, () => task.targetHealth.get(targetGroupArn) === false);
    },
  });
};

const watchContainer = (state: EcsState, task: Task, container: Container): void => {
  for (const turn of healthTurns(container.behaviour!, container.definition.healthCheck!)) {
    const apply = (): void => {
      container.health = turn.health;
      changed(state, task);
      if (task.service === undefined) return;
      judge(state, task);
      if (turn.health === 'HEALTHY' || container.definition.essential === false) return;
      afterGrace(state, task, 'Task failed container health checks', () => healthStatus(task) === 'UNHEALTHY');
    };
    task.timers.push(state.world.clock.after(turn.afterSeconds * SECOND, apply, 'ecs container health'));
  }
};

/** Bad health is ignored during the grace period; whoever is still bad then is stopped. */
const afterGrace = (state: EcsState, task: Task, text: string, stillBad: () => boolean): void => {
  const { clock } = state.world;
  const stop = (): void => endTask(state, task, { code: 'ServiceSchedulerInitiated', text });
  const patientUntil = task.startedAt! + (task.service?.gracePeriodSeconds ?? 0) * SECOND;
  if (clock.now >= patientUntil) return stop();
  const check = (): void => {
    if (stillBad()) stop();
  };
  task.timers.push(clock.at(patientUntil, check, 'ecs grace period ends'));
};
