// A Slack workspace: incoming webhooks, apps with bot tokens, messages that can be edited and threaded, files, and people who press buttons.
import { createHash } from 'node:crypto';
import type { World } from '../world.ts';
import { json, respond, type HttpRequest, type HttpResponse, type Internet, type Received } from './http.ts';
import { refusalOf, type SlackPayload } from './slack-limits.ts';
import { webApi } from './slack-api.ts';
import { pressButton, typeCommand } from './slack-people.ts';

export interface SlackMessage {
  /** Slack's message id and time, e.g. `1795417200.000100`. */
  readonly ts: string;
  readonly at: number;
  readonly channel: string;
  /** The webhook or app that posted it. */
  readonly by: string;
  readonly threadTs: string | undefined;
  text: string;
  blocks: readonly unknown[];
  attachments: readonly unknown[];
  /** How often it was edited. */
  edits: number;
  deleted: boolean;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  channel: string | undefined;
  threadTs: string | undefined;
  title: string | undefined;
}

export interface SlackApp {
  readonly name: string;
  readonly token: string;
  readonly signingSecret: string;
  /** Channel id the app may post to. */
  readonly channel: string;
}

export interface Slack {
  /** Makes (once) an incoming webhook of that name and answers its URL. */
  webhook(name: string): string;
  /** Makes (once) an app with a bot token, installed in one channel. */
  app(name: string): SlackApp;
  readonly messages: readonly SlackMessage[];
  readonly files: readonly SlackFile[];
  /** The request Slack sends to an app's interactivity URL when a person presses a button: send it with `outside.http` or as a visitor. */
  press(app: SlackApp, ts: string, actionId: string, user: string, url: string): HttpRequest;
  /** The request Slack sends when a person types a slash command, e.g. `/ops` with the text `wake`. */
  type(app: SlackApp, command: string, text: string, user: string, url: string): HttpRequest;
  /** Makes a user group of these user ids. */
  group(id: string, users: readonly string[]): void;
  /** Every post and API call fails until then (virtual ms), with that status (default 503). */
  outage(until: number, status?: number): void;
}

/** What the workspace holds; shared by webhooks, the Web API and response URLs. */
export interface Workspace {
  readonly messages: SlackMessage[];
  readonly files: SlackFile[];
  readonly webhooks: Map<string, { readonly name: string; readonly channel: string }>;
  readonly apps: Map<string, SlackApp>;
  readonly responseUrls: Map<string, { readonly until: number; uses: number; readonly channel: string }>;
  readonly uploads: Map<string, SlackFile>;
  /** User groups: id to the ids of their members. */
  readonly groups: Map<string, readonly string[]>;
  /** Instant of the last post per webhook or channel: about one a second is allowed. */
  readonly lastPost: Map<string, number>;
  /** Stores a message and says so in the trail. */
  post(channel: string, by: string, payload: SlackPayload & { readonly thread_ts?: string }): SlackMessage;
  edited(message: SlackMessage, payload: SlackPayload): void;
  /** Undefined when the post is within the limit, else the 429. */
  limited(key: string): HttpResponse | undefined;
}

/** Identifiers as Slack makes them, the same for the same name. */
export const identifier = (text: string, digits: number): string =>
  createHash('sha256').update(text).digest('hex').toUpperCase().slice(0, digits);

const makeWorkspace = (world: World): Workspace => {
  const messages: SlackMessage[] = [];
  const lastPost = new Map<string, number>();
  let counter = 0;
  return {
    messages,
    files: [],
    webhooks: new Map(),
    apps: new Map(),
    responseUrls: new Map(),
    uploads: new Map(),
    groups: new Map(),
    lastPost,
    post: (channel, by, payload) => {
      counter += 1;
      const message: SlackMessage = {
        ts: `${Math.floor(world.clock.now / 1000)}.${String(counter).padStart(6, '0')}`,
        at: world.clock.now,
        channel,
        by,
        threadTs: payload.thread_ts,
        text: payload.text ?? '',
        blocks: payload.blocks ?? [],
        attachments: payload.attachments ?? [],
        edits: 0,
        deleted: false,
      };
      messages.push(message);
      world.trail.add({ kind: 'message', who: 'slack', what: `${channel}: ${message.text.split('\n')[0]}`, detail: { ...message } });
      return message;
    },
    edited: (message, payload) => {
      message.text = payload.text ?? message.text;
      message.blocks = payload.blocks ?? (payload.text === undefined ? message.blocks : []);
      message.attachments = payload.attachments ?? message.attachments;
      message.edits += 1;
      world.trail.add({
        kind: 'message',
        who: 'slack',
        what: `${message.channel} (edited): ${message.text.split('\n')[0]}`,
        detail: { ...message },
      });
    },
    limited: (key) => {
      const last = lastPost.get(key);
      const now = world.clock.now;
      if (last !== undefined && now - last < 1000) {
        world.trail.add({ kind: 'fault', who: 'slack', what: `${key} rate limited` });
        return respond(429, 'rate_limited', { 'retry-after': '1' });
      }
      lastPost.set(key, now);
      return undefined;
    },
  };
};

