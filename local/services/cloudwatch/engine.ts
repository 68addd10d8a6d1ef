// Decides when alarms are evaluated: every minute while something moves, never while their metrics are quiet.
import type { Cancel } from '../../clock.ts';
import type { World } from '../../world.ts';
import { daemonAt } from '../daemon-at.ts';
import type { Alarm, MetricAlarmConfig } from './alarm.ts';
import { extraPeriods, judge, type Point } from './evaluation.ts';
import { valuesOf } from './points.ts';
import { reasonDataOf, reasonOf } from './reason.ts';
import { minute, minuteOf, quietUntil, type SeriesStore } from './series.ts';
import type { Transitions } from './transitions.ts';

export interface Engine {
  /** Watches the alarm's metrics from now on; call again when its configuration changed. */
  watch(alarm: Alarm): void;
  forget(alarm: Alarm): void;
  /** Evaluates the alarm at the next tick, whether or not its metrics changed. */
  wake(alarm: Alarm): void;
}

/** Metrics of a minute are in when the next one is this old (ms). */
const lateness = 5_000;

interface Watched {
  readonly alarm: Alarm;
  readonly unwatch: () => void;
  /** Not to be evaluated before (ms); Infinity while quiet. */
  due: number;
}

/** The range an alarm looks at: whole periods up to the last full minute. */
const rangeOf = (config: MetricAlarmConfig, now: number) => {
  const count = config.evaluationPeriods + extraPeriods;
  const end = minuteOf(now);
  return { end, count, period: config.period, since: end - count * config.period * 1000 };
};

const pointsOf = (store: SeriesStore, alarm: Alarm, config: MetricAlarmConfig, now: number): readonly Point[] => {
  const { end, count, period } = rangeOf(config, now);
  const id = config.queries.find((query) => query.returnData)!.id;
  const values = valuesOf(store, config.queries, id, { end, count, period }, now);
  return values
    .map((value, i) => {
      const at = end - (count - i) * period * 1000;
      const { forced } = alarm;
      const covered = forced !== undefined && at + period * 1000 > forced.from && at < forced.until;
      return { at, value: covered ? forced.value : value };
    })
    .reverse();
};

/** Until when the alarm's answer can not change; undefined when it must look again next minute. */
const quietOf = (store: SeriesStore, alarm: Alarm, config: MetricAlarmConfig, now: number): number | undefined => {
  const { since } = rangeOf(config, now);
  if (alarm.forced !== undefined && alarm.forced.until > since) return undefined;
  let quiet = Infinity;
  for (const { metric } of config.queries) {
    if (metric === undefined) continue;
    const until = quietUntil(store.of(metric), since, now);
    if (until === undefined) return undefined;
    quiet = Math.min(quiet, until);
  }
  return quiet;
};

const evaluate = (store: SeriesStore, transitions: Transitions, alarm: Alarm, config: MetricAlarmConfig, now: number): void => {
  const verdict = judge(config, pointsOf(store, alarm, config, now));
  const next = verdict.state;
  if (next === 'keep' || next === alarm.state.value) return;
  const reason = reasonOf(config, alarm.state.value, next, verdict);
  transitions.enter(alarm, { value: next, reason, reasonData: reasonDataOf(config, verdict, now) });
};

/** The next tick of the watched alarms: a daemon, so that a rehearsal can settle while alarms go on watching. */
const makeTimer = (world: World, watched: ReadonlyMap<string, Watched>, tick: () => void): (() => void) => {
  let timer: { readonly time: number; readonly cancel: Cancel } | undefined;
  return () => {
    const now = world.clock.now;
    let least = Infinity;
    for (const one of watched.values()) least = Math.min(least, one.due);
    if (least === Infinity) return;
    const edge = Math.max(minuteOf(now), minuteOf(least)) + lateness;
    const time = edge > now ? edge : edge + minute;
    if (timer !== undefined && timer.time <= time && timer.time > now) return;
    timer?.cancel();
    timer = { time, cancel: daemonAt(world.clock, time, tick, 'alarms') };
  };
};

export const makeEngine = (world: World, store: SeriesStore, transitions: Transitions): Engine => {
  const watched = new Map<string, Watched>();
  const tick = (): void => {
    const now = world.clock.now;
    for (const one of watched.values()) {
      const { alarm } = one;
      if (one.due > now || alarm.config.kind !== 'metric') continue;
      if (!alarm.held) evaluate(store, transitions, alarm, alarm.config, now);
      one.due = alarm.held ? Infinity : (quietOf(store, alarm, alarm.config, now) ?? now);
    }
    arm();
  };
  const arm = makeTimer(world, watched, tick);
  const wake = (alarm: Alarm): void => {
    const one = watched.get(alarm.name);
    if (one === undefined || one.due <= world.clock.now) return;
    one.due = world.clock.now;
    arm();
  };
  const forget = (alarm: Alarm): void => {
    watched.get(alarm.name)?.unwatch();
    watched.delete(alarm.name);
  };
  return {
    wake,
    forget,
    watch: (alarm) => {
      forget(alarm);
      if (alarm.config.kind !== 'metric') return;
      const series = alarm.config.queries.flatMap((query) => (query.metric === undefined ? [] : [store.of(query.metric)]));
      const look = (): void => wake(alarm);
      for (const one of series) one.watchers.add(look);
      const unwatch = (): void => {
        for (const one of series) one.watchers.delete(look);
      };
      watched.set(alarm.name, { alarm, unwatch, due: world.clock.now });
      arm();
    },
  };
};
