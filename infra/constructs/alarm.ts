// One row of the alarm table as a CloudWatch alarm; the automation hears its changes from EventBridge, so it has no actions of its own.
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmRow, Metric } from '../alarms.ts';
import { type Deployment, pascal } from '../names.ts';

const operators: Readonly<Record<AlarmRow['compare'], string>> = {
  above: 'GreaterThanThreshold',
  below: 'LessThanThreshold',
  'at-least': 'GreaterThanOrEqualToThreshold',
};

const dimensionsOf = ({ dimensions }: Metric): CfnAlarm.DimensionProperty[] =>
  Object.entries(dimensions).map(([name, value]) => ({ name, value }));

const statisticOf = ({ statistic }: Metric): { readonly statistic: string } | { readonly extendedStatistic: string } =>
  statistic.startsWith('p') ? { extendedStatistic: statistic } : { statistic };

const measured = (row: AlarmRow): Partial<CfnAlarm['_cfnProperties']> => {
  const [first, second] = row.metrics;
  if (second === undefined) {
    return {
      namespace: first.namespace,
      metricName: first.name,
      dimensions: dimensionsOf(first),
      period: row.periodSeconds,
      ...statisticOf(first),
    };
  }
  const query = (id: string, metric: Metric): CfnAlarm.MetricDataQueryProperty => ({
    id,
    returnData: false,
    metricStat: {
      metric: { namespace: metric.namespace, metricName: metric.name, dimensions: dimensionsOf(metric) },
      period: row.periodSeconds,
      stat: metric.statistic,
    },
  });
  return {
    metrics: [
      query('should', first),
      query('does', second),
      { id: 'missing', expression: 'should - does', label: 'missing', returnData: true },
    ],
  };
};

/** The alarm, with its meaning and what to do in its description. */
export const alarm = (scope: Construct, { id, platform }: Deployment, row: AlarmRow): CfnAlarm =>
  new CfnAlarm(scope, `${pascal(row.name.slice(id.length + 1))}Alarm`, {
    alarmName: row.name,
    alarmDescription: [row.meaning, `What to do: ${row.todo}`, ...(platform.alarms.runbook === null ? [] : [`Runbook: ${platform.alarms.runbook}`])].join(
      ' ',
    ),
    comparisonOperator: operators[row.compare],
    threshold: row.threshold,
    evaluationPeriods: row.periods,
    datapointsToAlarm: row.periods,
    treatMissingData: 'notBreaching',
    ...measured(row),
  });
