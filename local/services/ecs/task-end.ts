// The end of a task: targets drained, containers told to stop, network taken away, an event for every step.
import type { StopReason, Task } from './model.ts';
import type { EcsState } from './state.ts';
import { move, tell } from './task-changes.ts';

const SECOND = 1_000;
const DEFAULT_STOP_TIMEOUT = 30;

/** The task ends by itself (or its health does): the scheduler hears of it before it is gone. */
export const endTask = (state: EcsState, task: Task, reason: StopReason): void => {
  if (task.desiredStatus === 'STOPPED') return;
  leave(state, task, reason);
  state.hooks.failed(task, reason);
};

/** Someone asks the task to stop; does nothing when it is stopping already. */
export const stopTask = (state: EcsState, task: Task, reason: StopReason): void => {
  if (task.desiredStatus !== 'STOPPED') leave(state, task, reason);
};

/** Begins the end whatever the desired status says. */
export const leave = (state: EcsState, task: Task, reason: StopReason): void => {
  for (const cancel of task.timers.splice(0)) cancel();
  task.desiredStatus = 'STOPPED';
  task.stopCode = reason.code;
  task.stoppedReason = reason.text;
  task.stoppingAt = state.world.clock.now;
  task.healthy = false;
  const drainSeconds = deregister(state, task);
  tell(state, task, 'stopping');
  const nothingRuns = task.startedAt === undefined || reason.code === 'EssentialContainerExited';
  if (nothingRuns) return dismantle(state, task);
  if (drainSeconds === 0) return terminate(state, task);
  move(state, task, 'DEACTIVATING');
  state.world.clock.after(drainSeconds * SECOND, () => terminate(state, task), 'ecs drained');
};

/** Takes the task out of its target groups; answers the longest deregistration delay in seconds. */
const deregister = ({ world }: EcsState, task: Task): number => {
  if (task.startedAt === undefined) return 0;
  const links = task.workload.loadBalancers;
  return Math.max(0, ...links.map((link) => world.services.elb.deregister(link.targetGroupArn, task.address, link.containerPort)));
};

const terminate = (state: EcsState, task: Task): void => {
  move(state, task, 'STOPPING');
  state.hooks.left(task);
  const patience = Math.min(...task.containers.map((container) => container.definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT));
  const seconds = state.world.random.stream('ecs').between(1, Math.min(4, patience));
  state.world.clock.after(seconds * SECOND, () => dismantle(state, task), 'ecs stopping');
};

const dismantle = (state: EcsState, task: Task): void => {
  stopContainers(task);
  task.executionStoppedAt = state.world.clock.now;
  move(state, task, 'DEPROVISIONING');
  const seconds = state.world.random.stream('ecs').between(3, 9);
  state.world.clock.after(seconds * SECOND, () => finish(state, task), 'ecs deprovisioned');
};

/** Containers that never started have no exit code; the others end on SIGTERM. */
const stopContainers = (task: Task): void => {
  for (const container of task.containers) {
    if (container.startedAt !== undefined && container.lastStatus !== 'STOPPED') container.exitCode = 0;
    container.lastStatus = 'STOPPED';
  }
};

const finish = (state: EcsState, task: Task): void => {
  task.stoppedAt = state.world.clock.now;
  task.service?.tasks.delete(task);
  move(state, task, 'STOPPED');
  tell(state, task, 'STOPPED');
  state.hooks.left(task);
};
