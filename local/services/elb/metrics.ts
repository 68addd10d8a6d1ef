// CloudWatch metrics of a target group and its load balancer: hosts, requests, status codes, and nothing when AWS reports nothing (aws-facts E).
import type { World } from '../../world.ts';
import { phaseAt } from './health-checks.ts';
import type { LoadBalancer, Target, TargetGroup } from './model.ts';

const NAMESPACE = 'AWS/ApplicationELB';
const USUAL_SECONDS = 0.08;
const CODES = [2, 3, 4, 5] as const;

type Sample = () => number | undefined;

export interface TrafficMetrics {
  /** Something the values depend on has changed: a target, its answers, the traffic. */
  readonly changed: () => void;
  /** One request of a visitor that a target (or function) answered. */
  readonly countRequest: (status: number) => void;
  /** Background traffic from now on, in requests per minute. */
  readonly setTraffic: (requestsPerMinute: number) => void;
  readonly requestsPerMinute: () => number | undefined;
  /** Background answers per minute with a status of that hundred; 0 stands for no answer. */
  readonly answered: (hundred: number) => number;
}

/** Registers the sources of one target group behind one load balancer; `balancerChanged` hears of changes as well. */
export const targetGroupMetrics = (
  world: World,
  balancer: LoadBalancer,
  group: TargetGroup,
  balancerChanged: () => void,
): TrafficMetrics => {
  const traffic = { perMinute: 0 };
  const requests = (): number | undefined => (present(group).length === 0 ? undefined : positive(traffic.perMinute));
  const answered = (hundred: number): number => Math.round((requests() ?? 0) * shareAnswering(world, group, hundred));
  const samples: Readonly<Record<string, Sample>> = {
    HealthyHostCount: () => hosts(group, 'healthy'),
    UnHealthyHostCount: () => hosts(group, 'unhealthy'),
    RequestCount: requests,
    // Always reported, by the healthy targets, or by the registered ones when none is (aws-facts E).
    RequestCountPerTarget: () => (requests() ?? 0) / (positive(hosts(group, 'healthy') ?? 0) ?? positive(present(group).length) ?? 1),
    TargetResponseTime: () => (requests() === undefined ? undefined : USUAL_SECONDS),
    ...Object.fromEntries(CODES.map((hundred) => [`HTTPCode_Target_${hundred}XX_Count`, () => positive(answered(hundred))])),
  };
  const both = { LoadBalancer: balancer.fullName, TargetGroup: group.fullName };
  const handles = Object.entries(samples).map(([name, sample]) => addSource(world, name, both, sample));
  handles.push(addSource(world, 'RequestCountPerTarget', { TargetGroup: group.fullName }, samples['RequestCountPerTarget']!));
  const changed = (): void => {
    for (const handle of handles) handle.changed();
    balancerChanged();
  };
  return {
    changed,
    answered,
    requestsPerMinute: requests,
    setTraffic: (requestsPerMinute) => {
      traffic.perMinute = requestsPerMinute;
      changed();
    },
    countRequest: (status) => {
      if (traffic.perMinute > 0) return;
      record(world, 'RequestCount', both);
      record(world, `HTTPCode_Target_${Math.floor(status / 100)}XX_Count`, both);
    },
  };
};

/** A value that holds until `changed` is called: costs nothing while it is quiet. */
const addSource = (world: World, name: string, dimensions: Readonly<Record<string, string>>, sample: Sample) =>
  world.services.cloudwatch.addSource({ namespace: NAMESPACE, name, dimensions, sample, until: () => Infinity });

const record = (world: World, name: string, dimensions: Readonly<Record<string, string>>): void =>
  world.services.cloudwatch.record({ namespace: NAMESPACE, name, dimensions, value: 1 });

const positive = (value: number): number | undefined => (value <= 0 ? undefined : value);

/** Draining targets no longer count as registered; they raise neither number (aws-facts E). */
const present = (group: TargetGroup): readonly Target[] =>
  [...group.targets.values()].filter((target) => target.state !== 'draining' && target.state !== 'unused');

const hosts = (group: TargetGroup, state: 'healthy' | 'unhealthy'): number | undefined => {
  const registered = present(group);
  return registered.length === 0 ? undefined : registered.filter((target) => target.state === state).length;
};

/** Requests spread evenly over the healthy targets, or over all when none is healthy (fail open). */
const shareAnswering = (world: World, group: TargetGroup, hundred: number): number => {
  const registered = present(group);
  const healthy = registered.filter((target) => target.state === 'healthy');
  const serving = healthy.length > 0 ? healthy : registered;
  if (serving.length === 0) return 0;
  const answering = serving.filter((target) => Math.floor((phaseAt(target, world.clock.now)?.request ?? 0) / 100) === hundred);
  return answering.length / serving.length;
};

export interface BalancerMetrics {
  /** An answer the load balancer gave itself: `HTTPCode_ELB_503_Count`, `HTTP_Fixed_Response_Count`, `HTTP_Redirect_Count`… */
  readonly count: (name: string) => void;
  /** A visitor's request that a target answered. */
  readonly countRequest: (status: number) => void;
  /** The groups whose sums the load balancer shows. */
  readonly groups: Set<TrafficMetrics>;
  readonly changed: () => void;
}

/** Sums over the target groups behind a load balancer, and its own answers. */
export const balancerMetrics = (world: World, balancer: LoadBalancer): BalancerMetrics => {
  const dimensions = { LoadBalancer: balancer.fullName };
  const groups = new Set<TrafficMetrics>();
  const sum =
    (value: (group: TrafficMetrics) => number): Sample =>
    () =>
      positive([...groups].reduce((total, group) => total + value(group), 0));
  const samples: Readonly<Record<string, Sample>> = {
    RequestCount: sum((group) => group.requestsPerMinute() ?? 0),
    HTTPCode_Target_5XX_Count: sum((group) => group.answered(5)),
    HTTPCode_Target_4XX_Count: sum((group) => group.answered(4)),
    HTTPCode_Target_2XX_Count: sum((group) => group.answered(2)),
    HTTPCode_ELB_5XX_Count: sum((group) => group.answered(0)),
    TargetResponseTime: () => ([...groups].some((group) => group.requestsPerMinute() !== undefined) ? USUAL_SECONDS : undefined),
  };
  const handles = Object.entries(samples).map(([name, sample]) => addSource(world, name, dimensions, sample));
  const busy = (): boolean => [...groups].some((group) => group.requestsPerMinute() !== undefined);
  return {
    groups,
    changed: () => {
      for (const handle of handles) handle.changed();
    },
    count: (name) => record(world, name, dimensions),
    countRequest: (status) => {
      if (busy()) return;
      record(world, 'RequestCount', dimensions);
      record(world, `HTTPCode_Target_${Math.floor(status / 100)}XX_Count`, dimensions);
    },
  };
};
