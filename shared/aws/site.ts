// Asks the platform's own site one question, through its load balancer as a visitor would (R9).
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Manifest } from '../domain/manifest.ts';
import type { Site } from '../ports.ts';
import { webRequest, type WebHost } from '../web/request.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface SiteHost extends ClientHost, WebHost {
  readonly manifest: Manifest;
}

/** The platform's site: by its domain when it has one, else by the load balancer's own name. */
export const site = (host: SiteHost): Site => {
  let address: Promise<string> | undefined;
  return {
    ask: async (path) => {
      address ??= addressOf(host);
      const [answer] = await Promise.allSettled([
        webRequest(host, { method: 'GET', url: `${await address}${path}`, headers: { 'user-agent': 'dayshift-smoke' } }),
      ]);
      // A site that does not answer is an answer too: the smoke request has failed.
      return answer.status === 'fulfilled'
        ? { status: answer.value.status, body: answer.value.body }
        : { status: 0, body: (answer.reason as Error).message };
    },
  };
};

const addressOf = async (host: SiteHost): Promise<string> => {
  const { site: known, loadBalancer } = host.manifest;
  if (known !== null || loadBalancer === null) return known ?? '';
  const command = new DescribeLoadBalancersCommand({ Names: [loadBalancer] });
  const { LoadBalancers } = await attempt('elasticloadbalancing:DescribeLoadBalancers', loadBalancer, () =>
    client(ElasticLoadBalancingV2Client, host).send(command),
  );
  return `http://${LoadBalancers?.[0]?.DNSName ?? ''}`;
};
