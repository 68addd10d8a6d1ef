// Whether somebody uses the platform: requests that reached a target, and one-off tasks (S9, S11). Health checks are not counted (aws-facts E).
import { CloudWatchClient, GetMetricDataCommand, type Dimension } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ecsNames, type Manifest } from '../domain/manifest.ts';
import { down, isMixed } from '../domain/night-page.ts';
import type { Use } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { runningTasks } from './cluster-tasks.ts';
import { attempt } from './failure.ts';
import { fleet } from './fleet.ts';

export interface UseHost extends ClientHost {
  readonly manifest: Manifest;
}

const WINDOW_SECONDS = 600;
const DEFAULT_REQUESTS = 10;
const MINUTE = 60;
/** Services of ECS start their tasks under this name; everything else somebody started on purpose. */
const BY_SERVICE = 'ecs-svc/';

export const use = (host: UseHost): Use => {
  const threshold = host.manifest.nights?.inUseRequests ?? DEFAULT_REQUESTS;
  return {
    now: async (at) => {
      const requests = (await requestsPerMinute(host, at, WINDOW_SECONDS)).reduce((sum, { count }) => sum + count, 0);
      if (requests >= threshold) return { what: `${requests} requests in the last 10 minutes` };
      const tasks = await oneOffTasks(host);
      return tasks === 0 ? null : { what: tasks === 1 ? 'a one-off task runs' : `${tasks} one-off tasks run` };
    },
    idleSeconds: async (at, limit) => {
      const last = (await requestsPerMinute(host, at, limit)).filter(({ count }) => count > 0).map(({ minute }) => minute);
      return last.length === 0 ? limit : Math.max(0, (Date.parse(at) - Math.max(...last)) / 1000 - MINUTE);
    },
  };
};

interface Minute {
  readonly minute: number;
  readonly count: number;
}

/**
 * What is counted: the whole site, or the target groups of what sleeps where a part of the site stays up, whose visitors keep nobody else awake.
 * Empty where there is nothing to count.
 */
const countedAt = async (host: UseHost, name: string): Promise<readonly (readonly Dimension[])[]> => {
  const elb = client(ElasticLoadBalancingV2Client, host);
  const { LoadBalancers } = await attempt('elasticloadbalancing:DescribeLoadBalancers', name, () =>
    elb.send(new DescribeLoadBalancersCommand({ Names: [name] })),
  );
  const balancer = (LoadBalancers?.[0]?.LoadBalancerArn ?? '').split(':loadbalancer/')[1];
  if (balancer === undefined) return [];
  const { services } = host.manifest;
  const site = { Name: 'LoadBalancer', Value: balancer };
  if (!isMixed(services)) return [[site]];
  const counts = await fleet(host).counts(ecsNames(down(services)));
  const groups = counts.flatMap(({ targetGroups }) => targetGroups.flat());
  return groups.map((arn) => [site, { Name: 'TargetGroup', Value: arn.split(':').at(-1) }]);
};

const requestsPerMinute = async (host: UseHost, at: string, seconds: number): Promise<readonly Minute[]> => {
  const name = host.manifest.loadBalancer;
  const counted = name === null ? [] : await countedAt(host, name);
  if (name === null || counted.length === 0) return [];
  const cloudWatch = client(CloudWatchClient, host);
  const command = new GetMetricDataCommand({
    StartTime: new Date(Date.parse(at) - seconds * 1000),
    EndTime: new Date(at),
    MetricDataQueries: counted.map((dimensions, index) => ({
      Id: `requests${index}`,
      MetricStat: {
        Metric: { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount', Dimensions: [...dimensions] },
        Period: MINUTE,
        Stat: 'Sum',
      },
    })),
  });
  const { MetricDataResults = [] } = await attempt('cloudwatch:GetMetricData', name, () => cloudWatch.send(command));
  return MetricDataResults.flatMap(({ Timestamps = [], Values = [] }) =>
    Timestamps.map((minute, index) => ({ minute: minute.getTime(), count: Values[index] ?? 0 })),
  );
};

const oneOffTasks = async (host: UseHost): Promise<number> => {
  const families = new Set(host.manifest.services.map(({ family }) => `family:${family}`));
  const tasks = await runningTasks(client(ECSClient, host), host.manifest.cluster);
  return tasks.filter(({ group, startedBy }) => families.has(group ?? '') && startedBy?.startsWith(BY_SERVICE) !== true).length;
};
