// CloudFormation types of Application Auto Scaling.
import type { Made, ResourceType } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { DIMENSION, NAMESPACE } from './model.ts';
import type { ScalableTarget } from './model.ts';
import { deregisterTarget } from './operations.ts';
import { putPolicy, removePolicy } from './policies.ts';
import { putScheduledAction, removeScheduledAction } from './scheduled.ts';
import { registerTarget, targetOf } from './targets.ts';
import type { Targets } from './targets.ts';

export const scalingResources = (targets: Targets): Readonly<Record<string, ResourceType>> => ({
  'AWS::ApplicationAutoScaling::ScalableTarget': scalableTargetType(targets),
  'AWS::ApplicationAutoScaling::ScalingPolicy': scalingPolicyType(targets),
});

const idOf = (target: ScalableTarget): string => `${target.resourceId}|${DIMENSION}|${NAMESPACE}`;
const readId = (id: string) => {
  const [ResourceId, ScalableDimension, ServiceNamespace] = id.split('|');
  return { ResourceId, ScalableDimension, ServiceNamespace };
};

const registration = (properties: any) => ({
  ...properties,
  MinCapacity: Number(properties.MinCapacity),
  MaxCapacity: Number(properties.MaxCapacity),
});

/** Ref answers `resource|dimension|namespace`. An update registers again and so moves the service into the bounds. */
const scalableTargetType = (targets: Targets): ResourceType => {
  const settle = (world: World, properties: any): Made => {
    const target = registerTarget(world, targets, registration(properties));
    const names: readonly string[] = (properties.ScheduledActions ?? []).map((action: any) => action.ScheduledActionName);
    for (const name of target.scheduled.keys()) if (!names.includes(name)) removeScheduledAction(target, name);
    for (const action of properties.ScheduledActions ?? []) putScheduledAction(world, target, action);
    return { ref: idOf(target), attributes: { Id: idOf(target) } };
  };
  return {
    replaceOn: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
    create: (properties, { world }) => settle(world, properties),
    update: (_made, properties, _before, { world }) => settle(world, properties),
    remove: (made, _properties, { world }) => deregisterTarget(world, targets, targetOf(targets, readId(made.ref))),
  };
};

const scalingPolicyType = (targets: Targets): ResourceType => {
  const place = (properties: any) => (properties.ScalingTargetId === undefined ? properties : readId(properties.ScalingTargetId));
  const settle = async (world: World, properties: any): Promise<Made> => {
    const policy = await putPolicy(world, targetOf(targets, place(properties)), withNumbers(properties));
    return { ref: policy.arn, attributes: { Arn: policy.arn } };
  };
  return {
    replaceOn: ['PolicyName', 'ResourceId', 'ScalableDimension', 'ScalingTargetId', 'ServiceNamespace'],
    create: (properties, { world }) => settle(world, properties),
    update: (_made, properties, _before, { world }) => settle(world, properties),
    remove: (_made, properties, { world }) => removePolicy(world, targetOf(targets, place(properties)), properties.PolicyName),
  };
};

const withNumbers = (properties: any): any => {
  const tracking = properties.TargetTrackingScalingPolicyConfiguration;
  if (tracking === undefined) return properties;
  const numbers = ['TargetValue', 'ScaleInCooldown', 'ScaleOutCooldown'].filter((name) => tracking[name] !== undefined);
  const asNumbers = Object.fromEntries(numbers.map((name) => [name, Number(tracking[name])]));
  return { ...properties, TargetTrackingScalingPolicyConfiguration: { ...tracking, ...asNumbers } };
};
