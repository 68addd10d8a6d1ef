// The CloudWatch API about alarms and mute rules.
import { AwsError, type Operation, type Permission } from '../../simulated.ts';
import { page } from '../paging.ts';
import type { Alarm, AlarmConfig, AlarmState } from './alarm.ts';
import type { Alarms } from './alarms.ts';
import { compositeAlarm, describeAlarm, dimensionsOf, metricAlarm } from './definition.ts';
import type { MuteRule, Mutes } from './mute.ts';
import { keyOf } from './series.ts';

const states: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

const describe = (alarms: Alarms, input: any): object => {
  const names: readonly string[] | undefined = input.AlarmNames;
  if (names !== undefined && names.length > 100) throw new AwsError('ValidationError', 'At most 100 alarm names');
  const types: readonly string[] = input.AlarmTypes ?? ['MetricAlarm'];
  const matches = (alarm: Alarm): boolean =>
    (names === undefined || names.includes(alarm.name)) &&
    alarm.name.startsWith(input.AlarmNamePrefix ?? '') &&
    (input.StateValue === undefined || alarm.state.value === input.StateValue) &&
    types.includes(alarm.config.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm') &&
    (input.ActionPrefix === undefined ||
      [...alarm.config.alarmActions, ...alarm.config.okActions].some((action) => action.startsWith(input.ActionPrefix)));
  const { items, nextToken } = page(
    alarms.all().filter(matches),
    input.MaxRecords ?? (names === undefined ? 50 : 100),
    input.NextToken,
    'InvalidNextToken',
  );
  return {
    MetricAlarms: items.filter((alarm) => alarm.config.kind === 'metric').map(describeAlarm),
    CompositeAlarms: items.filter((alarm) => alarm.config.kind === 'composite').map(describeAlarm),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

const history = (alarms: Alarms, input: any): object => {
  const since = input.StartDate === undefined ? 0 : new Date(input.StartDate).getTime();
  const until = input.EndDate === undefined ? Infinity : new Date(input.EndDate).getTime();
  const chosen = input.AlarmName === undefined ? alarms.all() : [alarms.get(input.AlarmName)].filter((alarm) => alarm !== undefined);
  const entries = chosen
    .flatMap((alarm) => alarm.history.map((item) => ({ alarm, item })))
    .filter(
      ({ item }) => item.at >= since && item.at <= until && (input.HistoryItemType === undefined || item.type === input.HistoryItemType),
    )
    .sort((a, b) => a.item.at - b.item.at);
  const { items, nextToken } = page(
    input.ScanBy === 'TimestampAscending' ? entries : entries.reverse(),
    input.MaxRecords ?? 100,
    input.NextToken,
    'InvalidNextToken',
  );
  return {
    AlarmHistoryItems: items.map(({ alarm, item }) => ({
      AlarmName: alarm.name,
      AlarmType: alarm.config.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      Timestamp: new Date(item.at),
      HistoryItemType: item.type,
      HistorySummary: item.summary,
      HistoryData: item.data,
    })),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

const setState = (alarms: Alarms, input: any): object => {
  const alarm = alarms.existing(input.AlarmName);
  if (!states.includes(input.StateValue))
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${input.StateValue}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`,
    );
  const { StateReasonData: data } = input;
  alarms.enter(alarm, {
    value: input.StateValue as AlarmState,
    reason: input.StateReason,
    ...(data === undefined ? {} : { reasonData: data }),
  });
  // A forced state lasts only until the alarm looks at its metrics again.
  alarms.engine.wake(alarm);
  return {};
};

const enable = (alarms: Alarms, names: readonly string[], actionsEnabled: boolean): object => {
  for (const name of names) {
    const alarm = alarms.get(name);
    if (alarm !== undefined) alarm.config = { ...alarm.config, actionsEnabled };
  }
  return {};
};

const byMetric = (alarms: Alarms, input: any): object => {
  const wanted = keyOf({ namespace: input.Namespace, name: input.MetricName, dimensions: dimensionsOf(input.Dimensions) });
  const watches = ({ config }: Alarm): boolean =>
    config.kind === 'metric' && config.queries.some(({ metric }) => metric !== undefined && keyOf(metric) === wanted);
  return { MetricAlarms: alarms.all().filter(watches).map(describeAlarm) };
};

const onTags = (action: string, run: (input: any) => unknown): Operation => ({
  needs: (input) => [{ action: `cloudwatch:${action}`, resource: input.ResourceARN }],
  run,
});

export const alarmOperations = (alarms: Alarms): Readonly<Record<string, Operation>> => {
  const one = (input: any): readonly string[] => [input.AlarmName ?? '*'];
  const several = (input: any): readonly string[] => input.AlarmNames ?? ['*'];
  const on = (action: string, namesOf: (input: any) => readonly string[], run: (input: any) => unknown): Operation => ({
    needs: (input): readonly Permission[] => namesOf(input).map((name) => ({ action: `cloudwatch:${action}`, resource: alarms.arn(name) })),
    run,
  });
  return {
    PutMetricAlarm: on('PutMetricAlarm', one, (input) => put(alarms, input, metricAlarm(input))),
    PutCompositeAlarm: on('PutCompositeAlarm', one, (input) => put(alarms, input, compositeAlarm(input))),
    DeleteAlarms: on('DeleteAlarms', several, (input) => {
      for (const name of input.AlarmNames) alarms.existing(name);
      for (const name of input.AlarmNames) alarms.remove(name);
      return {};
    }),
    SetAlarmState: on('SetAlarmState', one, (input) => setState(alarms, input)),
    EnableAlarmActions: on('EnableAlarmActions', several, (input) => enable(alarms, input.AlarmNames, true)),
    DisableAlarmActions: on('DisableAlarmActions', several, (input) => enable(alarms, input.AlarmNames, false)),
    DescribeAlarms: on('DescribeAlarms', several, (input) => describe(alarms, input)),
    DescribeAlarmHistory: on('DescribeAlarmHistory', one, (input) => history(alarms, input)),
    DescribeAlarmsForMetric: {
      needs: () => [{ action: 'cloudwatch:DescribeAlarmsForMetric', resource: alarms.arn('*') }],
      run: (input) => byMetric(alarms, input),
    },
    TagResource: onTags('TagResource', (input) => tag(alarms, input)),
    ListTagsForResource: onTags('ListTagsForResource', (input) => ({ Tags: alarms.existing(input.ResourceARN).tags })),
  };
};

const put = (alarms: Alarms, input: any, config: AlarmConfig): object => {
  alarms.put(input.AlarmName, config, input.Tags);
  return {};
};

const tag = (alarms: Alarms, input: any): object => {
  const alarm = alarms.existing(input.ResourceARN);
  const keys = input.Tags.map((one: { Key: string }) => one.Key);
  alarm.tags = [...alarm.tags.filter((one) => !keys.includes(one.Key)), ...input.Tags];
  return {};
};

const shownRule = (mutes: Mutes, rule: MuteRule): object => ({
  Name: rule.name,
  AlarmMuteRuleArn: rule.arn,
  ...(rule.description === undefined ? {} : { Description: rule.description }),
  Rule: { Schedule: { Expression: rule.expression, Duration: rule.duration, Timezone: rule.timeZone } },
  MuteTargets: { AlarmNames: rule.alarms },
  Status: mutes.status(rule),
  LastUpdatedTimestamp: new Date(rule.updatedAt),
  ...(rule.startDate === undefined ? {} : { StartDate: new Date(rule.startDate) }),
  ...(rule.expireDate === undefined ? {} : { ExpireDate: new Date(rule.expireDate) }),
});

/** Mute rules need permission on the rule and on each alarm. */
export const muteOperations = (alarms: Alarms, mutes: Mutes): Readonly<Record<string, Operation>> => {
  const onRule = (action: string, name: string): Permission => ({ action: `cloudwatch:${action}`, resource: mutes.arn(name) });
  return {
    PutAlarmMuteRule: {
      needs: (input) => [
        onRule('PutAlarmMuteRule', input.Name),
        ...(input.MuteTargets?.AlarmNames ?? []).map((name: string) => ({
          action: 'cloudwatch:PutAlarmMuteRule',
          resource: alarms.arn(name),
        })),
      ],
      run: (input) => {
        mutes.put(input);
        return {};
      },
    },
    GetAlarmMuteRule: {
      needs: (input) => [onRule('GetAlarmMuteRule', input.AlarmMuteRuleName)],
      run: (input) => shownRule(mutes, mutes.existing(input.AlarmMuteRuleName)),
    },
    DeleteAlarmMuteRule: {
      needs: (input) => [onRule('DeleteAlarmMuteRule', input.AlarmMuteRuleName)],
      run: (input) => {
        mutes.remove(input.AlarmMuteRuleName);
        return {};
      },
    },
    ListAlarmMuteRules: {
      needs: () => [onRule('ListAlarmMuteRules', '*')],
      run: (input) => {
        const chosen = mutes
          .all()
          .filter(
            (rule) =>
              (input.AlarmName === undefined || rule.alarms.includes(input.AlarmName)) &&
              (input.Statuses ?? [mutes.status(rule)]).includes(mutes.status(rule)),
          );
        return {
          AlarmMuteRuleSummaries: chosen.map((rule) => ({
            AlarmMuteRuleArn: rule.arn,
            Status: mutes.status(rule),
            MuteType: 'SCHEDULED',
            LastUpdatedTimestamp: new Date(rule.updatedAt),
          })),
        };
      },
    },
  };
};
