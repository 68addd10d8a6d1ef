// Counts happenings per minute for a CloudWatch metric; nothing happens in the minutes without one.
import type { World } from '../world.ts';

export interface MinuteCounter {
  readonly add: (amount?: number) => void;
}

export interface CountedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const minute = 60_000;

/** A counter whose sum per minute is the metric's value; minutes without a happening have no value. */
export const makeMinuteCounter = (world: World, metric: CountedMetric): MinuteCounter => {
  const counts = new Map<number, number>();
  world.services.cloudwatch.addSource({ ...metric, sample: (at: number) => counts.get(Math.floor(at / minute)) });
  return {
    add(amount = 1) {
      const bucket = Math.floor(world.clock.now / minute);
      counts.set(bucket, (counts.get(bucket) ?? 0) + amount);
    },
  };
};
