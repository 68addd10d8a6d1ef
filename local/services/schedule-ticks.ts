// Drives a schedule on the virtual clock: one event ahead at a time, which never keeps a rehearsal from settling.
import type { World } from '../world.ts';
import { readSchedule } from './scheduler-time.ts';

export interface TickWords {
  readonly expression: string;
  readonly zone: string;
  /** Nothing fires before; a rate fires here first and counts on. Left out: a rate fires one period from now first. */
  readonly start?: number;
  /** Nothing fires after. */
  readonly end?: number;
}

/** Calls `fire` at every instant of the schedule; the answer ends it. Throws ValidationException for what AWS refuses. */
export const makeTicks = (world: World, words: TickWords, fire: (instant: number) => unknown): (() => void) => {
  const { clock } = world;
  const start = words.start ?? clock.now;
  const times = readSchedule({ expression: words.expression, zone: words.zone, start });
  let cancel: () => void = () => undefined;
  const arm = (after: number): void => {
    const next = times.next(after);
    if (next === undefined || (words.end !== undefined && next > words.end)) return;
    cancel = clock.at(
      next,
      () => {
        arm(next);
        return fire(next);
      },
      `schedule ${words.expression}`,
      true,
    );
  };
  arm(words.start === undefined ? clock.now : Math.max(clock.now, start) - 1);
  return () => cancel();
};
