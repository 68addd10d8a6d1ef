// Health of the targets a service stands behind.
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Services, TargetFacts } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** Targets of a group as the load balancer sees them now. */
export const targets = (host: ClientHost): Services['targets'] => {
  const balancers = client(ElasticLoadBalancingV2Client, host);
  return async (targetGroup) => {
    const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup });
    const { TargetHealthDescriptions } = await attempt('elasticloadbalancing:DescribeTargetHealth', targetGroup, () =>
      balancers.send(command),
    );
    return (TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }): TargetFacts => ({
      id: Target?.Id ?? '',
      port: Target?.Port ?? 0,
      state: TargetHealth?.State ?? 'unknown',
      reason: TargetHealth?.Description ?? TargetHealth?.Reason ?? null,
    }));
  };
};
