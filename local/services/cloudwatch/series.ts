// Metric series: where values come from (sources asked per minute, values reported by services and users, values forced by a rehearsal).
import type { Clock } from '../../clock.ts';
import { combine, ofValue, type Statistics } from './statistics.ts';

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A simulator's own metric, asked when someone looks. */
export interface MetricSource extends MetricName {
  /** The datapoint of the minute that starts at `at` (ms); undefined when there is none. */
  readonly sample: (at: number) => number | undefined;
  /**
   * Until when (ms) the present value stays as it is unless `changed` is called; `Infinity` for "until I say so", undefined for "unknown".
   * A source that declares it costs nothing while it is quiet, and its history is kept from the moments of change.
   */
  readonly until?: (now: number) => number | undefined;
}

export interface SourceHandle {
  /** The value may be another from now on: alarms on it look again. */
  changed(): void;
  remove(): void;
}

interface Segment {
  /** First minute (ms) of the value. */
  readonly from: number;
  readonly value: number | undefined;
}

interface Override {
  readonly from: number;
  readonly until: number;
  readonly value: number | undefined;
}

export interface Series extends MetricName {
  readonly key: string;
  source: MetricSource | undefined;
  /** History of a source that declares `until`. */
  readonly segments: Segment[];
  /** Datapoints reported by PutMetricData and by services, per minute. */
  readonly recorded: Map<number, Statistics>;
  /** The latest minute with a reported datapoint (ms). */
  lastRecorded: number;
  /** Samples taken, so that a gauge keeps the value it had at its minute. */
  readonly sampled: Map<number, number | undefined>;
  readonly overrides: Override[];
  /** Called when the series may have changed. */
  readonly watchers: Set<() => void>;
}

export const minute = 60_000;
export const minuteOf = (at: number): number => Math.floor(at / minute) * minute;

const keys = new WeakMap<MetricName['dimensions'], string>();

/** Dimensions as text, in order; those of a simulator or an alarm are asked again and again. */
const dimensionsText = (dimensions: MetricName['dimensions']): string => {
  const known = keys.get(dimensions);
  if (known !== undefined) return known;
  const names = Object.keys(dimensions).sort();
  const text = names.map((one) => `${one}=${dimensions[one]}`).join(',');
  keys.set(dimensions, text);
  return text;
};

export const keyOf = ({ namespace, name, dimensions }: MetricName): string => `${namespace} ${name} ${dimensionsText(dimensions)}`;

export interface SeriesStore {
  /** The series of that name; made when nobody asked before. */
  readonly of: (name: MetricName) => Series;
  readonly add: (source: MetricSource) => SourceHandle;
  /** Adds one value to the minute that is now. */
  readonly record: (name: MetricName & { readonly value: number | Statistics; readonly at?: number }) => void;
  /** Adds values to one metric, whose series is found once. */
  readonly recorder: (name: MetricName) => (value: number) => void;
  readonly override: (forced: MetricName & { readonly from: number; readonly until: number; readonly value: number | undefined }) => void;
  readonly all: () => readonly Series[];
}

const kept = 1600;
/** Newest first: the latest override counts. */
const keptOverrides = 50;

/** Forgets the oldest samples: a day and some is what anyone looks back. */
const trim = <T>(map: Map<number, T>): void => {
  if (map.size <= kept * 2) return;
  for (const key of [...map.keys()].slice(0, map.size - kept)) map.delete(key);
};

const notify = (series: Series): void => {
  for (const watcher of series.watchers) watcher();
};

