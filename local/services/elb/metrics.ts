// CloudWatch metrics of a target group and its load balancer: hosts, requests, status codes, and nothing when AWS reports nothing (aws-facts E).
import type { World } from '../../world.ts';
import { stepHistory } from '../step-history.ts';
import type { AnswerPhase, LoadBalancer, TargetGroup } from './model.ts';

const MINUTE = 60_000;
const NAMESPACE = 'AWS/ApplicationELB';
const USUAL_SECONDS = 0.08;

interface Hosts {
  readonly registered: number;
  readonly healthy: number;
  readonly unhealthy: number;
  /** Answers of the targets that get requests: the healthy ones, or all when none is. */
  readonly serving: readonly (readonly AnswerPhase[])[];
}

export interface TargetGroupMetrics {
  /** Remembers how many hosts there are now; called at every change of a target. */
  readonly countHosts: () => void;
  /** One answered request of a visitor. */
  readonly countRequest: (status: number, fromTarget: boolean) => void;
  /** Background traffic from now on, in requests per minute. */
  readonly setTraffic: (requestsPerMinute: number) => void;
}

type Counts = Map<string, number>;

const bump = (counts: Counts, name: string, at: number): void => {
  const key = `${name}/${Math.floor(at / MINUTE)}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** Registers the sources of one target group behind one load balancer. */
export const targetGroupMetrics = (world: World, balancer: LoadBalancer, group: TargetGroup): TargetGroupMetrics => {
  const hosts = stepHistory<Hosts>();
  const traffic = stepHistory<number>();
  const counts: Counts = new Map();
  const counted = (name: string, at: number): number => counts.get(`${name}/${Math.floor(at / MINUTE)}`) ?? 0;
  const requests = (at: number): number | undefined => {
    const now = hosts.inMinute(at);
    if (now === undefined || now.registered === 0) return undefined;
    return counted('requests', at) + (traffic.inMinute(at) ?? 0);
  };
  const coded = (hundred: number) => (at: number): number | undefined => {
    const background = (traffic.inMinute(at) ?? 0) * shareAnswering(hosts.inMinute(at), at, hundred);
    return positive(counted(`${hundred}`, at) + Math.round(background));
  };
  const samples: Readonly<Record<string, (at: number) => number | undefined>> = {
    HealthyHostCount: (at) => reported(hosts.inMinute(at), (now) => now.healthy),
    UnHealthyHostCount: (at) => reported(hosts.inMinute(at), (now) => now.unhealthy),
    RequestCount: (at) => positive(requests(at)),
    RequestCountPerTarget: (at) => (requests(at) ?? 0) / Math.max(1, hosts.inMinute(at)?.healthy ?? 0),
    TargetResponseTime: (at) => (positive(requests(at)) === undefined ? undefined : USUAL_SECONDS),
    HTTPCode_Target_2XX_Count: coded(2),
    HTTPCode_Target_3XX_Count: coded(3),
    HTTPCode_Target_4XX_Count: coded(4),
    HTTPCode_Target_5XX_Count: coded(5),
  };
  addSources(world, balancer, group, samples);
  return {
    countHosts: () => hosts.set(world.clock.now, hostsOf(group)),
    countRequest: (status, fromTarget) => {
      if (!fromTarget) return;
      bump(counts, 'requests', world.clock.now);
      bump(counts, `${Math.floor(status / 100)}`, world.clock.now);
    },
    setTraffic: (requestsPerMinute) => traffic.set(world.clock.now, requestsPerMinute),
  };
};

const addSources = (world: World, balancer: LoadBalancer, group: TargetGroup, samples: Readonly<Record<string, (at: number) => number | undefined>>): void => {
  const both = { LoadBalancer: balancer.fullName, TargetGroup: group.fullName };
  for (const [name, sample] of Object.entries(samples)) {
    world.services.cloudwatch.addSource({ namespace: NAMESPACE, dimensions: both, name, sample });
    if (name === 'RequestCountPerTarget') {
      world.services.cloudwatch.addSource({ namespace: NAMESPACE, dimensions: { TargetGroup: group.fullName }, name, sample });
    }
  }
};

const positive = (value: number | undefined): number | undefined => (value === undefined || value <= 0 ? undefined : value);
const reported = (hosts: Hosts | undefined, value: (hosts: Hosts) => number): number | undefined => (hosts === undefined || hosts.registered === 0 ? undefined : value(hosts));

/** Draining targets no longer count as registered; they raise neither number (aws-facts E). */
const hostsOf = (group: TargetGroup): Hosts => {
  const present = [...group.targets.values()].filter((target) => target.state !== 'draining' && target.state !== 'unused');
  const healthy = present.filter((target) => target.state === 'healthy');
  return {
    registered: present.length,
    healthy: healthy.length,
    unhealthy: present.filter((target) => target.state === 'unhealthy').length,
    serving: (healthy.length > 0 ? healthy : present).map((target) => target.phases),
  };
};

const shareAnswering = (hosts: Hosts | undefined, at: number, hundred: number): number => {
  if (hosts === undefined || hosts.serving.length === 0) return 0;
  const end = (Math.floor(at / MINUTE) + 1) * MINUTE;
  const answering = hosts.serving.filter((phases) => Math.floor((phases.findLast((phase) => phase.from < end)?.request ?? 0) / 100) === hundred);
  return answering.length / hosts.serving.length;
};

export interface BalancerMetrics {
  /** An answer the load balancer gave itself: `HTTPCode_ELB_503_Count`, `HTTP_Fixed_Response_Count`, `HTTP_Redirect_Count`… */
  readonly count: (name: string) => void;
}

/** Sums over the load balancer's groups are CloudWatch's business only for RequestCount and codes; its own answers are counted here. */
export const balancerMetrics = (world: World, balancer: LoadBalancer): BalancerMetrics => {
  const counts: Counts = new Map();
  const names = [
    'HTTPCode_ELB_5XX_Count', 'HTTPCode_ELB_503_Count', 'HTTPCode_ELB_502_Count', 'HTTPCode_ELB_4XX_Count', 'HTTP_Fixed_Response_Count', 'HTTP_Redirect_Count',
    'RequestCount', 'HTTPCode_Target_5XX_Count',
  ];
  for (const name of names) {
    const sample = (at: number): number | undefined => counts.get(`${name}/${Math.floor(at / MINUTE)}`);
    world.services.cloudwatch.addSource({ namespace: NAMESPACE, dimensions: { LoadBalancer: balancer.fullName }, name, sample });
  }
  return { count: (name) => bump(counts, name, world.clock.now) };
};
