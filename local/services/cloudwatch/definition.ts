// From PutMetricAlarm, PutCompositeAlarm and their CloudFormation twins (same words) to an alarm's configuration, and back for DescribeAlarms.
import { createHash } from 'node:crypto';
import { AwsError } from '../../simulated.ts';
import type { Alarm, AlarmConfig, CompositeAlarmConfig, MetricAlarmConfig, MetricQuery, MissingData } from './alarm.ts';
import { compileMath } from './math.ts';
import { knowsComparison } from './evaluation.ts';

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

type Dimension = { readonly Name: string; readonly Value: string };

export const dimensionsOf = (list: readonly Dimension[] | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name, Value]));
export const dimensionList = (dimensions: Readonly<Record<string, string>>): readonly Dimension[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

/** One entry of `Metrics` or `MetricDataQueries`. */
export const queryOf = (entry: any, period: number): MetricQuery => {
  const { Id: id, Label: label, ReturnData, Expression: expression, MetricStat: stat } = entry;
  const common = { id, returnData: ReturnData !== false && ReturnData !== 'false', ...(label === undefined ? {} : { label }) };
  if (expression !== undefined) {
    compileMath(expression);
    return { ...common, expression };
  }
  if (stat === undefined) throw invalid(`The metric query ${id} has neither an Expression nor a MetricStat`);
  const { Namespace: namespace, MetricName: name, Dimensions } = stat.Metric;
  return {
    ...common,
    metric: { namespace, name, dimensions: dimensionsOf(Dimensions), stat: stat.Stat, period: Number(stat.Period ?? period) },
  };
};

/** The id events show for the metric of an alarm that was made without `Metrics`: a UUID, equal for equal metrics. */
const generatedId = ({ AlarmName, Namespace, MetricName, Dimensions }: any): string => {
  const hex = createHash('sha256').update(JSON.stringify([AlarmName, Namespace, MetricName, Dimensions])).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

const queriesOf = (input: any): readonly MetricQuery[] => {
  if (input.Metrics !== undefined && input.Metrics.length > 0)
    return input.Metrics.map((entry: any) => queryOf(entry, Number(entry.Period ?? 60)));
  const stat = input.Statistic ?? input.ExtendedStatistic;
  if (input.MetricName === undefined || input.Namespace === undefined || stat === undefined)
    throw invalid('An alarm needs MetricName, Namespace and Statistic, or Metrics');
  return [
    {
      id: generatedId(input),
      returnData: true,
      metric: {
        namespace: input.Namespace,
        name: input.MetricName,
        dimensions: dimensionsOf(input.Dimensions),
        stat,
        period: Number(input.Period),
      },
    },
  ];
};

const actionsOf = (input: any) => ({
  description: input.AlarmDescription as string | undefined,
  actionsEnabled: input.ActionsEnabled !== false && input.ActionsEnabled !== 'false',
  okActions: (input.OKActions ?? []) as readonly string[],
  alarmActions: (input.AlarmActions ?? []) as readonly string[],
  insufficientDataActions: (input.InsufficientDataActions ?? []) as readonly string[],
});

const checkActions = (config: AlarmConfig): void => {
  for (const list of [config.okActions, config.alarmActions, config.insufficientDataActions]) {
    if (list.length > 5) throw invalid('At most 5 actions per state');
  }
};

/** The configuration of a metric alarm; refuses what CloudWatch refuses, and by name what is not simulated. */
export const metricAlarm = (input: any): MetricAlarmConfig => {
  const queries = queriesOf(input);
  const periods = queries.flatMap((query) => (query.metric === undefined ? [] : [query.metric.period]));
  const period = Math.max(...periods);
  const evaluationPeriods = Number(input.EvaluationPeriods);
  const datapointsToAlarm = Number(input.DatapointsToAlarm ?? evaluationPeriods);
  if (!knowsComparison(input.ComparisonOperator)) throw invalid(`The comparison ${input.ComparisonOperator} is not simulated`);
  if (periods.some((one) => one % 60 !== 0 || one < 60))
    throw invalid(`Periods must be multiples of 60 seconds (high resolution is not simulated): ${periods.join(', ')}`);
  if (!(evaluationPeriods >= 1) || datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods)
    throw invalid('DatapointsToAlarm must be between 1 and EvaluationPeriods');
  if (evaluationPeriods * period > 7 * 86_400)
    throw invalid('Metrics cannot be checked across more than 7 days (EvaluationPeriods * Period must be <= 604800).');
  if (queries.filter((query) => query.returnData).length !== 1) throw invalid('Exactly one element of the metrics list should return data');
  const config: MetricAlarmConfig = {
    ...actionsOf(input),
    kind: 'metric',
    queries,
    single: input.MetricName !== undefined,
    period,
    evaluationPeriods,
    datapointsToAlarm,
    threshold: Number(input.Threshold),
    comparison: input.ComparisonOperator,
    treatMissingData: (input.TreatMissingData ?? 'missing') as MissingData,
  };
  checkActions(config);
  return config;
};

export const compositeAlarm = (input: any): CompositeAlarmConfig => {
  const config: CompositeAlarmConfig = {
    ...actionsOf(input),
    kind: 'composite',
    rule: input.AlarmRule,
    suppressor:
      input.ActionsSuppressor === undefined
        ? undefined
        : {
            alarm: input.ActionsSuppressor.split(':alarm:').at(-1)!,
            waitSeconds: Number(input.ActionsSuppressorWaitPeriod ?? 0),
            extensionSeconds: Number(input.ActionsSuppressorExtensionPeriod ?? 0),
          },
  };
  if (String(config.rule ?? '').length > 10_240 || config.rule === undefined) throw invalid('AlarmRule must be 1 to 10240 characters');
  checkActions(config);
  return config;
};

const present = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));

