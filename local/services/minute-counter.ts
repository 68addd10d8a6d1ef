// Counts happenings for a CloudWatch metric; minutes without one have no value.
import type { World } from '../world.ts';

export interface MinuteCounter {
  readonly add: (amount?: number) => void;
}

export interface CountedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A counter whose sum per minute is the metric's value. */
export const makeMinuteCounter = (world: World, metric: CountedMetric): MinuteCounter => ({
  add: counting(world, metric),
});

/** The series is found at the first count. */
const counting = (world: World, metric: CountedMetric): MinuteCounter['add'] => {
  let count: ((value: number) => void) | undefined;
  return (value = 1) => (count ??= world.services.cloudwatch.recorder(metric))(value);
};
