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

export const makeOutside = (world: World): Outside => {
  const internet = makeInternet(world);
  const registry = makeRegistries(world, internet);
  return {
    http: internet.request,
    host: internet.host,
    outage: internet.outage,
    slack: makeSlack(world, internet),
    mail: makeMailBoxes(world),
    registry,
    push: registry.push,
    find: (image, reference) => (internet.outageOf(image.split('/')[0]!) === undefined ? registry.find(image, reference) : undefined),
  };
};
