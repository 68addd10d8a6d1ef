// Small steps every change of a task is made of: a new status with its event, a timer that dies with the task, a trail entry.
import { announceTask } from './announce.ts';
import type { Task, TaskStatus } from './model.ts';
import type { EcsState } from './state.ts';

/** Moves the task to a status: the version grows and an event goes out. */
export const move = (state: EcsState, task: Task, status: TaskStatus): void => {
  task.lastStatus = status;
  changed(state, task);
};

export const changed = (state: EcsState, task: Task): void => {
  task.version += 1;
  task.updatedAt = state.world.clock.now;
  task.service?.tasksChanged();
  announceTask(state, task);
};

/** Runs a step after a seeded delay in milliseconds, unless the task stops before. */
export const later = (state: EcsState, task: Task, [least, most]: readonly [number, number], step: () => void): void => {
  const delay = state.world.random.stream('ecs').between(least, most);
  task.timers.push(state.world.clock.after(delay, step, 'ecs task'));
};

export const tell = ({ world }: EcsState, task: Task, what: string): void => {
  world.trail.add({
    kind: 'task',
    who: task.arn,
    what,
    detail: {
      group: task.group,
      cluster: task.cluster.name,
      taskDefinition: task.definition.arn,
      digests: task.containers.map((container) => container.digest ?? null),
      ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode, stoppedReason: task.stoppedReason }),
    },
  });
};
