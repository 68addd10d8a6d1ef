// Fargate Spot takes tasks back: a warning while they still run, the end two minutes later (aws-facts A6).
import type { Service, Task } from './model.ts';
import type { EcsState } from './state.ts';
import { changed } from './task-changes.ts';
import { leave } from './task-end.ts';

const WARNING = 120_000;
const TEXT = 'Your Spot Task was interrupted.';

/** Interrupts every running Spot task of the service; answers how many. */
export const interruptSpot = (state: EcsState, service: Service | undefined): number => {
  const tasks = [...(service?.tasks ?? [])].filter((task) => task.capacityProvider === 'FARGATE_SPOT' && task.lastStatus === 'RUNNING');
  for (const task of tasks) warn(state, task);
  return tasks.length;
};

/** The event carries lastStatus RUNNING and desiredStatus STOPPED; the scheduler looks for a replacement at once. */
const warn = (state: EcsState, task: Task): void => {
  task.stopCode = 'SpotInterruption';
  task.stoppedReason = TEXT;
  task.desiredStatus = 'STOPPED';
  changed(state, task);
  state.hooks.left(task);
  state.world.clock.after(WARNING, () => leave(state, task, { code: 'SpotInterruption', text: TEXT }), 'spot interruption');
};
