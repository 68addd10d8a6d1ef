// A clock entry far in the future that keeps no rehearsal waiting: a database's seven days, an hourly upkeep.
import type { Cancel, Clock } from '../clock.ts';

/** Runs `fn` once at that instant, as a daemon: the clock may settle without it. */
export const daemonAt = (clock: Clock, time: number, fn: () => unknown, label: string): Cancel => {
  const cancel = clock.every(
    Math.max(1, time - clock.now),
    () => {
      cancel();
      return fn();
    },
    label,
  );
  return cancel;
};
