// Scalable targets: registering one moves the service into its bounds at once, whatever the call was meant for (aws-facts C).
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { DIMENSION, NAMESPACE } from './model.ts';
import type { ScalableTarget, SuspendedState } from './model.ts';

export type Targets = Map<string, ScalableTarget>;

const AWAKE: SuspendedState = { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };

/** Only ECS services are scaled here; anything else is refused by name. */
const checkNamespace = (input: any): void => {
  if (input.ServiceNamespace === NAMESPACE && input.ScalableDimension === DIMENSION && /^service\/[^/]+\/[^/]+$/.test(input.ResourceId))
    return;
  throw new AwsError(
    'ValidationException',
    `scaling of ${input.ServiceNamespace} ${input.ScalableDimension} ${input.ResourceId} is not simulated`,
  );
};

export const targetOf = (targets: Targets, input: any): ScalableTarget => {
  checkNamespace(input);
  const target = targets.get(input.ResourceId);
  if (target === undefined) {
    throw new AwsError(
      'ObjectNotFoundException',
      `No scalable target found for service namespace: ${NAMESPACE}, resource ID: ${input.ResourceId}, scalable dimension: ${DIMENSION}`,
    );
  }
  return target;
};

/**
 * RegisterScalableTarget: parameters not given stay; then the desired count is moved into [minimum, maximum], even by a call that
 * carries a suspended state only. Throws ValidationException for missing or crossed bounds and for an unknown service.
 */
export const registerTarget = (world: World, targets: Targets, input: any): ScalableTarget => {
  checkNamespace(input);
  const existing = targets.get(input.ResourceId);
  const minimum = input.MinCapacity ?? existing?.minimum;
  const maximum = input.MaxCapacity ?? existing?.maximum;
  if (minimum === undefined || maximum === undefined)
    throw new AwsError('ValidationException', 'MinCapacity and MaxCapacity are required for a new scalable target');
  if (minimum > maximum || minimum < 0) throw new AwsError('ValidationException', 'Maximum capacity cannot be less than minimum capacity');
  const target = existing ?? newTarget(world, input);
  if (world.services.ecs.service(target.cluster, target.service) === undefined) {
    throw new AwsError('ValidationException', `ECS service doesn't exist: ${target.resourceId}`);
  }
  targets.set(target.resourceId, target);
  target.minimum = Number(minimum);
  target.maximum = Number(maximum);
  target.suspended = { ...target.suspended, ...input.SuspendedState };
  const { suspended } = target;
  world.trail.add({ kind: 'scaling', who: target.resourceId, what: `bounds ${target.minimum}–${target.maximum}`, detail: { suspended } });
  clamp(world, target);
  return target;
};

const newTarget = (world: World, input: any): ScalableTarget => {
  const [, cluster, service] = input.ResourceId.split('/');
  return {
    resourceId: input.ResourceId,
    cluster,
    service,
    arn: `arn:aws:application-autoscaling:${world.region}:${world.account}:scalable-target/${world.random.stream('scaling').hex(32)}`,
    createdAt: world.clock.now,
    roleArn:
      input.RoleARN ??
      `arn:aws:iam::${world.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    minimum: 0,
    maximum: 0,
    suspended: AWAKE,
    policies: new Map(),
    scheduled: new Map(),
    activities: [],
  };
};

/** Moves the desired count into the bounds. */
export const clamp = (world: World, target: ScalableTarget): void => {
  const desired = desiredOf(world, target);
  if (desired === undefined) return;
  if (desired < target.minimum) scaleTo(world, target, target.minimum, `minimum capacity was set to ${target.minimum}`);
  if (desired > target.maximum) scaleTo(world, target, target.maximum, `maximum capacity was set to ${target.maximum}`);
};

export const desiredOf = (world: World, target: ScalableTarget): number | undefined =>
  world.services.ecs.service(target.cluster, target.service)?.desiredCount;

/** Sets the desired count and leaves an activity behind; the newest come first. */
export const scaleTo = (world: World, target: ScalableTarget, desired: number, cause: string): void => {
  world.services.ecs.setDesired(target.cluster, target.service, desired, cause);
  target.activities.unshift({
    ActivityId: world.random.stream('scaling').uuid(),
    ServiceNamespace: NAMESPACE,
    ResourceId: target.resourceId,
    ScalableDimension: DIMENSION,
    Description: `Setting desired count to ${desired}.`,
    Cause: cause,
    StartTime: new Date(world.clock.now),
    EndTime: new Date(world.clock.now + 1_000),
    StatusCode: 'Successful',
    StatusMessage: `Successfully set desired count to ${desired}. Change successfully fulfilled by ecs.`,
  });
  if (target.activities.length > 200) target.activities.length = 200;
};
