// The rules of evaluation: M of N, missing data, and which datapoints count (aws-facts G1). Pure.
import type { AlarmState, MetricAlarmConfig, MissingData } from './alarm.ts';

export interface Point {
  /** Start of the period, ms. */
  readonly at: number;
  readonly value: number | undefined;
}

export interface Verdict {
  /** `keep`: missing data is ignored, the state stays. */
  readonly state: AlarmState | 'keep';
  /** The real datapoints that decided, newest first. */
  readonly used: readonly Point[];
  /** How many missing datapoints were filled in. */
  readonly filled: number;
}

const operators: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Whether the comparison is one that the rehearsal evaluates (anomaly bands are not). */
export const knowsComparison = (comparison: string): boolean => operators[comparison] !== undefined;

export const breaches = (config: MetricAlarmConfig, value: number): boolean => operators[config.comparison]!(value, config.threshold);

/** Datapoints CloudWatch fetches beyond the evaluation periods (5 for 3 in its documentation). */
export const extraPeriods = 2;

/** The setting that counts: metrics of DynamoDB always ignore missing data. */
export const missingDataOf = (config: MetricAlarmConfig): MissingData =>
  config.queries.some((query) => query.metric?.namespace === 'AWS/DynamoDB') ? 'ignore' : config.treatMissingData;

/** Judges the evaluation range, newest point first: `evaluationPeriods + extraPeriods` points. */
export const judge = (config: MetricAlarmConfig, range: readonly Point[]): Verdict => {
  const { evaluationPeriods: n, datapointsToAlarm: m } = config;
  const real = range.filter((point): point is Point & { value: number } => point.value !== undefined);
  if (real.length >= n) {
    const used = real.slice(0, n);
    const breaching = used.filter((point) => breaches(config, point.value)).length;
    return { state: breaching >= m ? 'ALARM' : 'OK', used, filled: 0 };
  }
  return withMissing(config, range, real);
};

const withMissing = (config: MetricAlarmConfig, range: readonly Point[], real: readonly (Point & { value: number })[]): Verdict => {
  const { evaluationPeriods: n, datapointsToAlarm: m } = config;
  const missing = missingDataOf(config);
  const filled = n - real.length;
  const breaching = real.filter((point) => breaches(config, point.value)).length;
  if (missing === 'breaching' || missing === 'notBreaching') {
    return { state: breaching + (missing === 'breaching' ? filled : 0) >= m ? 'ALARM' : 'OK', used: real, filled };
  }
  if (real.length === 0) return { state: missing === 'ignore' ? 'keep' : 'INSUFFICIENT_DATA', used: [], filled };
  if (breaching >= m) return { state: 'ALARM', used: real, filled };
  const allBreach = breaching === real.length;
  if (missing === 'ignore') return { state: allBreach ? 'keep' : 'OK', used: real, filled };
  // A breach as old as the datapoints to alarm, and since then only breaches or gaps: waiting for more data would hide it.
  const oldest = range.findIndex((point) => point.at === real.at(-1)!.at);
  return { state: allBreach && oldest >= m - 1 ? 'ALARM' : allBreach ? 'keep' : 'OK', used: real, filled };
};
