// The page of a sleeping platform in front of every route: one listener rule of highest priority, there at night and gone by day (S10).
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Manifest } from '../domain/manifest.ts';
import { pageAtNight } from '../domain/night.ts';
import type { WakePage } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

export interface ListenersHost extends ClientHost {
  readonly manifest: Manifest;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Front {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly loadBalancer: string;
  readonly targetGroup: string;
}

/** Priorities below 100 are the automation's (shared/domain/routing.ts). */
const PRIORITIES = 99;
/** The SDK names an error by its shape, the service by its code. */
const IN_USE: ReadonlySet<string> = new Set(['PriorityInUse', 'PriorityInUseException']);
const GONE: ReadonlySet<string> = new Set(['RuleNotFound', 'RuleNotFoundException']);

/** `WAKE_TARGET` names the target group of the page; without it, or without a load balancer, there is nothing to show or hide. */
export const wakePage = (host: ListenersHost): WakePage => {
  const { loadBalancer } = host.manifest;
  const targetGroup = host.environment['WAKE_TARGET'];
  if (loadBalancer === null || targetGroup === undefined) return { show: async () => 0, hide: async () => 0 };
  const front: Front = { elb: client(ElasticLoadBalancingV2Client, host), loadBalancer, targetGroup };
  // A page that is there is always taken away, whatever the platform file says by then.
  return { show: async () => (pageAtNight(host.manifest.services) ? show(front) : 0), hide: () => hide(front) };
};

/** Listeners that carry routes; one that only redirects to HTTPS goes on doing so. */
const listenersOf = async ({ elb, loadBalancer }: Front): Promise<readonly Listener[]> => {
  const found = await attempt('elasticloadbalancing:DescribeLoadBalancers', loadBalancer, () =>
    elb.send(new DescribeLoadBalancersCommand({ Names: [loadBalancer] })),
  );
  const LoadBalancerArn = found.LoadBalancers?.[0]?.LoadBalancerArn;
  const { Listeners } = await attempt('elasticloadbalancing:DescribeListeners', loadBalancer, () =>
    elb.send(new DescribeListenersCommand({ LoadBalancerArn })),
  );
  return (Listeners ?? []).filter(({ DefaultActions }) => DefaultActions?.[0]?.Type !== 'redirect');
};

const targetGroupArn = async ({ elb, targetGroup }: Front): Promise<string> => {
  const { TargetGroups } = await attempt('elasticloadbalancing:DescribeTargetGroups', targetGroup, () =>
    elb.send(new DescribeTargetGroupsCommand({ Names: [targetGroup] })),
  );
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
};

const rulesOf = async ({ elb }: Front, { ListenerArn }: Listener): Promise<readonly Rule[]> => {
  const { Rules } = await attempt('elasticloadbalancing:DescribeRules', ListenerArn ?? '', () =>
    elb.send(new DescribeRulesCommand({ ListenerArn })),
  );
  return Rules ?? [];
};

const leadsTo = ({ Actions }: Rule, target: string): boolean =>
  (Actions ?? []).some(
    ({ TargetGroupArn, ForwardConfig }) =>
      TargetGroupArn === target || (ForwardConfig?.TargetGroups ?? []).some((group) => group.TargetGroupArn === target),
  );

const show = async (front: Front): Promise<number> => {
  const target = await targetGroupArn(front);
  let changed = 0;
  for (const listener of await listenersOf(front)) {
    const rules = await rulesOf(front, listener);
    if (rules.some((rule) => leadsTo(rule, target))) continue;
    await create(front, listener, target, freePriority(rules));
    changed += 1;
  }
  return changed;
};

const freePriority = (rules: readonly Rule[]): number => {
  const taken = new Set(rules.map(({ Priority }) => Number(Priority)));
  return Array.from({ length: PRIORITIES }, (_, index) => index + 1).find((priority) => !taken.has(priority)) ?? PRIORITIES;
};

const create = async ({ elb }: Front, { ListenerArn }: Listener, target: string, Priority: number): Promise<void> => {
  const command = new CreateRuleCommand({
    ListenerArn,
    Priority,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['*'] } }],
    Actions: [{ Type: 'forward', TargetGroupArn: target }],
  });
  try {
    await attempt('elasticloadbalancing:CreateRule', ListenerArn ?? '', () => elb.send(command));
  } catch (error) {
    // Another run of the same door was first: its rule is the same rule.
    if (!IN_USE.has(nameOf(error))) throw error;
  }
};

const hide = async (front: Front): Promise<number> => {
  const target = await targetGroupArn(front);
  let changed = 0;
  for (const listener of await listenersOf(front)) {
    for (const rule of await rulesOf(front, listener)) {
      if (!leadsTo(rule, target)) continue;
      await remove(front, rule);
      changed += 1;
    }
  }
  return changed;
};

const remove = async ({ elb }: Front, { RuleArn }: Rule): Promise<void> => {
  try {
    await attempt('elasticloadbalancing:DeleteRule', RuleArn ?? '', () => elb.send(new DeleteRuleCommand({ RuleArn })));
  } catch (error) {
    if (!GONE.has(nameOf(error))) throw error;
  }
};
