// CloudWatch alarms as they stand now, in the domain's words (aws-facts A7, G).
import { CloudWatchClient, DescribeAlarmsCommand, type CompositeAlarm, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AlarmFacts, AlarmState } from '../domain/alarm.ts';
import type { Alarms } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** The account's alarms; those that do not exist (any more) are absent. */
export const alarms = (host: ClientHost): Alarms => {
  const cloudwatch = client(CloudWatchClient, host);
  return {
    describe: async (names) => {
      const wanted = [...new Set(names)].filter((name) => name !== '');
      if (wanted.length === 0) return [];
      const command = new DescribeAlarmsCommand({ AlarmNames: wanted, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 });
      const answer = await attempt('cloudwatch:DescribeAlarms', names.join(', '), () => cloudwatch.send(command));
      return [...(answer.MetricAlarms ?? []).map(metricFacts), ...(answer.CompositeAlarms ?? []).map(compositeFacts)];
    },
  };
};

const stateFacts = (alarm: MetricAlarm | CompositeAlarm): Pick<AlarmFacts, 'name' | 'state' | 'since' | 'description' | 'reason'> => ({
  name: alarm.AlarmName ?? '',
  state: (alarm.StateValue ?? 'INSUFFICIENT_DATA') as AlarmState,
  since: (
    ('StateTransitionedTimestamp' in alarm ? alarm.StateTransitionedTimestamp : undefined) ??
    alarm.StateUpdatedTimestamp ??
    new Date(0)
  ).toISOString(),
  description: alarm.AlarmDescription ?? '',
  reason: alarm.StateReason ?? '',
});

const metricFacts = (alarm: MetricAlarm): AlarmFacts => {
  const first = alarm.Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat;
  const name = alarm.MetricName ?? first?.Metric?.MetricName;
  const namespace = alarm.Namespace ?? first?.Metric?.Namespace ?? '';
  const dimensions = Object.fromEntries(
    (alarm.Dimensions?.length ? alarm.Dimensions : (first?.Metric?.Dimensions ?? [])).map(({ Name, Value }) => [Name ?? '', Value ?? '']),
  );
  return {
    ...stateFacts(alarm),
    datapoints: datapointsOf(alarm.StateReasonData),
    threshold: alarm.Threshold ?? null,
    comparison: alarm.ComparisonOperator ?? null,
    statistic: alarm.ExtendedStatistic ?? alarm.Statistic ?? first?.Stat ?? null,
    periodSeconds: alarm.Period ?? first?.Period ?? null,
    evaluationPeriods: alarm.EvaluationPeriods ?? null,
    calculated: alarm.MetricName === undefined,
    metric: name === undefined ? null : { namespace, name, dimensions },
    rule: null,
  };
};

const compositeFacts = (alarm: CompositeAlarm): AlarmFacts => ({
  ...stateFacts(alarm),
  datapoints: [],
  threshold: null,
  comparison: null,
  statistic: null,
  periodSeconds: null,
  evaluationPeriods: null,
  calculated: false,
  metric: null,
  rule: alarm.AlarmRule ?? '',
  suppressedBy: alarm.ActionsSuppressedBy ?? null,
});

/** `recentDatapoints` of the JSON that CloudWatch puts into a string; absent after SetAlarmState and before the first evaluation. */
const datapointsOf = (data: string | undefined): readonly number[] => {
  if (data === undefined || !data.startsWith('{')) return [];
  const { recentDatapoints } = JSON.parse(data) as { readonly recentDatapoints?: readonly unknown[] };
  return (recentDatapoints ?? []).filter((point): point is number => typeof point === 'number');
};