export const makeSeriesStore = (clock: Clock): SeriesStore => {
  const all = new Map<string, Series>();
  const of = (name: MetricName): Series => {
    const key = keyOf(name);
    const known = all.get(key);
    if (known !== undefined) return known;
    const { namespace, dimensions } = name;
    const made: Series = {
      key,
      namespace,
      name: name.name,
      dimensions,
      source: undefined,
      segments: [],
      recorded: new Map(),
      lastRecorded: -Infinity,
      sampled: new Map(),
      overrides: [],
      watchers: new Set(),
    };
    all.set(key, made);
    return made;
  };
  return {
    of,
    all: () => [...all.values()],
    add: (source) => {
      const series = of(source);
      series.source = source;
      noteChange(series, clock.now);
      notify(series);
      return {
        changed: () => {
          if (series.source === source && noteChange(series, clock.now)) notify(series);
        },
        remove: () => {
          if (series.source !== source) return;
          if (source.until !== undefined) series.segments.push({ from: minuteOf(clock.now), value: undefined });
          series.source = undefined;
          notify(series);
        },
      };
    },
    record: ({ value, at = clock.now, ...name }) => recordIn(of(name), typeof value === 'number' ? ofValue(value) : value, at),
    recorder: (name) => {
      const series = of(name);
      return (value) => recordIn(series, ofValue(value), clock.now);
    },
    override: ({ from, until, value, ...name }) => {
      const series = of(name);
      series.overrides.unshift({ from, until, value });
      series.overrides.splice(keptOverrides);
      notify(series);
    },
  };
};

const recordIn = (series: Series, set: Statistics, at: number): void => {
  const when = minuteOf(at);
  const before = series.recorded.get(when);
  series.recorded.set(when, before === undefined ? set : combine([before, set])!);
  series.lastRecorded = Math.max(series.lastRecorded, when);
  trim(series.recorded);
  notify(series);
};

/** Keeps the value a source has from this minute on; false when it is the one it had. */
const noteChange = (series: Series, now: number): boolean => {
  const { source, segments } = series;
  if (source?.until === undefined) return true;
  const value = source.sample(minuteOf(now));
  const last = segments.at(-1);
  if (last !== undefined && last.value === value && source.until(now) === Infinity) return false;
  if (last !== undefined && last.from === minuteOf(now)) segments.pop();
  segments.push({ from: minuteOf(now), value });
  if (segments.length > kept) segments.splice(0, segments.length - kept / 2);
  return true;
};

const heldValue = (series: Series, at: number): number | undefined => {
  for (let i = series.segments.length - 1; i >= 0; i -= 1) if (series.segments[i]!.from <= at) return series.segments[i]!.value;
  return undefined;
};

/** The datapoint of the minute that starts at `at`. */
export const datapoint = (series: Series, at: number, now: number): Statistics | undefined => {
  for (const override of series.overrides) {
    if (at >= minuteOf(override.from) && at < override.until) return override.value === undefined ? undefined : ofValue(override.value);
  }
  const recorded = series.recorded.get(at);
  if (recorded !== undefined) return recorded;
  const value = sourceValue(series, at, now);
  return value === undefined ? undefined : ofValue(value);
};

const sourceValue = (series: Series, at: number, now: number): number | undefined => {
  const { source, sampled } = series;
  if (source === undefined) return heldValue(series, at);
  const holds = source.until?.(now);
  if (holds !== undefined) return heldValue(series, at);
  if (sampled.has(at)) return sampled.get(at);
  const value = source.sample(at);
  if (at < minuteOf(now)) {
    sampled.set(at, value);
    trim(sampled);
  }
  return value;
};

/**
 * Until when (ms) every datapoint from `since` on is and stays the same; undefined when they differ or the source can not tell.
 * Lets an alarm sleep while its metrics are quiet.
 */
export const quietUntil = (series: Series, since: number, now: number): number | undefined => {
  const { source, segments, lastRecorded, overrides } = series;
  for (const override of overrides) {
    const touches = override.until > since && override.from <= now;
    const covers = minuteOf(override.from) <= since && override.until > now;
    if (covers) return override.until;
    if (touches) return undefined;
  }
  if (lastRecorded >= since) return undefined;
  const next = overrides.reduce((least, override) => (override.from > now ? Math.min(least, override.from) : least), Infinity);
  if (source === undefined) return next;
  if ((segments.at(-1)?.from ?? since) > since) return undefined;
  const until = source.until?.(now);
  return until === undefined ? undefined : Math.min(until, next);
};
