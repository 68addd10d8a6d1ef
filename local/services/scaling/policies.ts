// Scaling policies and what they do when their alarms ring: out at once, in only when no deployment is in progress (aws-facts C).
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { metricOf, trackingAlarms } from './alarms.ts';
import type { ScalableTarget, ScalingPolicy } from './model.ts';
import { desiredOf, scaleTo } from './targets.ts';

const SECOND = 1_000;
const DEFAULT_COOLDOWN = 300;
const RECHECK = 60;
const BLOCKED_RECHECK = 300;

const callAs = (world: World, operation: string, input: unknown): Promise<unknown> =>
  world.call({
    service: 'monitoring',
    operation,
    input,
    caller: { kind: 'service', principal: 'ecs.application-autoscaling.amazonaws.com' },
  });

/** Adds or replaces a policy; target tracking makes its two alarms, whose names begin with `TargetTracking-`. */
export const putPolicy = async (world: World, target: ScalableTarget, input: any): Promise<ScalingPolicy> => {
  const type = input.PolicyType ?? 'StepScaling';
  if (type !== 'TargetTrackingScaling' && type !== 'StepScaling')
    throw new AwsError('ValidationException', `scaling policy type ${type} is not simulated`);
  const before = target.policies.get(input.PolicyName);
  if (before !== undefined) await removePolicy(world, target, before.name);
  const random = world.random.stream('scaling');
  const arn =
    before?.arn ??
    `arn:aws:autoscaling:${world.region}:${world.account}:scalingPolicy:${random.uuid()}:resource/ecs/${target.resourceId}:policyName/${input.PolicyName}`;
  const tracking = input.TargetTrackingScalingPolicyConfiguration;
  const inputs = tracking === undefined ? [] : trackingAlarms(target, arn, tracking, () => random.uuid());
  for (const alarm of inputs) await callAs(world, 'PutMetricAlarm', alarm);
  const alarms = inputs.map(({ AlarmName }) => ({
    AlarmName,
    AlarmARN: `arn:aws:cloudwatch:${world.region}:${world.account}:alarm:${AlarmName}`,
  }));
  const policy: ScalingPolicy = {
    name: input.PolicyName,
    arn,
    createdAt: world.clock.now,
    target,
    alarms,
    type,
    ...(tracking === undefined ? {} : { tracking }),
    ...(input.StepScalingPolicyConfiguration === undefined ? {} : { step: input.StepScalingPolicyConfiguration }),
  };
  target.policies.set(policy.name, policy);
  return policy;
};

export const removePolicy = async (world: World, target: ScalableTarget, name: string): Promise<void> => {
  const policy = target.policies.get(name);
  if (policy === undefined) throw new AwsError('ObjectNotFoundException', `No scaling policy found for policy name: ${name}`);
  policy.recheck?.();
  target.policies.delete(name);
  if (policy.alarms.length > 0) await callAs(world, 'DeleteAlarms', { AlarmNames: policy.alarms.map((alarm) => alarm.AlarmName) });
};

/** Acts on the policy's alarms that are in ALARM now: when one begins to ring, while it rings, and after a resume (aws-facts C). */
export const evaluate = async (world: World, policy: ScalingPolicy, rung?: string): Promise<void> => {
  const alarmName = rung ?? (await ringing(world, policy));
  if (alarmName === undefined) return;
  const metric = await latestMetric(world, policy);
  const wanted = metric === undefined ? undefined : wantedCapacity(world, policy, alarmName, metric);
  const wait = wanted === undefined ? undefined : act(world, policy, alarmName, wanted);
  policy.recheck?.();
  if (wait !== undefined) policy.recheck = world.clock.after(wait * SECOND, () => evaluate(world, policy), 'scaling policy');
};

const ringing = async (world: World, policy: ScalingPolicy): Promise<string | undefined> => {
  if (policy.alarms.length === 0) return undefined;
  const input = { AlarmNames: policy.alarms.map((alarm) => alarm.AlarmName) };
  const answer = (await callAs(world, 'DescribeAlarms', input)) as {
    readonly MetricAlarms?: readonly { readonly AlarmName: string; readonly StateValue: string }[];
  };
  return answer.MetricAlarms?.find((alarm) => alarm.StateValue === 'ALARM')?.AlarmName;
};

