// Making load balancers, listeners, rules and target groups, for the API and for CloudFormation alike.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { balancerMetrics, targetGroupMetrics } from './metrics.ts';
import type { Action, Condition, HealthCheck, Listener, LoadBalancer, Rule, TargetGroup } from './model.ts';
import { balancerOfGroup } from './state.ts';
import type { ElbState } from './state.ts';
import { reconsider } from './targets.ts';

const arnBase = (world: World): string => `arn:aws:elasticloadbalancing:${world.region}:${world.account}`;
const id = (world: World): string => world.random.stream('elb.id').hex(16);

export const createLoadBalancer = (state: ElbState, input: any): LoadBalancer => {
  const { world } = state;
  if ([...state.loadBalancers.values()].some((balancer) => balancer.name === input.Name)) {
    throw new AwsError(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  const fullName = `app/${input.Name}/${id(world)}`;
  const scheme = input.Scheme ?? 'internet-facing';
  const balancer: LoadBalancer = {
    arn: `${arnBase(world)}:loadbalancer/${fullName}`,
    name: input.Name,
    fullName,
    dnsName: `${scheme === 'internal' ? 'internal-' : ''}${input.Name}-${world.random.stream('elb.id').between(100_000_000, 2_000_000_000)}.${world.region}.elb.amazonaws.com`,
    scheme,
    vpcId: input.VpcId ?? 'vpc-00000000000000000',
    createdAt: world.clock.now,
    subnets: input.Subnets ?? [],
    securityGroups: input.SecurityGroups ?? [],
    attributes: new Map(),
    listeners: [],
    tags: input.Tags ?? [],
  };
  state.loadBalancers.set(balancer.arn, balancer);
  state.balancerMetrics.set(balancer.arn, balancerMetrics(world, balancer));
  return balancer;
};

const CHECK_DEFAULTS = {
  enabled: true,
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
};

/** Health check settings of the API's flat input; fields not given keep their value. */
export const applyHealthCheck = (check: HealthCheck, input: any): void => {
  const given = {
    enabled: input.HealthCheckEnabled,
    protocol: input.HealthCheckProtocol,
    port: input.HealthCheckPort,
    path: input.HealthCheckPath,
    intervalSeconds: input.HealthCheckIntervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount,
    unhealthyThreshold: input.UnhealthyThresholdCount,
    matcher: input.Matcher?.HttpCode ?? input.Matcher?.GrpcCode,
  };
  Object.assign(check, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
};

export const createTargetGroup = (state: ElbState, input: any): TargetGroup => {
  const { world } = state;
  if ([...state.targetGroups.values()].some((group) => group.name === input.Name)) {
    throw new AwsError('DuplicateTargetGroupName', `A target group with the same name '${input.Name}' exists, but with different settings`);
  }
  const type = input.TargetType ?? 'instance';
  const fullName = `targetgroup/${input.Name}/${id(world)}`;
  const group: TargetGroup = {
    arn: `${arnBase(world)}:${fullName}`,
    name: input.Name,
    fullName,
    type,
    protocolVersion: input.ProtocolVersion ?? 'HTTP1',
    check: { ...CHECK_DEFAULTS, enabled: type !== 'lambda', ...(type === 'lambda' ? { intervalSeconds: 35 } : {}) },
    attributes: new Map(),
    targets: new Map(),
    tags: input.Tags ?? [],
    ...(input.Protocol === undefined ? {} : { protocol: input.Protocol }),
    ...(input.Port === undefined ? {} : { port: Number(input.Port) }),
    ...(input.VpcId === undefined ? {} : { vpcId: input.VpcId }),
  };
  applyHealthCheck(group.check, input);
  state.targetGroups.set(group.arn, group);
  return group;
};

export const createListener = (state: ElbState, balancer: LoadBalancer, input: any): Listener => {
  if (balancer.listeners.some((listener) => listener.port === input.Port))
    throw new AwsError('DuplicateListener', 'A listener already exists on this port for this load balancer');
  const listener: Listener = {
    arn: `${arnBase(state.world)}:listener/${balancer.fullName}/${id(state.world)}`,
    loadBalancer: balancer,
    port: Number(input.Port),
    protocol: input.Protocol ?? 'HTTP',
    certificates: input.Certificates ?? [],
    defaultActions: input.DefaultActions as readonly Action[],
    rules: [],
    tags: input.Tags ?? [],
    ...(input.SslPolicy === undefined ? {} : { sslPolicy: input.SslPolicy }),
  };
  balancer.listeners.push(listener);
  state.listeners.set(listener.arn, listener);
  routingChanged(state);
  return listener;
};

const MOST_RULES = 100;
const MOST_VALUES = 5;

export const createRule = (state: ElbState, listener: Listener, input: any): Rule => {
  if (listener.rules.some((rule) => rule.priority === Number(input.Priority)))
    throw new AwsError('PriorityInUse', `Priority '${input.Priority}' is currently in use`);
  const rules = listener.loadBalancer.listeners.reduce((count, other) => count + other.rules.length, 0);
  if (rules >= MOST_RULES) throw new AwsError('TooManyRules', 'The maximum number of rules has been reached');
  checkConditions(input.Conditions);
  const rule: Rule = {
    arn: `${listener.arn.replace(':listener/', ':listener-rule/')}/${id(state.world)}`,
    listener,
    priority: Number(input.Priority),
    conditions: input.Conditions as readonly Condition[],
    actions: input.Actions as readonly Action[],
    tags: input.Tags ?? [],
  };
  listener.rules.push(rule);
  state.rules.set(rule.arn, rule);
  routingChanged(state);
  return rule;
};

/** At most five values over all conditions of a rule (aws-facts E). */
export const checkConditions = (conditions: readonly Condition[]): void => {
  const count = (condition: Condition): number =>
    [
      condition.Values,
      condition.RegexValues,
      condition.HostHeaderConfig?.Values,
      condition.PathPatternConfig?.Values,
      condition.HttpHeaderConfig?.Values,
      condition.HttpRequestMethodConfig?.Values,
      condition.QueryStringConfig?.Values,
      condition.SourceIpConfig?.Values,
    ].reduce((sum, values) => sum + (values?.length ?? 0), 0);
  if (conditions.reduce((sum, condition) => sum + count(condition), 0) > MOST_VALUES) {
    throw new AwsError('ValidationError', "A rule can only have '5' condition values");
  }
};

/** After any change of actions: groups gain or lose their load balancer, and with it their metrics. */
export const routingChanged = (state: ElbState): void => {
  for (const group of state.targetGroups.values()) {
    if (state.metrics.has(group.arn)) continue;
    const balancer = balancerOfGroup(state, group.arn);
    if (balancer === undefined) continue;
    const own = state.balancerMetrics.get(balancer.arn)!;
    const metrics = targetGroupMetrics(state.world, balancer, group, own.changed);
    own.groups.add(metrics);
    state.metrics.set(group.arn, metrics);
  }
  reconsider(state);
};
