// The CloudWatch API about metrics: reading, reporting, listing, pictures.
import { AwsError, type Operation } from '../../simulated.ts';
import { page } from '../paging.ts';
import type { World } from '../../world.ts';
import { dimensionList, dimensionsOf, queryOf } from './definition.ts';
import { compileMath } from './math.ts';
import { valuesOf, type Window } from './points.ts';
import { datapoint, minute, type Series, type SeriesStore } from './series.ts';
import { combine, statistic, type Statistics } from './statistics.ts';
import { widgetImage } from './widget.ts';

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);

const instant = (value: unknown): number => new Date(value as string | Date).getTime();

/** Whole periods between start (rounded down) and end, not beyond now. */
const windowOf = (start: number, end: number, periodSeconds: number, now: number): Window => {
  if (!(end > start)) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const length = periodSeconds * 1000;
  const from = Math.floor(start / length) * length;
  const until = Math.min(Math.ceil(end / length) * length, Math.ceil(now / length) * length);
  const count = Math.max(0, Math.round((until - from) / length));
  if (count > 100_800) throw invalid('The query asks for more than 100,800 datapoints.');
  return { end: until, period: periodSeconds, count };
};

const getMetricData = (world: World, store: SeriesStore, input: any): object => {
  if (input.MetricDataQueries.length > 500) throw invalid('At most 500 metric data queries');
  const queries = input.MetricDataQueries.map((entry: any) => queryOf(entry, 60));
  const now = world.clock.now;
  const shortest = Math.min(...input.MetricDataQueries.map((entry: any) => Number(entry.MetricStat?.Period ?? entry.Period ?? Infinity)));
  const descending = input.ScanBy !== 'TimestampAscending';
  const results = input.MetricDataQueries.filter((entry: any) => entry.ReturnData !== false).map((entry: any) => {
    const period = Number(entry.MetricStat?.Period ?? entry.Period ?? (shortest === Infinity ? 60 : shortest));
    const window = windowOf(instant(input.StartTime), instant(input.EndTime), period, now);
    const points = valuesOf(store, queries, entry.Id, window, now)
      .map((value, i) => ({ at: window.end - (window.count - i) * period * 1000, value }))
      .filter((point): point is { at: number; value: number } => point.value !== undefined);
    if (descending) points.reverse();
    return {
      Id: entry.Id,
      Label: entry.Label ?? entry.MetricStat?.Metric.MetricName ?? entry.Id,
      Timestamps: points.map((point) => new Date(point.at)),
      Values: points.map((point) => point.value),
      StatusCode: 'Complete',
    };
  });
  return { MetricDataResults: results, Messages: [] };
};

const getMetricStatistics = (world: World, store: SeriesStore, input: any): object => {
  const now = world.clock.now;
  const period = Number(input.Period);
  const window = windowOf(instant(input.StartTime), instant(input.EndTime), period, now);
  if (window.count > 1440) throw invalid('You have requested up to 1,440 datapoints, which is the limit.');
  const series = store.of({ namespace: input.Namespace, name: input.MetricName, dimensions: dimensionsOf(input.Dimensions) });
  const datapoints: object[] = [];
  for (let i = 0; i < window.count; i += 1) {
    const from = window.end - (window.count - i) * period * 1000;
    const set = setOver(series, from, from + period * 1000, now);
    if (set === undefined) continue;
    const plain = (input.Statistics ?? []).map((name: string) => [name, statistic(set, name)]);
    const extended = (input.ExtendedStatistics ?? []).map((name: string) => [name, statistic(set, name)]);
    datapoints.push({
      Timestamp: new Date(from),
      Unit: 'None',
      ...Object.fromEntries(plain),
      ...(extended.length === 0 ? {} : { ExtendedStatistics: Object.fromEntries(extended) }),
    });
  }
  return { Label: input.MetricName, Datapoints: datapoints };
};

const setOver = (series: Series, from: number, until: number, now: number): Statistics | undefined => {
  const sets: Statistics[] = [];
  for (let at = from; at < until; at += minute) {
    const set = datapoint(series, at, now);
    if (set !== undefined) sets.push(set);
  }
  return combine(sets);
};

const reported = (datum: any): Statistics => {
  if (datum.StatisticValues !== undefined) {
    const { Sum, SampleCount, Minimum, Maximum } = datum.StatisticValues;
    return { sum: Sum, count: SampleCount, minimum: Minimum, maximum: Maximum };
  }
  const values: readonly number[] = datum.Values ?? [datum.Value];
  const counts: readonly number[] = datum.Counts ?? values.map(() => 1);
  const all = values.flatMap((value, i) => Array.from({ length: counts[i] ?? 1 }, () => value));
  return {
    sum: all.reduce((sum, value) => sum + value, 0),
    count: all.length,
    minimum: Math.min(...all),
    maximum: Math.max(...all),
    values: all,
  };
};

const putMetricData = (store: SeriesStore, input: any): object => {
  if (String(input.Namespace).startsWith('AWS/')) throw invalid('The value AWS/ for parameter Namespace is invalid.');
  for (const datum of input.MetricData ?? []) {
    const at = datum.Timestamp === undefined ? {} : { at: instant(datum.Timestamp) };
    store.record({
      namespace: input.Namespace,
      name: datum.MetricName,
      dimensions: dimensionsOf(datum.Dimensions),
      value: reported(datum),
      ...at,
    });
  }
  return {};
};

const listMetrics = (store: SeriesStore, input: any): object => {
  const alive = (series: Series): boolean => series.source !== undefined || series.recorded.size > 0 || series.segments.length > 0;
  const wanted = (series: Series): boolean =>
    alive(series) &&
    (input.Namespace === undefined || series.namespace === input.Namespace) &&
    (input.MetricName === undefined || series.name === input.MetricName) &&
    (input.Dimensions ?? []).every(
      ({ Name, Value }: { Name: string; Value?: string }) =>
        series.dimensions[Name] !== undefined && (Value === undefined || series.dimensions[Name] === Value),
    );
  const { items, nextToken } = page(store.all().filter(wanted), 500, input.NextToken, 'InvalidParameterValueException');
  return {
    Metrics: items.map((series) => ({
      Namespace: series.namespace,
      MetricName: series.name,
      Dimensions: dimensionList(series.dimensions),
    })),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

export const metricOperations = (world: World, store: SeriesStore): Readonly<Record<string, Operation>> => {
  const plain = (action: string, run: (input: any) => unknown, context?: (input: any) => Readonly<Record<string, string>>): Operation => ({
    needs: (input) => [{ action: `cloudwatch:${action}`, resource: '*', ...(context === undefined ? {} : { context: context(input) }) }],
    run,
  });
  return {
    GetMetricData: plain('GetMetricData', (input) => {
      for (const entry of input.MetricDataQueries) if (entry.Expression !== undefined) compileMath(entry.Expression);
      return getMetricData(world, store, input);
    }),
    GetMetricStatistics: plain('GetMetricStatistics', (input) => getMetricStatistics(world, store, input)),
    PutMetricData: plain(
      'PutMetricData',
      (input) => putMetricData(store, input),
      (input) => ({ 'cloudwatch:namespace': input.Namespace }),
    ),
    ListMetrics: plain('ListMetrics', (input) => listMetrics(store, input)),
    GetMetricWidgetImage: plain('GetMetricWidgetImage', (input) => ({ MetricWidgetImage: widgetImage(world, store, input.MetricWidget) })),
  };
};
