// Scheduled actions: new bounds at an instant, then the count is moved into them; nothing is remembered or reverted (aws-facts C).
import type { World } from '../../world.ts';
import { makeTicks } from '../schedule-ticks.ts';
import type { ScalableTarget, ScheduledAction } from './model.ts';
import { clamp } from './targets.ts';

/** Adds the action or replaces the one of that name. */
export const putScheduledAction = (world: World, target: ScalableTarget, input: any): ScheduledAction => {
  target.scheduled.get(input.ScheduledActionName)?.cancel();
  const bounds = input.ScalableTargetAction ?? {};
  const fire = (): void => {
    if (target.suspended.ScheduledScalingSuspended) return;
    target.minimum = Number(bounds.MinCapacity ?? target.minimum);
    target.maximum = Number(bounds.MaxCapacity ?? target.maximum);
    const what = `scheduled action ${input.ScheduledActionName}: bounds ${target.minimum}–${target.maximum}`;
    world.trail.add({ kind: 'scaling', who: target.resourceId, what });
    clamp(world, target);
  };
  const start = input.StartTime === undefined ? {} : { start: new Date(input.StartTime).getTime() };
  const end = input.EndTime === undefined ? {} : { end: new Date(input.EndTime).getTime() };
  const cancel = makeTicks(world, { expression: input.Schedule, zone: input.Timezone ?? 'UTC', ...start, ...end }, fire);
  const action: ScheduledAction = {
    name: input.ScheduledActionName,
    arn: `arn:aws:autoscaling:${world.region}:${world.account}:scheduledAction:${world.random.stream('scaling').uuid()}:resource/ecs/${target.resourceId}:scheduledActionName/${input.ScheduledActionName}`,
    schedule: input.Schedule,
    scalableTargetAction: bounds,
    createdAt: world.clock.now,
    cancel,
    ...(input.Timezone === undefined ? {} : { timezone: input.Timezone }),
    ...(input.StartTime === undefined ? {} : { startTime: new Date(input.StartTime) }),
    ...(input.EndTime === undefined ? {} : { endTime: new Date(input.EndTime) }),
  };
  target.scheduled.set(action.name, action);
  return action;
};

export const removeScheduledAction = (target: ScalableTarget, name: string): void => {
  target.scheduled.get(name)?.cancel();
  target.scheduled.delete(name);
};
