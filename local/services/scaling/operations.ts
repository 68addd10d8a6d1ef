// Application Auto Scaling operations.
import { AwsError } from '../../simulated.ts';
import type { Operation, Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { page } from '../paging.ts';
import { DIMENSION, NAMESPACE } from './model.ts';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from './model.ts';
import { evaluate, putPolicy, removePolicy } from './policies.ts';
import { putScheduledAction, removeScheduledAction } from './scheduled.ts';
import { registerTarget, targetOf } from './targets.ts';
import type { Targets } from './targets.ts';

const PAGE = 50;

/** Writing actions work on the scalable target (or anything, before it exists); describing knows no resources. */
const needs =
  (targets: Targets, action: string) =>
  (input: any, world: World): readonly Permission[] => {
    const arn = targets.get(input.ResourceId)?.arn ?? `arn:aws:application-autoscaling:${world.region}:${world.account}:scalable-target/*`;
    const context = { 'application-autoscaling:service-namespace': NAMESPACE, 'application-autoscaling:scalable-dimension': DIMENSION };
    return [{ action: `application-autoscaling:${action}`, resource: arn, context }];
  };
const anywhere = (action: string) => (): readonly Permission[] => [{ action: `application-autoscaling:${action}`, resource: '*' }];

const place = (target: ScalableTarget) => ({ ServiceNamespace: NAMESPACE, ResourceId: target.resourceId, ScalableDimension: DIMENSION });

export const targetShape = (target: ScalableTarget): object => ({
  ...place(target),
  MinCapacity: target.minimum,
  MaxCapacity: target.maximum,
  RoleARN: target.roleArn,
  CreationTime: new Date(target.createdAt),
  SuspendedState: target.suspended,
  ScalableTargetARN: target.arn,
});

const policyShape = (policy: ScalingPolicy): object => ({
  PolicyARN: policy.arn,
  PolicyName: policy.name,
  ...place(policy.target),
  PolicyType: policy.type,
  ...(policy.tracking === undefined ? {} : { TargetTrackingScalingPolicyConfiguration: policy.tracking }),
  ...(policy.step === undefined ? {} : { StepScalingPolicyConfiguration: policy.step }),
  Alarms: policy.alarms,
  CreationTime: new Date(policy.createdAt),
});

const actionShape = (target: ScalableTarget, action: ScheduledAction): object => ({
  ScheduledActionName: action.name,
  ScheduledActionARN: action.arn,
  ...place(target),
  Schedule: action.schedule,
  ...(action.timezone === undefined ? {} : { Timezone: action.timezone }),
  ...(action.startTime === undefined ? {} : { StartTime: action.startTime }),
  ...(action.endTime === undefined ? {} : { EndTime: action.endTime }),
  ScalableTargetAction: action.scalableTargetAction,
  CreationTime: new Date(action.createdAt),
});

export const targetOperations = (targets: Targets): Readonly<Record<string, Operation>> => ({
  RegisterScalableTarget: {
    needs: needs(targets, 'RegisterScalableTarget'),
    run: async (input, { world }) => {
      const target = registerTarget(world, targets, input);
      for (const policy of target.policies.values()) await evaluate(world, policy);
      return { ScalableTargetARN: target.arn };
    },
  },
  DeregisterScalableTarget: {
    needs: needs(targets, 'DeregisterScalableTarget'),
    run: async (input, { world }) => {
      await deregisterTarget(world, targets, targetOf(targets, input));
      return {};
    },
  },
  DescribeScalableTargets: {
    needs: anywhere('DescribeScalableTargets'),
    run: (input) => {
      checkNamespace(input);
      const wanted = [...targets.values()].filter((target) => (input.ResourceIds ?? [target.resourceId]).includes(target.resourceId));
      const { items, nextToken } = page(wanted, input.MaxResults ?? PAGE, input.NextToken, 'InvalidNextTokenException');
      return { ScalableTargets: items.map(targetShape), NextToken: nextToken };
    },
  },
  DescribeScalingActivities: {
    needs: anywhere('DescribeScalingActivities'),
    run: (input) => {
      checkNamespace(input);
      const all = ofResource(targets, input).flatMap((target) => target.activities);
      const { items, nextToken } = page(all, input.MaxResults ?? PAGE, input.NextToken, 'InvalidNextTokenException');
      return { ScalingActivities: items, NextToken: nextToken };
    },
  },
});

export const deregisterTarget = async (world: World, targets: Targets, target: ScalableTarget): Promise<void> => {
  for (const name of target.scheduled.keys()) removeScheduledAction(target, name);
  for (const name of target.policies.keys()) await removePolicy(world, target, name);
  targets.delete(target.resourceId);
};

const checkNamespace = (input: any): void => {
  if (input.ServiceNamespace !== NAMESPACE)
    throw new AwsError('ValidationException', `service namespace ${input.ServiceNamespace} is not simulated`);
};

const ofResource = (targets: Targets, input: any): readonly ScalableTarget[] =>
  [...targets.values()].filter((target) => (input.ResourceId ?? target.resourceId) === target.resourceId);

export const policyOperations = (targets: Targets): Readonly<Record<string, Operation>> => ({
  PutScalingPolicy: {
    needs: needs(targets, 'PutScalingPolicy'),
    run: async (input, { world }) => {
      const policy = await putPolicy(world, targetOf(targets, input), input);
      return { PolicyARN: policy.arn, Alarms: policy.alarms };
    },
  },
  DeleteScalingPolicy: {
    needs: needs(targets, 'DeleteScalingPolicy'),
    run: async (input, { world }) => {
      await removePolicy(world, targetOf(targets, input), input.PolicyName);
      return {};
    },
  },
  DescribeScalingPolicies: {
    needs: anywhere('DescribeScalingPolicies'),
    run: (input) => {
      checkNamespace(input);
      const all = ofResource(targets, input).flatMap((target) => [...target.policies.values()]);
      const wanted = all.filter((policy) => (input.PolicyNames ?? [policy.name]).includes(policy.name));
      const { items, nextToken } = page(wanted, input.MaxResults ?? PAGE, input.NextToken, 'InvalidNextTokenException');
      return { ScalingPolicies: items.map(policyShape), NextToken: nextToken };
    },
  },
  PutScheduledAction: {
    needs: needs(targets, 'PutScheduledAction'),
    run: (input, { world }) => {
      putScheduledAction(world, targetOf(targets, input), input);
      return {};
    },
  },
  DeleteScheduledAction: {
    needs: needs(targets, 'DeleteScheduledAction'),
    run: (input) => {
      const target = targetOf(targets, input);
      if (!target.scheduled.has(input.ScheduledActionName))
        throw new AwsError('ObjectNotFoundException', `No scheduled action found: ${input.ScheduledActionName}`);
      removeScheduledAction(target, input.ScheduledActionName);
      return {};
    },
  },
  DescribeScheduledActions: {
    needs: anywhere('DescribeScheduledActions'),
    run: (input) => {
      checkNamespace(input);
      const all = ofResource(targets, input).flatMap((target) => [...target.scheduled.values()].map((action) => ({ target, action })));
      const wanted = all.filter(({ action }) => (input.ScheduledActionNames ?? [action.name]).includes(action.name));
      const { items, nextToken } = page(wanted, input.MaxResults ?? PAGE, input.NextToken, 'InvalidNextTokenException');
      return { ScheduledActions: items.map(({ target, action }) => actionShape(target, action)), NextToken: nextToken };
    },
  },
});
