// Statistic sets of datapoints and what a statistic name (`Average`, `Sum`, `p90`) answers from them.
import { AwsError } from '../../simulated.ts';

export interface Statistics {
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Single values with their counts, for percentiles; absent when only a set was reported. */
  readonly values?: readonly number[];
}

const setOf = (value: number): Statistics => ({ sum: value, count: 1, minimum: value, maximum: value, values: [value] });
let latest = setOf(0);

/** The set of one value; a gauge answers the same one minute after minute. */
export const ofValue = (value: number): Statistics => (Object.is(latest.sum, value) ? latest : (latest = setOf(value)));

/** One set for several; undefined for none. */
export const combine = (sets: readonly Statistics[]): Statistics | undefined => {
  const [first] = sets;
  if (first === undefined || sets.length === 1) return first;
  let [sum, count, minimum, maximum] = [0, 0, first.minimum, first.maximum];
  const values: number[] = [];
  for (const set of sets) {
    sum += set.sum;
    count += set.count;
    minimum = Math.min(minimum, set.minimum);
    maximum = Math.max(maximum, set.maximum);
    if (set.values !== undefined) values.push(...set.values);
  }
  return { sum, count, minimum, maximum, ...(values.length === count ? { values } : {}) };
};

/** The statistic's value. Percentiles interpolate between the values there are; sets without values answer their maximum. */
export const statistic = (set: Statistics, name: string): number => {
  switch (name) {
    case 'Average':
      return set.sum / set.count;
    case 'Sum':
      return set.sum;
    case 'Minimum':
      return set.minimum;
    case 'Maximum':
      return set.maximum;
    case 'SampleCount':
      return set.count;
    default:
      return percentile(set, name);
  }
};

const percentile = (set: Statistics, name: string): number => {
  const match = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name);
  if (match === null) throw new AwsError('InvalidParameterValueException', `The statistic ${name} is not simulated`);
  if (set.values === undefined) return set.maximum;
  const sorted = [...set.values].sort((a, b) => a - b);
  const place = (Number(match[1]) / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
};