const shownQuery = (query: MetricQuery): object =>
  present({
    Id: query.id,
    Label: query.label,
    Expression: query.expression,
    ReturnData: query.returnData,
    MetricStat:
      query.metric === undefined
        ? undefined
        : {
            Metric: {
              Namespace: query.metric.namespace,
              MetricName: query.metric.name,
              Dimensions: dimensionList(query.metric.dimensions),
            },
            Period: query.metric.period,
            Stat: query.metric.stat,
          },
  });

const plainStatistics: readonly string[] = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'];

const metricFields = (config: MetricAlarmConfig): object => {
  const metric = config.queries[0]?.metric;
  if (!config.single || metric === undefined) return { Metrics: config.queries.map(shownQuery) };
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    Dimensions: dimensionList(metric.dimensions),
    Period: metric.period,
    ...(plainStatistics.includes(metric.stat) ? { Statistic: metric.stat } : { ExtendedStatistic: metric.stat }),
  };
};

/** An alarm as DescribeAlarms answers it. */
export const describeAlarm = ({ name, arn, config, state, transitionedAt, configuredAt }: Alarm): Readonly<Record<string, unknown>> => ({
  ...present({
    AlarmName: name,
    AlarmArn: arn,
    AlarmDescription: config.description,
    ActionsEnabled: config.actionsEnabled,
    OKActions: config.okActions,
    AlarmActions: config.alarmActions,
    InsufficientDataActions: config.insufficientDataActions,
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData,
    StateUpdatedTimestamp: new Date(state.at),
    StateTransitionedTimestamp: new Date(transitionedAt),
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
  }),
  ...(config.kind === 'metric'
    ? {
        ...metricFields(config),
        EvaluationPeriods: config.evaluationPeriods,
        DatapointsToAlarm: config.datapointsToAlarm,
        Threshold: config.threshold,
        ComparisonOperator: config.comparison,
        TreatMissingData: config.treatMissingData,
      }
    : present({
        AlarmRule: config.rule,
        ActionsSuppressor: config.suppressor?.alarm,
        ActionsSuppressorWaitPeriod: config.suppressor?.waitSeconds,
        ActionsSuppressorExtensionPeriod: config.suppressor?.extensionSeconds,
        ActionsSuppressedBy: state.suppressed?.by,
        ActionsSuppressedReason: state.suppressed?.reason,
      })),
});

/** The `configuration` object of alarm events (A7): no threshold, no operator, no periods to evaluate. */
export const eventConfiguration = ({ config }: Alarm): Readonly<Record<string, unknown>> => {
  if (config.kind === 'composite') {
    return present({
      description: config.description,
      alarmRule: config.rule,
      actionsSuppressor: config.suppressor?.alarm,
      actionsSuppressorWaitPeriod: config.suppressor?.waitSeconds,
      actionsSuppressorExtensionPeriod: config.suppressor?.extensionSeconds,
    });
  }
  return present({ description: config.description, metrics: config.queries.map(eventQuery) });
};

const eventQuery = (query: MetricQuery): object =>
  present({
    id: query.id,
    expression: query.expression,
    label: query.label,
    metricStat:
      query.metric === undefined
        ? undefined
        : {
            metric: { dimensions: query.metric.dimensions, name: query.metric.name, namespace: query.metric.namespace },
            period: query.metric.period,
            stat: query.metric.stat,
          },
    returnData: query.returnData,
  });
