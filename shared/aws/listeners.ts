// The page of a sleeping platform in front of what is down: listener rules that are there at night and gone by day (S10).
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
import { pageRules, type PageRule } from '../domain/night-page.ts';
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
  return { show: () => show(front, pageRules(host.manifest.services)), hide: () => hide(front) };
};

const listenersOf = async ({ elb, loadBalancer }: Front): Promise<readonly Listener[]> => {
  const found = await attempt('elasticloadbalancing:DescribeLoadBalancers', loadBalancer, () =>
    elb.send(new DescribeLoadBalancersCommand({ Names: [loadBalancer] })),
  );
  const LoadBalancerArn = found.LoadBalancers?.[0]?.LoadBalancerArn;
  const { Listeners } = await attempt('elasticloadbalancing:DescribeListeners', loadBalancer, () =>
    elb.send(new DescribeListenersCommand({ LoadBalancerArn })),
  );
  return Listeners ?? [];
};

/** One that only redirects to HTTPS goes on doing so. */
const carriesRoutes = ({ DefaultActions }: Listener): boolean => DefaultActions?.[0]?.Type !== 'redirect';

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

const valuesOf = ({ Conditions }: Rule, field: 'path-pattern' | 'host-header'): readonly string[] => {
  const found = Conditions?.find(({ Field }) => Field === field);
  return found?.PathPatternConfig?.Values ?? found?.HostHeaderConfig?.Values ?? found?.Values ?? [];
};

const meets = (rule: Rule, { paths, host }: PageRule): boolean =>
  valuesOf(rule, 'path-pattern').join(' ') === paths.join(' ') && valuesOf(rule, 'host-header').join(' ') === (host ?? '');

const show = async (front: Front, wanted: readonly PageRule[]): Promise<number> => {
  if (wanted.length === 0) return 0;
  const target = await targetGroupArn(front);
  let changed = 0;
  for (const listener of (await listenersOf(front)).filter(carriesRoutes)) {
    const rules = await rulesOf(front, listener);
    const there = rules.filter((rule) => leadsTo(rule, target));
    const missing = wanted.filter((page) => !there.some((rule) => meets(rule, page)));
    const taken = new Set(rules.map(({ Priority }) => Number(Priority)));
    for (const page of missing) {
      const priority = freePriority(taken, page.priority);
      await create(front, listener, target, page, priority);
      taken.add(priority);
    }
    changed += Number(missing.length > 0);
  }
  return changed;
};

/** Before everything the first that is free; before a route the nearest one, of those that no route has (shared/domain/routing.ts). */
const freePriority = (taken: ReadonlySet<number>, wanted: number | null): number => {
  let priority = wanted ?? 1;
  const step = wanted === null ? 1 : -2;
  while (taken.has(priority)) priority += step;
  if (priority < 1) throw new Error(`no free listener priority before ${wanted ?? 1}`);
  return priority;
};

const create = async ({ elb }: Front, { ListenerArn }: Listener, target: string, { paths, host }: PageRule, Priority: number): Promise<void> => {
  const command = new CreateRuleCommand({
    ListenerArn,
    Priority,
    Conditions: [
      { Field: 'path-pattern', PathPatternConfig: { Values: [...paths] } },
      ...(host === null ? [] : [{ Field: 'host-header' as const, HostHeaderConfig: { Values: [host] } }]),
    ],
    Actions: [{ Type: 'forward', TargetGroupArn: target }],
  });
  try {
    await attempt('elasticloadbalancing:CreateRule', ListenerArn ?? '', () => elb.send(command));
  } catch (error) {
    // Another run of the same door was first: its rule is the same rule.
    if (!IN_USE.has(nameOf(error))) throw error;
  }
};

/** A listed rule that ELB does not know is looked for once more: another run was faster, or the page would stay in front of the site. */
const hide = async (front: Front): Promise<number> => {
  const [first] = await Promise.allSettled([hideOnce(front)]);
  if (first.status === 'fulfilled') return first.value;
  if (!GONE.has(nameOf(first.reason))) throw first.reason;
  return hideOnce(front);
};

const hideOnce = async (front: Front): Promise<number> => {
  const target = await targetGroupArn(front);
  let changed = 0;
  for (const listener of await listenersOf(front)) {
    for (const { RuleArn, ...rule } of await rulesOf(front, listener)) {
      if (!leadsTo(rule, target)) continue;
      await attempt('elasticloadbalancing:DeleteRule', RuleArn ?? '', () => front.elb.send(new DeleteRuleCommand({ RuleArn })));
      changed += 1;
    }
  }
  return changed;
};