const latestMetric = async (world: World, policy: ScalingPolicy): Promise<number | undefined> => {
  if (policy.tracking === undefined) return 0;
  const { now } = world.clock;
  const { namespace, name, dimensions, statistic } = metricOf(policy.target, policy.tracking);
  const stat = { Metric: { Namespace: namespace, MetricName: name, Dimensions: dimensions }, Period: 60, Stat: statistic };
  const input = {
    MetricDataQueries: [{ Id: 'm', MetricStat: stat }],
    StartTime: new Date(now - 300_000),
    EndTime: new Date(now),
    ScanBy: 'TimestampDescending',
  };
  const answer = (await callAs(world, 'GetMetricData', input)) as {
    readonly MetricDataResults: readonly { readonly Values: readonly number[] }[];
  };
  return answer.MetricDataResults[0]?.Values[0];
};

/** The running count, not the desired one, is where a step starts. */
const wantedCapacity = (world: World, policy: ScalingPolicy, alarmName: string, metric: number): number => {
  const service = world.services.ecs.service(policy.target.cluster, policy.target.service);
  const running = service?.runningCount ?? 0;
  if (policy.tracking === undefined) return stepCapacity(policy, running);
  const proportional = Math.ceil((running * metric) / policy.tracking.TargetValue);
  return alarmName.includes('AlarmHigh') ? Math.max(running + 1, proportional) : Math.min(running - 1, proportional);
};

const stepCapacity = (policy: ScalingPolicy, running: number): number => {
  const adjustment = policy.step?.StepAdjustments?.[0]?.ScalingAdjustment ?? 0;
  switch (policy.step?.AdjustmentType ?? 'ChangeInCapacity') {
    case 'ExactCapacity':
      return adjustment;
    case 'PercentChangeInCapacity':
      return running + Math.sign(adjustment) * Math.max(1, Math.floor((running * Math.abs(adjustment)) / 100));
    case 'ChangeInCapacity':
      return running + adjustment;
  }
};

/** Moves the count when it may; answers the seconds after which to look again, undefined when there is nothing more to do. */
const act = (world: World, policy: ScalingPolicy, alarmName: string, wanted: number): number | undefined => {
  const { target } = policy;
  const desired = desiredOf(world, target);
  if (desired === undefined) return undefined;
  const bounded = Math.min(target.maximum, Math.max(target.minimum, wanted));
  if (bounded === desired) return undefined;
  const out = bounded > desired;
  if (
    out
      ? target.suspended.DynamicScalingOutSuspended
      : target.suspended.DynamicScalingInSuspended || policy.tracking?.DisableScaleIn === true
  )
    return undefined;
  if (!out && deploying(world, target)) return BLOCKED_RECHECK;
  if (!out && alarmName.includes('AlarmHigh')) return undefined;
  if (out && alarmName.includes('AlarmLow')) return undefined;
  const cooldown =
    (out ? policy.tracking?.ScaleOutCooldown : policy.tracking?.ScaleInCooldown) ?? policy.step?.Cooldown ?? DEFAULT_COOLDOWN;
  const left = policy.lastActionAt === undefined ? 0 : policy.lastActionAt + cooldown * SECOND - world.clock.now;
  if (left > 0) return Math.ceil(left / SECOND);
  policy.lastActionAt = world.clock.now;
  scaleTo(world, target, bounded, `monitor alarm ${alarmName} in state ALARM triggered policy ${policy.name}`);
  if (out && bounded === target.maximum) tellScaledToMax(world, target, desired, bounded);
  return Math.max(cooldown, RECHECK);
};

const deploying = (world: World, target: ScalableTarget): boolean =>
  world.services.ecs.service(target.cluster, target.service)?.deployments[0]?.rolloutState === 'IN_PROGRESS';

/** The only event of Application Auto Scaling (A11). */
const tellScaledToMax = (world: World, target: ScalableTarget, before: number, after: number): void => {
  const instant = new Date(world.clock.now).toISOString();
  world.services.events.emit({
    source: 'aws.application-autoscaling',
    detailType: 'Application Auto Scaling Scaling Activity State Change',
    resources: [],
    detail: {
      startTime: instant,
      endTime: instant,
      newDesiredCapacity: after,
      oldDesiredCapacity: before,
      minCapacity: target.minimum,
      maxCapacity: target.maximum,
      resourceId: target.resourceId,
      scalableDimension: 'ecs:service:DesiredCount',
      serviceNamespace: 'ecs',
      statusCode: 'Successful',
      scaledToMax: true,
      direction: 'scale-out',
    },
  });
};
