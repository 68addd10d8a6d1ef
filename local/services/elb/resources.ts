// CloudFormation types of Elastic Load Balancing v2.
import type { Made, ResourceContext, ResourceType } from '../../simulated.ts';
import { applyHealthCheck, createListener, createLoadBalancer, createRule, createTargetGroup, routingChanged } from './create.ts';
import { modifyRule, removeListener, removeRule } from './listener-operations.ts';
import type { Listener, LoadBalancer, Rule, TargetGroup } from './model.ts';
import { addByHand, removeLoadBalancer, removeTargetGroup, setAttributes } from './operations.ts';
import { balancerOfGroup, listenerOf, loadBalancerOf, ruleOf, targetGroupOf } from './state.ts';
import type { ElbState } from './state.ts';

const NAME_LENGTH = 32;

export const elbResources = (state: ElbState): Readonly<Record<string, ResourceType>> => ({
  'AWS::ElasticLoadBalancingV2::LoadBalancer': balancerType(state),
  'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroupType(state),
  'AWS::ElasticLoadBalancingV2::Listener': listenerType(state),
  'AWS::ElasticLoadBalancingV2::ListenerRule': ruleType(state),
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': {
    create: (properties, context) => ({ ref: `${properties.ListenerArn}|${context.logicalId}`, attributes: {} }),
  },
});

const balancerType = (state: ElbState): ResourceType => {
  const settle = (balancer: LoadBalancer, properties: any): Made => {
    balancer.subnets = properties.Subnets ?? (properties.SubnetMappings ?? []).map((mapping: { SubnetId: string }) => mapping.SubnetId);
    balancer.securityGroups = properties.SecurityGroups ?? [];
    balancer.tags = properties.Tags ?? [];
    setAttributes(balancer, properties.LoadBalancerAttributes ?? []);
    const attributes = {
      LoadBalancerArn: balancer.arn,
      DNSName: balancer.dnsName,
      CanonicalHostedZoneID: 'Z35SXDOTRQ7X7K',
      LoadBalancerFullName: balancer.fullName,
      LoadBalancerName: balancer.name,
      SecurityGroups: balancer.securityGroups,
    };
    return { ref: balancer.arn, attributes };
  };
  return {
    replaceOn: ['Name', 'Scheme', 'Type'],
    create: (properties, context) => {
      const VpcId = context.world.services.ec2.vpcOf(properties.Subnets?.[0]);
      return settle(
        createLoadBalancer(state, { ...properties, VpcId, Name: properties.Name ?? context.generatedName(NAME_LENGTH) }),
        properties,
      );
    },
    update: (made, properties) => settle(loadBalancerOf(state, made.ref), properties),
    remove: (made) => removeLoadBalancer(state, made.ref),
  };
};

const NUMBERS = ['HealthCheckIntervalSeconds', 'HealthCheckTimeoutSeconds', 'HealthyThresholdCount', 'UnhealthyThresholdCount'] as const;

/** Templates may carry numbers as text. */
const withNumbers = (properties: any): any => ({
  ...properties,
  ...Object.fromEntries(NUMBERS.filter((name) => properties[name] !== undefined).map((name) => [name, Number(properties[name])])),
});

const targetGroupType = (state: ElbState): ResourceType => {
  const settle = (group: TargetGroup, properties: any): Made => {
    applyHealthCheck(group.check, withNumbers(properties));
    group.tags = properties.Tags ?? [];
    setAttributes(group, properties.TargetGroupAttributes ?? []);
    for (const target of properties.Targets ?? []) addByHand(state, group.arn, target);
    const attributes = {
      TargetGroupArn: group.arn,
      TargetGroupFullName: group.fullName,
      TargetGroupName: group.name,
      LoadBalancerArns: [balancerOfGroup(state, group.arn)?.arn].filter((arn) => arn !== undefined),
    };
    return { ref: group.arn, attributes };
  };
  return {
    replaceOn: ['Name', 'Port', 'Protocol', 'ProtocolVersion', 'TargetType', 'VpcId', 'IpAddressType'],
    create: (properties, context) =>
      settle(createTargetGroup(state, { ...withNumbers(properties), Name: properties.Name ?? groupName(context) }), properties),
    update: (made, properties) => settle(targetGroupOf(state, made.ref), properties),
    remove: (made) => removeTargetGroup(state, made.ref),
  };
};

const groupName = (context: ResourceContext): string => context.generatedName(NAME_LENGTH);

const listenerType = (state: ElbState): ResourceType => {
  const made = (listener: Listener): Made => ({ ref: listener.arn, attributes: { ListenerArn: listener.arn } });
  return {
    replaceOn: ['LoadBalancerArn'],
    create: (properties) => made(createListener(state, loadBalancerOf(state, properties.LoadBalancerArn), properties)),
    update: (before, properties) => {
      const listener = listenerOf(state, before.ref);
      listener.port = Number(properties.Port);
      listener.protocol = properties.Protocol ?? 'HTTP';
      listener.certificates = properties.Certificates ?? [];
      listener.defaultActions = properties.DefaultActions;
      if (properties.SslPolicy !== undefined) listener.sslPolicy = properties.SslPolicy;
      routingChanged(state);
      return made(listener);
    },
    remove: (before) => removeListener(state, before.ref),
  };
};

const ruleType = (state: ElbState): ResourceType => {
  const made = (rule: Rule): Made => ({ ref: rule.arn, attributes: { RuleArn: rule.arn, IsDefault: false } });
  return {
    replaceOn: ['ListenerArn'],
    create: (properties) => made(createRule(state, listenerOf(state, properties.ListenerArn), properties)),
    update: (before, properties) => {
      const rule = ruleOf(state, before.ref);
      rule.priority = Number(properties.Priority);
      modifyRule(state, rule, properties);
      return made(rule);
    },
    remove: (before) => removeRule(state, before.ref),
  };
};
