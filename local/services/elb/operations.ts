// Elastic Load Balancing operations on load balancers, target groups, targets, attributes and tags.
import { AwsError } from '../../simulated.ts';
import type { Operation } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { page } from '../paging.ts';
import { applyHealthCheck, createLoadBalancer, createTargetGroup } from './create.ts';
import { anywhere, PAGE, removeListener } from './listener-operations.ts';
import type { Tag, TargetGroup } from './model.ts';
import { balancerOfGroup, listenerOf, loadBalancerOf, ruleOf, targetGroupOf } from './state.ts';
import type { ElbState } from './state.ts';
import { deregisterTarget, registerTarget, replan, targetKey } from './targets.ts';
import { balancerShape, groupShape, healthShape, notRegistered } from './views.ts';

const on = (action: string, field: string) => (input: any) => [{ action: `elasticloadbalancing:${action}`, resource: input[field] }];

interface Attribute {
  readonly Key: string;
  readonly Value: string;
}

export const setAttributes = (holder: { readonly attributes: Map<string, string> }, attributes: readonly Attribute[]): void => {
  for (const { Key, Value } of attributes) holder.attributes.set(Key, String(Value));
};

const attributesOf = (holder: { readonly attributes: Map<string, string> }) => ({
  Attributes: [...holder.attributes].map(([Key, Value]) => ({ Key, Value })),
});

export const balancerOperations = (state: ElbState): Readonly<Record<string, Operation>> => ({
  CreateLoadBalancer: {
    needs: (input, world) => [
      {
        action: 'elasticloadbalancing:CreateLoadBalancer',
        resource: `arn:aws:elasticloadbalancing:${world.region}:${world.account}:loadbalancer/app/${input.Name}/*`,
      },
    ],
    run: (input) => ({ LoadBalancers: [balancerShape(state, createLoadBalancer(state, input))] }),
  },
  DescribeLoadBalancers: {
    needs: anywhere('DescribeLoadBalancers'),
    run: (input) => {
      const all = [...state.loadBalancers.values()].filter(
        (balancer) =>
          (input.LoadBalancerArns ?? [balancer.arn]).includes(balancer.arn) && (input.Names ?? [balancer.name]).includes(balancer.name),
      );
      const asked = (input.LoadBalancerArns ?? input.Names)?.length ?? 0;
      if (asked > all.length)
        throw new AwsError('LoadBalancerNotFound', `Load balancers '[${(input.LoadBalancerArns ?? input.Names).join(', ')}]' not found`);
      const { items, nextToken } = page(all, input.PageSize ?? PAGE, input.Marker);
      return { LoadBalancers: items.map((balancer) => balancerShape(state, balancer)), NextMarker: nextToken };
    },
  },
  DeleteLoadBalancer: {
    needs: on('DeleteLoadBalancer', 'LoadBalancerArn'),
    run: (input) => {
      removeLoadBalancer(state, input.LoadBalancerArn);
      return {};
    },
  },
  DescribeLoadBalancerAttributes: {
    needs: anywhere('DescribeLoadBalancerAttributes'),
    run: (input) => attributesOf(loadBalancerOf(state, input.LoadBalancerArn)),
  },
  ModifyLoadBalancerAttributes: {
    needs: on('ModifyLoadBalancerAttributes', 'LoadBalancerArn'),
    run: (input) => {
      const balancer = loadBalancerOf(state, input.LoadBalancerArn);
      setAttributes(balancer, input.Attributes);
      return attributesOf(balancer);
    },
  },
  DescribeTags: {
    needs: anywhere('DescribeTags'),
    run: (input) => ({
      TagDescriptions: input.ResourceArns.map((ResourceArn: string) => ({ ResourceArn, Tags: taggedOf(state, ResourceArn).tags })),
    }),
  },
  AddTags: {
    needs: (input) => input.ResourceArns.map((resource: string) => ({ action: 'elasticloadbalancing:AddTags', resource })),
    run: (input) => {
      const keys = (input.Tags as readonly Tag[]).map((tag) => tag.Key);
      for (const arn of input.ResourceArns) {
        const holder = taggedOf(state, arn);
        holder.tags = [...holder.tags.filter((tag) => !keys.includes(tag.Key)), ...input.Tags];
      }
      return {};
    },
  },
});

export const removeLoadBalancer = (state: ElbState, arn: string): void => {
  const balancer = loadBalancerOf(state, arn);
  if (balancer.attributes.get('deletion_protection.enabled') === 'true') {
    throw new AwsError('OperationNotPermitted', `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`);
  }
  while (balancer.listeners.length > 0) removeListener(state, balancer.listeners[0]!.arn);
  state.loadBalancers.delete(arn);
};

const taggedOf = (state: ElbState, arn: string): { tags: readonly Tag[] } => {
  if (arn.includes(':listener-rule/')) return ruleOf(state, arn);
  if (arn.includes(':listener/')) return listenerOf(state, arn);
  return arn.includes(':targetgroup/') ? targetGroupOf(state, arn) : loadBalancerOf(state, arn);
};

