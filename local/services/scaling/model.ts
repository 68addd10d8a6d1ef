// The records of simulated Application Auto Scaling: scalable targets, policies, scheduled actions, activities.

export interface SuspendedState {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
}

export interface ScheduledAction {
  readonly name: string;
  readonly arn: string;
  readonly schedule: string;
  readonly timezone?: string;
  readonly startTime?: Date;
  readonly endTime?: Date;
  readonly scalableTargetAction: { readonly MinCapacity?: number; readonly MaxCapacity?: number };
  readonly createdAt: number;
  readonly cancel: () => void;
}

export interface TargetTracking {
  readonly TargetValue: number;
  readonly PredefinedMetricSpecification?: { readonly PredefinedMetricType: string; readonly ResourceLabel?: string };
  readonly CustomizedMetricSpecification?: {
    readonly MetricName: string;
    readonly Namespace: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    readonly Statistic: string;
  };
  readonly ScaleInCooldown?: number;
  readonly ScaleOutCooldown?: number;
  readonly DisableScaleIn?: boolean;
}

export interface StepScaling {
  readonly AdjustmentType?: 'ChangeInCapacity' | 'ExactCapacity' | 'PercentChangeInCapacity';
  readonly StepAdjustments?: readonly {
    readonly MetricIntervalLowerBound?: number;
    readonly MetricIntervalUpperBound?: number;
    readonly ScalingAdjustment: number;
  }[];
  readonly Cooldown?: number;
}

export interface ScalingPolicy {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly target: ScalableTarget;
  readonly alarms: readonly { readonly AlarmName: string; readonly AlarmARN: string }[];
  readonly type: 'TargetTrackingScaling' | 'StepScaling';
  readonly tracking?: TargetTracking;
  readonly step?: StepScaling;
  lastActionAt?: number;
  recheck?: () => void;
}

export interface ScalingActivity {
  readonly ActivityId: string;
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly Description: string;
  readonly Cause: string;
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly StatusCode: 'Successful';
  readonly StatusMessage: string;
}

export interface ScalableTarget {
  /** `service/<cluster>/<service>`. */
  readonly resourceId: string;
  readonly cluster: string;
  readonly service: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly roleArn: string;
  minimum: number;
  maximum: number;
  suspended: SuspendedState;
  readonly policies: Map<string, ScalingPolicy>;
  readonly scheduled: Map<string, ScheduledAction>;
  readonly activities: ScalingActivity[];
}

export const NAMESPACE = 'ecs';
export const DIMENSION = 'ecs:service:DesiredCount';
