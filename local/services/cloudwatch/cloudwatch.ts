// The simulated CloudWatch: metrics asked from their sources, alarms evaluated on virtual time, events and actions of every transition.
import { AwsError, type SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Alarm, AlarmMetric, AlarmState } from './alarm.ts';
import { alarmOperations, muteOperations } from './alarm-operations.ts';
import { makeAlarms } from './alarms.ts';
import { dashboardOperations, makeDashboards } from './dashboards.ts';
import { metricOperations } from './metric-operations.ts';
import { makeMutes } from './mute.ts';
import { alarmResources } from './resources.ts';
import { datapoint, makeSeriesStore, minuteOf, type MetricName, type MetricSource, type SourceHandle } from './series.ts';

export type { MetricName, MetricSource, SourceHandle } from './series.ts';

export interface Cloudwatch extends SimulatedService {
  /** Registers a metric; it is asked per minute by alarms and readers. Declare `until` where a value holds, and call `changed` when it ends. */
  addSource(source: MetricSource): SourceHandle;
  /** Adds one value to the present minute of a metric that has datapoints only when something happened. */
  record(value: MetricName & { readonly value: number }): void;
  /** Records values of one metric, whose series is found once. */
  recorder(metric: MetricName): (value: number) => void;
  /** Forces a metric's datapoints for a while (instants in ms); `undefined` makes them missing. */
  override(forced: MetricName & { readonly value: number | undefined; readonly from?: number; readonly until: number }): void;
  /** Forces the metric behind an alarm (its expression's result, if it has one) until that instant (ms). Throws when there is no such alarm. */
  overrideAlarmMetric(alarmName: string, value: number, until: number): void;
  /** Puts an alarm into a state and holds it there; OK lets its metrics decide again. Throws when there is no such alarm. */
  setAlarm(alarmName: string, value: AlarmState, reason?: string): void;
  /** The alarm's state now; undefined when there is no such alarm. */
  state(alarmName: string): AlarmState | undefined;
  /** The metric's value for the minute of that instant (default: the last full minute). */
  value(metric: MetricName, at?: number): number | undefined;
}

const support = {
  does: [
    'Metrics from simulated services, PutMetricData, GetMetricData, GetMetricStatistics, ListMetrics, GetMetricWidgetImage (a real PNG)',
    'Metric alarms every minute: M of N, missing data rules, evaluation range of N + 2 periods, percentiles, metric math (G1)',
    'Composite alarms with suppressor, wait and extension period (G3); mute rules and their re-triggered actions (G4); Enable/DisableAlarmActions',
    'State change and configuration change events (A7), SNS messages (A9), direct Lambda actions (A8), DescribeAlarms, DescribeAlarmHistory, SetAlarmState',
    'Dashboards as they were given: put, read, listed, deleted',
    'CloudFormation: AWS::CloudWatch::Alarm, CompositeAlarm, Dashboard, AlarmMuteRule',
  ],
  doesNot: [
    'Periods below 60 s, anomaly detection, Metrics Insights, SEARCH, PromQL and log alarms: refused by name',
    'Drawing a dashboard, and looking into its widgets: a body is any JSON object',
    'Re-evaluation that repeats actions, late datapoints, metric streams, contributor events',
  ],
} as const;

/** The metric of an alarm on one metric; undefined for expressions and composites. */
const onlyMetric = ({ config }: Alarm): AlarmMetric | undefined => {
  if (config.kind === 'composite') throw new AwsError('InvalidParameterValue', 'a composite alarm has no metric of its own: force one of its children');
  return config.queries.length === 1 ? config.queries[0]!.metric : undefined;
};

/** What each minute reports so that a whole period has the value: a sum is spread over its minutes. */
const perMinute = ({ stat, period }: AlarmMetric, value: number): number => (stat === 'Sum' ? value / (period / 60) : value);

export const makeCloudwatch = (world: World): Cloudwatch => {
  const store = makeSeriesStore(world.clock);
  const mutes = makeMutes(world);
  const alarms = makeAlarms(world, store, mutes);
  const dashboards = makeDashboards(world);
  return {
    signingName: 'monitoring',
    operations: { ...alarmOperations(alarms), ...muteOperations(alarms, mutes), ...metricOperations(world, store), ...dashboardOperations(world, dashboards) },
    resources: alarmResources(alarms, mutes, dashboards),
    support,
    addSource: store.add,
    record: store.record,
    recorder: store.recorder,
    override: ({ from = world.clock.now, ...forced }) => store.override({ ...forced, from }),
    overrideAlarmMetric: (alarmName, value, until) => {
      const alarm = alarms.existing(alarmName);
      const metric = onlyMetric(alarm);
      if (metric === undefined) alarm.forced = { value, from: world.clock.now, until };
      else store.override({ ...metric, value: perMinute(metric, value), from: world.clock.now, until });
      alarms.engine.wake(alarm);
    },
    setAlarm: (alarmName, value, reason = 'Set by the rehearsal') => {
      const alarm = alarms.existing(alarmName);
      alarm.held = value !== 'OK';
      alarms.enter(alarm, { value, reason });
      if (!alarm.held) alarms.engine.wake(alarm);
    },
    state: (alarmName) => alarms.get(alarmName)?.state.value,
    value: (metric, at = world.clock.now - 60_000) => {
      const set = datapoint(store.of(metric), minuteOf(at), world.clock.now);
      return set === undefined ? undefined : set.sum / set.count;
    },
  };
};
