// Load balancers, listeners, rules, target groups and health in the API's shapes.
import type { Listener, LoadBalancer, Rule, Target, TargetGroup } from './model.ts';
import { balancerOfGroup } from './state.ts';
import type { ElbState } from './state.ts';

const optional = (name: string, value: unknown): object => (value === undefined ? {} : { [name]: value });

export const balancerShape = (state: ElbState, balancer: LoadBalancer): object => ({
  LoadBalancerArn: balancer.arn,
  LoadBalancerName: balancer.name,
  DNSName: balancer.dnsName,
  CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
  CreatedTime: new Date(balancer.createdAt),
  Scheme: balancer.scheme,
  VpcId: balancer.vpcId,
  State: { Code: 'active' },
  Type: 'application',
  AvailabilityZones: balancer.subnets.map((SubnetId) => ({ ZoneName: state.world.services.ec2.zoneOf(SubnetId), SubnetId })),
  SecurityGroups: balancer.securityGroups,
  IpAddressType: 'ipv4',
});

export const groupShape = (state: ElbState, group: TargetGroup): object => {
  const balancer = balancerOfGroup(state, group.arn);
  const { check } = group;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    TargetType: group.type,
    ...optional('Protocol', group.protocol),
    ...optional('Port', group.port),
    ...optional('VpcId', group.vpcId),
    ...(group.type === 'lambda'
      ? {}
      : { ProtocolVersion: group.protocolVersion, HealthCheckProtocol: check.protocol, HealthCheckPort: check.port }),
    HealthCheckEnabled: check.enabled,
    HealthCheckPath: check.path,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    Matcher: { HttpCode: check.matcher },
    LoadBalancerArns: balancer === undefined ? [] : [balancer.arn],
    IpAddressType: 'ipv4',
  };
};

export const listenerShape = (listener: Listener): object => ({
  ListenerArn: listener.arn,
  LoadBalancerArn: listener.loadBalancer.arn,
  Port: listener.port,
  Protocol: listener.protocol,
  ...(listener.certificates.length > 0 ? { Certificates: listener.certificates } : {}),
  ...optional('SslPolicy', listener.sslPolicy),
  DefaultActions: listener.defaultActions,
});

export const ruleShape = (rule: Rule): object => ({
  RuleArn: rule.arn,
  Priority: String(rule.priority),
  Conditions: rule.conditions,
  Actions: rule.actions,
  IsDefault: false,
});

/** Every listener ends with its default rule, which has no ARN of its own in our records: the listener's stands in. */
export const defaultRuleShape = (listener: Listener): object => ({
  RuleArn: `${listener.arn.replace(':listener/', ':listener-rule/')}/default`,
  Priority: 'default',
  Conditions: [],
  Actions: listener.defaultActions,
  IsDefault: true,
});

export const healthShape = (target: Target): object => ({
  Target: { Id: target.id, ...(target.port === 0 ? {} : { Port: target.port, AvailabilityZone: target.zone }) },
  ...(target.port === 0 ? {} : { HealthCheckPort: String(target.port) }),
  TargetHealth: { State: target.state, ...optional('Reason', target.reason), ...optional('Description', target.description) },
});

/** What DescribeTargetHealth says of a target that was asked for and is not there. */
export const notRegistered = (id: string, port: number | undefined): object => ({
  Target: { Id: id, ...optional('Port', port) },
  TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered', Description: 'Target is not registered to the target group' },
});