export const targetGroupOperations = (state: ElbState): Readonly<Record<string, Operation>> => ({
  CreateTargetGroup: {
    needs: (input, world) => [
      {
        action: 'elasticloadbalancing:CreateTargetGroup',
        resource: `arn:aws:elasticloadbalancing:${world.region}:${world.account}:targetgroup/${input.Name}/*`,
      },
    ],
    run: (input) => ({ TargetGroups: [groupShape(state, createTargetGroup(state, input))] }),
  },
  DescribeTargetGroups: {
    needs: anywhere('DescribeTargetGroups'),
    run: (input) => {
      const { items, nextToken } = page(wantedGroups(state, input), input.PageSize ?? PAGE, input.Marker);
      return { TargetGroups: items.map((group) => groupShape(state, group)), NextMarker: nextToken };
    },
  },
  ModifyTargetGroup: {
    needs: on('ModifyTargetGroup', 'TargetGroupArn'),
    run: (input) => {
      const group = targetGroupOf(state, input.TargetGroupArn);
      applyHealthCheck(group.check, input);
      replan(state, group);
      return { TargetGroups: [groupShape(state, group)] };
    },
  },
  DeleteTargetGroup: {
    needs: on('DeleteTargetGroup', 'TargetGroupArn'),
    run: (input) => {
      removeTargetGroup(state, input.TargetGroupArn);
      return {};
    },
  },
  DescribeTargetGroupAttributes: {
    needs: anywhere('DescribeTargetGroupAttributes'),
    run: (input) => attributesOf(targetGroupOf(state, input.TargetGroupArn)),
  },
  ModifyTargetGroupAttributes: {
    needs: on('ModifyTargetGroupAttributes', 'TargetGroupArn'),
    run: (input) => {
      const group = targetGroupOf(state, input.TargetGroupArn);
      setAttributes(group, input.Attributes);
      return attributesOf(group);
    },
  },
  RegisterTargets: {
    needs: on('RegisterTargets', 'TargetGroupArn'),
    run: (input) => {
      for (const target of input.Targets) addByHand(state, input.TargetGroupArn, target);
      return {};
    },
  },
  DeregisterTargets: {
    needs: on('DeregisterTargets', 'TargetGroupArn'),
    run: (input) => {
      const group = targetGroupOf(state, input.TargetGroupArn);
      for (const target of input.Targets)
        deregisterTarget(state, group.arn, target.Id, target.Port ?? (group.type === 'lambda' ? undefined : group.port));
      return {};
    },
  },
  DescribeTargetHealth: {
    needs: anywhere('DescribeTargetHealth'),
    run: (input) => {
      const group = targetGroupOf(state, input.TargetGroupArn);
      const asked: readonly { readonly Id: string; readonly Port?: number }[] | undefined = input.Targets;
      if (asked === undefined) return { TargetHealthDescriptions: [...group.targets.values()].map(healthShape) };
      const described = asked.map(({ Id, Port }) => {
        const target = group.targets.get(targetKey(Id, group.type === 'lambda' ? undefined : Number(Port ?? group.port)));
        return target === undefined ? notRegistered(Id, Port ?? group.port) : healthShape(target);
      });
      return { TargetHealthDescriptions: described };
    },
  },
});

/** A target registered by its address or ARN alone: an address answers nothing, because nothing of ours runs there. */
export const addByHand = (
  state: ElbState,
  targetGroupArn: string,
  target: { Id: string; Port?: number; AvailabilityZone?: string },
): void => {
  const group = targetGroupOf(state, targetGroupArn);
  if (group.type === 'lambda') checkFunction(state.world, group, target.Id);
  const port = group.type === 'lambda' ? 0 : Number(target.Port ?? group.port);
  registerTarget(state, targetGroupArn, { id: target.Id, port, zone: target.AvailabilityZone ?? 'all', phases: [] });
};

/** A function can be a target only when its policy lets the load balancer invoke it for this group; one function per group. */
const checkFunction = (world: World, group: TargetGroup, functionArn: string): void => {
  const others = [...group.targets.values()].filter((target) => target.id !== functionArn);
  if (others.length > 0) throw new AwsError('TooManyTargets', 'A target group of type lambda has at most one target');
  const record = world.services.lambda.function(functionArn);
  if (record === undefined) throw new AwsError('InvalidTarget', `The function '${functionArn}' does not exist`);
  const context = { 'aws:SourceArn': group.arn, 'aws:SourceAccount': world.account };
  const permission = { action: 'lambda:InvokeFunction', resource: functionArn, resourcePolicy: record.policy, context };
  if (world.services.iam.allowsService('elasticloadbalancing.amazonaws.com', permission).allowed) return;
  throw new AwsError(
    'AccessDenied',
    `elasticloadbalancing principal does not have permission to invoke ${functionArn} from target group ${group.arn}`,
    403,
  );
};

export const removeTargetGroup = (state: ElbState, arn: string): void => {
  if (balancerOfGroup(state, arn) !== undefined) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  for (const target of targetGroupOf(state, arn).targets.values()) target.cancel?.();
  state.targetGroups.delete(arn);
  state.metrics.delete(arn);
};

const wantedGroups = (state: ElbState, input: any): readonly TargetGroup[] => {
  if (input.TargetGroupArns !== undefined) return input.TargetGroupArns.map((arn: string) => targetGroupOf(state, arn));
  const all = [...state.targetGroups.values()];
  if (input.LoadBalancerArn !== undefined) return all.filter((group) => balancerOfGroup(state, group.arn)?.arn === input.LoadBalancerArn);
  if (input.Names === undefined) return all;
  const found = all.filter((group) => input.Names.includes(group.name));
  if (found.length < input.Names.length) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  return found;
};
