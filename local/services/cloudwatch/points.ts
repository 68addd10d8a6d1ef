// The datapoints an alarm or a query sees: metric periods built from minutes, and expressions over them.
import { evaluateMath, type Values } from './math.ts';
import type { MetricQuery } from './alarm.ts';
import { datapoint, minute, type Series, type SeriesStore } from './series.ts';
import { combine, statistic, type Statistics } from './statistics.ts';

/** A stretch of periods, oldest first: `count` periods of `period` seconds ending at `end` (ms). */
export interface Window {
  readonly end: number;
  readonly period: number;
  readonly count: number;
}

const statisticOver = (series: Series, from: number, until: number, stat: string, now: number): number | undefined => {
  const sets: Statistics[] = [];
  // A minute that has not begun has no datapoint, whatever is forced upon it.
  for (let at = from; at < until && at <= now; at += minute) {
    const set = datapoint(series, at, now);
    if (set !== undefined) sets.push(set);
  }
  const set = combine(sets);
  return set === undefined ? undefined : statistic(set, stat);
};

const metricValues = (store: SeriesStore, query: MetricQuery, window: Window, now: number): Values => {
  const metric = query.metric!;
  const series = store.of(metric);
  const length = window.period * 1000;
  const values: (number | undefined)[] = [];
  for (let from = window.end - window.count * length; from < window.end; from += length) {
    values.push(statisticOver(series, from, from + length, metric.stat, now));
  }
  return values;
};

/** The values of the query with that id over the window; expressions ask the others. */
export const valuesOf = (store: SeriesStore, queries: readonly MetricQuery[], id: string, window: Window, now: number): Values => {
  const known = new Map<string, Values>();
  const values = (wanted: string): Values => {
    const done = known.get(wanted);
    if (done !== undefined) return done;
    const query = queries.find((one) => one.id === wanted);
    if (query === undefined) throw new Error(`unknown metric id ${wanted}`);
    const made = query.metric === undefined ? evaluateMath(query.expression!, context) : metricValues(store, query, window, now);
    known.set(wanted, made);
    return made;
  };
  const context = {
    values,
    metrics: queries.filter((query) => query.metric !== undefined).map((query) => query.id),
    length: window.count,
    periodSeconds: window.period,
  };
  return values(id);
};
