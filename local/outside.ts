// What lies outside AWS: a Slack workspace, mail boxes, image registries, and the sites of the platforms themselves.
import type { World } from './world.ts';
import { makeInternet, type Host, type HttpRequest, type HttpResponse, type Outage } from './outside/http.ts';
import { makeMailBoxes, type MailBoxes } from './outside/mail.ts';
import { makeRegistries, type OciRegistries, type OutsideImage, type OutsidePush } from './outside/registry.ts';
import { makeSlack, type Slack } from './outside/slack.ts';

export type { HttpRequest, HttpResponse, Outage } from './outside/http.ts';
export type { Mail } from './outside/mail.ts';
export type { OutsideImage, OutsidePush } from './outside/registry.ts';
export type { SlackApp, SlackMessage } from './outside/slack.ts';

export interface Outside {
  /** Where a request that leaves AWS lands. Rejects with `ENOTFOUND` or `ECONNREFUSED` as a connection would. */
  http(request: HttpRequest): Promise<HttpResponse>;
  /** Adds a host by name (or by ending, `.example.com`). */
  host(name: string, answer: Host): void;
  /** Makes a domain name lead to a load balancer, as an alias record would. */
  site(domain: string, loadBalancer: string): void;
  /** Puts an outage or rate limit in front of a host; answers how to end it. */
  outage(outage: Outage): () => void;
  readonly slack: Slack;
  readonly mail: MailBoxes;
  readonly registry: OciRegistries;
  /** Someone pushed to a registry that sends no events; answers the digest. */
  push(push: OutsidePush): string;
  /** The image a tag or digest names now; image as `ghcr.io/owner/name`. */
  find(image: string, reference: string): OutsideImage | undefined;
}

/** A visitor's way to a load balancer, by its own name or by the domain that leads to it. */
const throughLoadBalancer =
  (world: World, loadBalancer?: string): Host =>
  async ({ method, url, headers, body }) => {
    const tls = url.protocol === 'https:';
    const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
    const visit = {
      host: url.host,
      path: url.pathname,
      query: url.search.slice(1),
      method,
      headers,
      body,
      tls,
      port,
      ...(loadBalancer === undefined ? {} : { loadBalancer }),
    };
    const { status, headers: answered, body: content } = await world.services.elb.request(visit);
    return { status, headers: answered, body: content };
  };

export const makeOutside = (world: World): Outside => {
  const internet = makeInternet(world);
  const registry = makeRegistries(world, internet);
  internet.host('.elb.amazonaws.com', throughLoadBalancer(world));
  internet.host('.on.aws', ({ method, url, headers, body }) => world.services.lambda.visit({ method, url: url.href, headers, body }));
  return {
    http: internet.request,
    host: internet.host,
    site: (domain, loadBalancer) => internet.host(domain, throughLoadBalancer(world, loadBalancer)),
    outage: internet.outage,
    slack: makeSlack(world, internet),
    mail: makeMailBoxes(world),
    registry,
    push: registry.push,
    find: (image, reference) => {
      const trouble = internet.outageOf(image.split('/')[0]!);
      return trouble === undefined || trouble.answer === 'lost' ? registry.find(image, reference) : undefined;
    },
  };
};
