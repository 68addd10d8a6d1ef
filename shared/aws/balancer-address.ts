// The address of the platform's load balancer, and who answers there.
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** DNS name of a load balancer by its name. Throws AWS's LoadBalancerNotFound when there is none. */
export const balancerAddress =
  (host: ClientHost) =>
  async (name: string): Promise<string> => {
    const balancers = client(ElasticLoadBalancingV2Client, host);
    const command = new DescribeLoadBalancersCommand({ Names: [name] });
    const { LoadBalancers } = await attempt('elasticloadbalancing:DescribeLoadBalancers', name, () => balancers.send(command));
    return LoadBalancers?.[0]?.DNSName ?? '';
  };
