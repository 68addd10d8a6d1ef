// Lets one process at a time do real work, in the order of asking, while virtual time stands still: processes never race.
import type { Clock } from '../../clock.ts';

export interface Turnstile {
  /** Resolves when it is this one's turn, with how to leave. */
  enter(label: string): Promise<() => void>;
}

export const makeTurnstile = (clock: Clock): Turnstile => {
  const waiting: (() => void)[] = [];
  let occupied = false;
  const admit = (label: string): (() => void) => {
    occupied = true;
    let left = false;
    let finish: () => void = () => undefined;
    void clock.work(new Promise<void>((resolve) => { finish = resolve; }), label);
    return () => {
      if (left) return;
      left = true;
      occupied = false;
      finish();
      waiting.shift()?.();
    };
  };
  return {
    enter: (label) => {
      if (!occupied) return Promise.resolve(admit(label));
      return new Promise((resolve) => void waiting.push(() => resolve(admit(label))));
    },
  };
};
