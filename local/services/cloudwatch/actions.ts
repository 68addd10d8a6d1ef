// What an alarm does on a transition: SNS messages (A9), functions called directly (A8), everything else as a record.
import type { World } from '../../world.ts';
import type { Alarm, MetricAlarmConfig, MetricQuery, StateRecord } from './alarm.ts';
import { eventConfiguration } from './definition.ts';
import { missingDataOf } from './evaluation.ts';
import { alarmTime } from './reason.ts';

/** Display names SNS messages use in place of Region codes. */
const regions: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-southeast-4': 'Asia Pacific (Melbourne)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-north-1': 'EU (Stockholm)',
  'ca-central-1': 'Canada (Central)',
  'sa-east-1': 'South America (São Paulo)',
};

export const stateView = (state: StateRecord): Readonly<Record<string, unknown>> => ({
  value: state.value,
  reason: state.reason,
  ...(state.reasonData === undefined ? {} : { reasonData: state.reasonData }),
  timestamp: alarmTime(state.at),
  ...(state.suppressed === undefined ? {} : { actionsSuppressedBy: state.suppressed.by, actionsSuppressedReason: state.suppressed.reason }),
});

export const actionsFor = (alarm: Alarm): readonly string[] => {
  const { config, state } = alarm;
  if (state.value === 'ALARM') return config.alarmActions;
  return state.value === 'OK' ? config.okActions : config.insufficientDataActions;
};

/** Runs one action; a refusal is written into the alarm's history, as CloudWatch does. */
export const runAction = async (world: World, alarm: Alarm, before: StateRecord, arn: string): Promise<void> => {
  const outcome = await attempt(world, alarm, before, arn).then(
    () => undefined,
    (error: Error) => error,
  );
  const summary = outcome === undefined ? `Successfully executed action ${arn}` : `Failed to execute action ${arn}`;
  alarm.history.push({
    at: world.clock.now,
    type: 'Action',
    summary,
    data: JSON.stringify({
      actionState: outcome === undefined ? 'Succeeded' : 'Failed',
      stateUpdateTimestamp: alarm.state.at,
      notificationResource: arn,
      ...(outcome === undefined ? {} : { error: outcome.message }),
    }),
  });
  if (outcome !== undefined)
    world.trail.add({ kind: 'fault', who: alarm.name, what: `alarm action failed: ${arn}`, detail: { why: outcome.message } });
};

const attempt = async (world: World, alarm: Alarm, before: StateRecord, arn: string): Promise<void> => {
  const service = arn.split(':')[2];
  if (service === 'sns') {
    const region = regions[world.region] ?? world.region;
    const subject = `${alarm.state.value}: "${alarm.name}" in ${region}`;
    const publication = {
      topicArn: arn,
      subject: subject.length > 99 ? `${subject.slice(0, 96)}...` : subject,
      message: JSON.stringify(snsMessage(world, alarm, before, region)),
    };
    world.services.sns.publish(publication, { principal: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn });
  } else if (service === 'lambda') {
    const payload = directPayload(world, alarm, before);
    await world.services.lambda.invoke({
      functionArn: arn,
      payload,
      source: { principal: 'lambda.alarms.cloudwatch.amazonaws.com', sourceArn: alarm.arn },
      async: true,
    });
  } else if (service === 'autoscaling') {
    await world.services.scaling.alarmed(arn, alarm.name);
  } else {
    world.trail.add({ kind: 'alarm', who: alarm.name, what: `action ${arn}`, detail: { state: alarm.state.value } });
  }
};

const directPayload = (world: World, alarm: Alarm, before: StateRecord) => ({
  source: 'aws.cloudwatch',
  alarmArn: alarm.arn,
  accountId: world.account,
  time: alarmTime(alarm.state.at),
  region: world.region,
  alarmData: {
    alarmName: alarm.name,
    state: stateView(alarm.state),
    previousState: stateView(before),
    configuration: eventConfiguration(alarm),
  },
});

const snsMessage = (world: World, alarm: Alarm, before: StateRecord, region: string): object => {
  const { config, state } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmDescription: config.description ?? null,
    AWSAccountId: world.account,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configuredAt),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: alarmTime(state.at),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: before.value,
    OKActions: config.okActions,
    AlarmActions: config.alarmActions,
    InsufficientDataActions: config.insufficientDataActions,
    ...(config.kind === 'metric' ? { Trigger: triggerOf(config) } : { AlarmRule: config.rule, TriggeringChildren: [] }),
  };
};

const triggerOf = (config: MetricAlarmConfig): object => {
  const common = {
    Period: config.period,
    EvaluationPeriods: config.evaluationPeriods,
    DatapointsToAlarm: config.datapointsToAlarm,
    ComparisonOperator: config.comparison,
    Threshold: config.threshold,
    TreatMissingData: `- TreatMissingData:                    ${missingDataOf(config)}`,
    EvaluateLowSampleCountPercentile: '',
  };
  const metric = config.queries[0]?.metric;
  if (!config.single || metric === undefined) return { ...common, Metrics: config.queries.map(triggerQuery) };
  const plain = !metric.stat.startsWith('p');
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    ...(plain
      ? { StatisticType: 'Statistic', Statistic: metric.stat.toUpperCase() }
      : { StatisticType: 'ExtendedStatistic', ExtendedStatistic: metric.stat }),
    Unit: null,
    Dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ value, name })),
    ...common,
  };
};

const triggerQuery = ({ id, label, expression, metric, returnData }: MetricQuery): object => ({
  Id: id,
  ...(label === undefined ? {} : { Label: label }),
  ...(expression === undefined ? {} : { Expression: expression }),
  ...(metric === undefined
    ? {}
    : {
        MetricStat: {
          Metric: {
            Dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ value, name })),
            MetricName: metric.name,
            Namespace: metric.namespace,
          },
          Period: metric.period,
          Stat: metric.stat,
        },
      }),
  ReturnData: returnData,
});