/** Form field `payload` or JSON body; undefined when neither can be read. */
export const payloadOf = (request: Received): Record<string, any> | undefined => {
  try {
    if (!request.body.startsWith('{') && request.body.startsWith('payload='))
      return JSON.parse(new URLSearchParams(request.body).get('payload') ?? '');
    return JSON.parse(request.body);
  } catch {
    return undefined;
  }
};

const webhookPost = (workspace: Workspace, request: Received): HttpResponse => {
  const webhook = workspace.webhooks.get(request.url.pathname);
  if (webhook === undefined) return respond(404, 'no_service');
  if (request.method !== 'POST') return respond(400, 'invalid_payload');
  const limited = workspace.limited(request.url.pathname);
  if (limited !== undefined) return limited;
  const payload = payloadOf(request);
  if (payload === undefined) return respond(400, 'invalid_payload');
  const refusal = refusalOf(payload);
  if (refusal !== undefined) return respond(400, refusal === 'msg_blocks_too_long' ? 'invalid_blocks' : refusal);
  workspace.post(webhook.channel, webhook.name, payload);
  return respond(200, 'ok');
};

/** A response URL takes five posts within thirty minutes (H3). */
const responsePost = (world: World, workspace: Workspace, request: Received): HttpResponse => {
  const target = workspace.responseUrls.get(request.url.pathname);
  if (target === undefined || world.clock.now > target.until || target.uses >= 5) return json(404, { ok: false, error: 'expired_url' });
  target.uses += 1;
  const payload = payloadOf(request);
  const refusal = payload === undefined ? 'invalid_payload' : refusalOf(payload);
  if (refusal !== undefined) return json(400, { ok: false, error: refusal });
  workspace.post(target.channel, 'response_url', payload!);
  return json(200, { ok: true });
};

export const makeSlack = (world: World, internet: Internet): Slack => {
  const workspace = makeWorkspace(world);
  internet.host('hooks.slack.com', (request) =>
    request.url.pathname.startsWith('/actions/') ? responsePost(world, workspace, request) : webhookPost(workspace, request),
  );
  internet.host('slack.com', webApi(workspace, identifier));
  internet.host('files.slack.com', webApi(workspace, identifier));
  return {
    messages: workspace.messages,
    files: workspace.files,
    webhook: (name) => {
      const path = `/services/T${identifier('rehearsal', 8)}/B${identifier(`webhook ${name}`, 8)}/${identifier(`key ${name}`, 24)}`;
      workspace.webhooks.set(path, { name, channel: `#${name}` });
      return `https://hooks.slack.com${path}`;
    },
    app: (name) => {
      const token = `xoxb-${identifier(`token ${name}`, 12)}-${identifier(`bot ${name}`, 24)}`;
      const app = workspace.apps.get(token) ?? {
        name,
        token,
        signingSecret: identifier(`signing ${name}`, 32).toLowerCase(),
        channel: `C${identifier(`channel ${name}`, 10)}`,
      };
      workspace.apps.set(token, app);
      return app;
    },
    press: (app, ts, actionId, user, url) => pressButton(world, workspace, app, { ts, actionId, user, url }),
    type: (app, command, text, user, url) => typeCommand(world, workspace, app, { command, text, user, url }),
    group: (id, users) => void workspace.groups.set(id, users),
    outage: (until, status = 503) => {
      for (const host of ['hooks.slack.com', 'slack.com', 'files.slack.com']) internet.outage({ host, until, answer: status });
    },
  };
};
