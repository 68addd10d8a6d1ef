// The metric a target tracking policy follows, and the two alarms it makes for it.
import { AwsError } from '../../simulated.ts';
import type { ScalableTarget, TargetTracking } from './model.ts';

export interface TrackedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly statistic: string;
}

export const metricOf = (target: ScalableTarget, tracking: TargetTracking): TrackedMetric => {
  const custom = tracking.CustomizedMetricSpecification;
  if (custom !== undefined)
    return { namespace: custom.Namespace, name: custom.MetricName, dimensions: custom.Dimensions ?? [], statistic: custom.Statistic };
  const service = [
    { Name: 'ClusterName', Value: target.cluster },
    { Name: 'ServiceName', Value: target.service },
  ];
  const predefined = tracking.PredefinedMetricSpecification;
  switch (predefined?.PredefinedMetricType) {
    case 'ECSServiceAverageCPUUtilization':
      return { namespace: 'AWS/ECS', name: 'CPUUtilization', dimensions: service, statistic: 'Average' };
    case 'ECSServiceAverageMemoryUtilization':
      return { namespace: 'AWS/ECS', name: 'MemoryUtilization', dimensions: service, statistic: 'Average' };
    case 'ALBRequestCountPerTarget':
      return {
        namespace: 'AWS/ApplicationELB',
        name: 'RequestCountPerTarget',
        dimensions: requestDimensions(predefined.ResourceLabel ?? ''),
        statistic: 'Sum',
      };
    default:
      throw new AwsError('ValidationException', `scaling metric ${predefined?.PredefinedMetricType} is not simulated`);
  }
};

/** `app/<name>/<id>/targetgroup/<name>/<id>`. */
const requestDimensions = (label: string) => {
  const parts = label.split('/');
  return [
    { Name: 'TargetGroup', Value: parts.slice(3).join('/') },
    { Name: 'LoadBalancer', Value: parts.slice(0, 3).join('/') },
  ];
};

const HIGH_MINUTES = 3;
const LOW_MINUTES = 15;
const LOW_SHARE = 0.9;

/** PutMetricAlarm inputs: three minutes above the target, fifteen minutes below nine tenths of it. */
export const trackingAlarms = (
  target: ScalableTarget,
  policyArn: string,
  tracking: TargetTracking,
  newId: () => string,
): readonly any[] => {
  const metric = metricOf(target, tracking);
  const alarm = (side: 'AlarmHigh' | 'AlarmLow', threshold: number, minutes: number, operator: string) => ({
    AlarmName: `TargetTracking-${target.resourceId}-${side}-${newId()}`,
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`,
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: metric.dimensions,
    Statistic: metric.statistic,
    Period: 60,
    EvaluationPeriods: minutes,
    Threshold: threshold,
    ComparisonOperator: operator,
    AlarmActions: [policyArn],
    ActionsEnabled: true,
  });
  const high = alarm('AlarmHigh', tracking.TargetValue, HIGH_MINUTES, 'GreaterThanThreshold');
  if (tracking.DisableScaleIn === true) return [high];
  return [high, alarm('AlarmLow', tracking.TargetValue * LOW_SHARE, LOW_MINUTES, 'LessThanThreshold')];
};
