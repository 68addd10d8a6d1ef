// A Slack workspace: incoming webhooks, apps with bot tokens, messages that can be edited and threaded, files, and people who press buttons.
import { createHash, createHmac } from 'node:crypto';
import type { World } from '../world.ts';
import { json, respond, type HttpRequest, type HttpResponse, type Internet, type Received } from './http.ts';
import { refusalOf, type SlackPayload } from './slack-limits.ts';
import { webApi } from './slack-api.ts';

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
  /** Instant of the last post per webhook or channel: about one a second is allowed. */
  readonly lastPost: Map<string, number>;
  /** Stores a message and says so in the trail. */
  post(channel: string, by: string, payload: SlackPayload & { readonly thread_ts?: string }): SlackMessage;
  edited(message: SlackMessage, payload: SlackPayload): void;
  /** Undefined when the post is within the limit, else the 429. */
  limited(key: string): HttpResponse | undefined;
}

const digest = (text: string, digits: number): string => createHash('sha256').update(text).digest('hex').toUpperCase().slice(0, digits);

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

const press = (world: World, workspace: Workspace, app: SlackApp, ts: string, actionId: string, user: string, url: string): HttpRequest => {
  const message = workspace.messages.find((one) => one.ts === ts);
  const button = (message?.blocks ?? [])
    .flatMap((block: any) =>
      [...(block.elements ?? []), ...(block.accessory === undefined ? [] : [block.accessory])].map((element) => ({ block, element })),
    )
    .find(({ element }) => element.action_id === actionId);
  if (message === undefined || button === undefined) throw new Error(`no button ${actionId} on the message ${ts}`);
  const path = `/actions/T${digest(app.name, 8)}/${digest(`${ts}${actionId}${world.clock.now}`, 12)}`;
  workspace.responseUrls.set(path, { until: world.clock.now + 1_800_000, uses: 0, channel: message.channel });
  const payload = {
    type: 'block_actions',
    user: { id: `U${digest(user, 8)}`, username: user, name: user, team_id: `T${digest(app.name, 8)}` },
    api_app_id: `A${digest(app.name, 8)}`,
    token: 'deprecated',
    container: { type: 'message', message_ts: ts, channel_id: message.channel, is_ephemeral: false },
    trigger_id: `${Math.floor(world.clock.now / 1000)}.0`,
    team: { id: `T${digest(app.name, 8)}`, domain: 'rehearsal' },
    channel: { id: message.channel, name: app.name },
    message: { ts, text: message.text, blocks: message.blocks },
    state: { values: {} },
    response_url: `https://hooks.slack.com${path}`,
    actions: [
      {
        action_id: actionId,
        block_id: button.block.block_id ?? '',
        text: button.element.text,
        value: button.element.value,
        type: 'button',
        action_ts: String(world.clock.now / 1000),
      },
    ],
  };
  return { method: 'POST', url, ...signed(world, app, new URLSearchParams({ payload: JSON.stringify(payload) }).toString()) };
};

/** Headers and body as Slack signs them (H2). */
const signed = (
  world: World,
  app: SlackApp,
  body: string,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } => {
  const timestamp = String(Math.floor(world.clock.now / 1000));
  const signature = createHmac('sha256', app.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    },
    body,
  };
};

export const makeSlack = (world: World, internet: Internet): Slack => {
  const workspace = makeWorkspace(world);
  internet.host('hooks.slack.com', (request) =>
    request.url.pathname.startsWith('/actions/') ? responsePost(world, workspace, request) : webhookPost(workspace, request),
  );
  internet.host('slack.com', webApi(workspace, digest));
  internet.host('files.slack.com', webApi(workspace, digest));
  return {
    messages: workspace.messages,
    files: workspace.files,
    webhook: (name) => {
      const path = `/services/T${digest('rehearsal', 8)}/B${digest(`webhook ${name}`, 8)}/${digest(`key ${name}`, 24)}`;
      workspace.webhooks.set(path, { name, channel: `#${name}` });
      return `https://hooks.slack.com${path}`;
    },
    app: (name) => {
      const token = `xoxb-${digest(`token ${name}`, 12)}-${digest(`bot ${name}`, 24)}`;
      const app = workspace.apps.get(token) ?? {
        name,
        token,
        signingSecret: digest(`signing ${name}`, 32).toLowerCase(),
        channel: `C${digest(`channel ${name}`, 10)}`,
      };
      workspace.apps.set(token, app);
      return app;
    },
    press: (app, ts, actionId, user, url) => press(world, workspace, app, ts, actionId, user, url),
    outage: (until, status = 503) => {
      for (const host of ['hooks.slack.com', 'slack.com', 'files.slack.com']) internet.outage({ host, until, answer: status });
    },
  };
};
