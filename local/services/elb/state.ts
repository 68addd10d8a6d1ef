// What simulated Elastic Load Balancing holds, and how its parts find things in it.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Action, Listener, LoadBalancer, Rule, TargetGroup } from './model.ts';
import type { BalancerMetrics, TrafficMetrics } from './metrics.ts';

export interface ElbState {
  readonly world: World;
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly targetGroups: Map<string, TargetGroup>;
  readonly listeners: Map<string, Listener>;
  readonly rules: Map<string, Rule>;
  /** By target group ARN. */
  readonly metrics: Map<string, TrafficMetrics>;
  /** By load balancer ARN. */
  readonly balancerMetrics: Map<string, BalancerMetrics>;
}

export const emptyElb = (world: World): ElbState => ({
  world,
  loadBalancers: new Map(),
  targetGroups: new Map(),
  listeners: new Map(),
  rules: new Map(),
  metrics: new Map(),
  balancerMetrics: new Map(),
});

const required = <Item>(items: ReadonlyMap<string, Item>, arn: string, code: string, what: string): Item => {
  const item = items.get(arn);
  if (item === undefined) throw new AwsError(code, `${what} '${arn}' not found`);
  return item;
};

export const loadBalancerOf = (state: ElbState, arn: string): LoadBalancer =>
  required(state.loadBalancers, arn, 'LoadBalancerNotFound', 'Load balancer');
export const targetGroupOf = (state: ElbState, arn: string): TargetGroup =>
  required(state.targetGroups, arn, 'TargetGroupNotFound', 'Target group');
export const listenerOf = (state: ElbState, arn: string): Listener => required(state.listeners, arn, 'ListenerNotFound', 'Listener');
export const ruleOf = (state: ElbState, arn: string): Rule => required(state.rules, arn, 'RuleNotFound', 'Rule');

/** Target groups an action list forwards to, with their weights (1 when none is given). */
export const forwardedTo = (actions: readonly Action[]): readonly { readonly arn: string; readonly weight: number }[] =>
  actions.flatMap((action) => {
    if (action.Type !== 'forward') return [];
    const groups = action.ForwardConfig?.TargetGroups ?? [];
    if (groups.length > 0) return groups.map((group) => ({ arn: group.TargetGroupArn, weight: Number(group.Weight ?? 1) }));
    return action.TargetGroupArn === undefined ? [] : [{ arn: action.TargetGroupArn, weight: 1 }];
  });

/** The load balancer whose listeners or rules forward to the group; one at most (aws-facts E: one load balancer per target group). */
export const balancerOfGroup = (state: ElbState, targetGroupArn: string): LoadBalancer | undefined =>
  [...state.listeners.values()].find((listener) =>
    [listener.defaultActions, ...listener.rules.map((rule) => rule.actions)].some((actions) =>
      forwardedTo(actions).some(({ arn }) => arn === targetGroupArn),
    ),
  )?.loadBalancer;
