// People in Slack: pressing a button or typing a command becomes a signed request to the app's URL (aws-facts H2, H3).
import { createHmac } from 'node:crypto';
import type { World } from '../world.ts';
import type { HttpRequest } from './http.ts';
import { identifier, type SlackApp, type SlackMessage, type Workspace } from './slack.ts';

interface Button {
  readonly action_id: string;
  readonly value?: string;
  readonly text: unknown;
}
interface ButtonBlock {
  readonly block_id?: string;
  readonly elements?: readonly Button[];
  readonly accessory?: Button;
}

const teamOf = (app: SlackApp): string => `T${identifier(app.name, 8)}`;
/** A person is called by name or by Slack's own id. */
export const userId = (user: string): string => (/^[UW][A-Z0-9]{8,}$/.test(user) ? user : `U${identifier(user, 8)}`);

/** A response URL: five posts within thirty minutes. */
const responseUrl = (world: World, workspace: Workspace, app: SlackApp, cause: string): string => {
  const path = `/actions/${teamOf(app)}/${identifier(`${cause} ${world.clock.now}`, 12)}`;
  workspace.responseUrls.set(path, { until: world.clock.now + 1_800_000, uses: 0, channel: app.channel });
  return `https://hooks.slack.com${path}`;
};

/** The people day files speak of keep their names when they are called by id. */
const named: readonly string[] = ['mara', 'eve'];
export const nameOf = (user: string): string => named.find((name) => userId(name) === user) ?? user;

/** Headers and body as Slack signs them. */
const signed = (world: World, app: SlackApp, url: string, form: Readonly<Record<string, string>>): HttpRequest => {
  const body = new URLSearchParams(form).toString();
  const timestamp = String(Math.floor(world.clock.now / 1000));
  const signature = createHmac('sha256', app.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
  };
  return { method: 'POST', url, headers, body };
};

const findButton = (message: SlackMessage, actionId: string): { readonly block: ButtonBlock; readonly button: Button } | undefined => {
  for (const block of message.blocks as readonly ButtonBlock[]) {
    const buttons = [...(block.elements ?? []), ...(block.accessory === undefined ? [] : [block.accessory])];
    const button = buttons.find((one) => one.action_id === actionId);
    if (button !== undefined) return { block, button };
  }
  return undefined;
};

interface Press {
  readonly ts: string;
  readonly actionId: string;
  readonly user: string;
  readonly url: string;
}

/** The request of a pressed button; throws when the message has no such button. */
export const pressButton = (world: World, workspace: Workspace, app: SlackApp, { ts, actionId, user, url }: Press): HttpRequest => {
  const message = workspace.messages.find((one) => one.ts === ts);
  const found = message === undefined ? undefined : findButton(message, actionId);
  if (message === undefined || found === undefined) throw new Error(`no button ${actionId} on the message ${ts}`);
  const { block, button } = found;
  const payload = {
    type: 'block_actions',
    user: { id: userId(user), username: nameOf(user), name: nameOf(user), team_id: teamOf(app) },
    api_app_id: `A${identifier(app.name, 8)}`,
    token: 'deprecated',
    container: { type: 'message', message_ts: ts, channel_id: message.channel, is_ephemeral: false },
    trigger_id: `${Math.floor(world.clock.now / 1000)}.0`,
    team: { id: teamOf(app), domain: 'rehearsal' },
    channel: { id: message.channel, name: app.name },
    message: { ts, text: message.text, blocks: message.blocks },
    state: { values: {} },
    response_url: responseUrl(world, workspace, app, `${ts} ${actionId}`),
    actions: [
      {
        action_id: actionId,
        block_id: block.block_id ?? '',
        text: button.text,
        value: button.value,
        type: 'button',
        action_ts: String(world.clock.now / 1000),
      },
    ],
  };
  return signed(world, app, url, { payload: JSON.stringify(payload) });
};

interface Typed {
  readonly command: string;
  readonly text: string;
  readonly user: string;
  readonly url: string;
}

/** The request of a typed slash command. */
export const typeCommand = (world: World, workspace: Workspace, app: SlackApp, { command, text, user, url }: Typed): HttpRequest =>
  signed(world, app, url, {
    token: 'deprecated',
    team_id: teamOf(app),
    team_domain: 'rehearsal',
    channel_id: app.channel,
    channel_name: app.name,
    user_id: userId(user),
    user_name: nameOf(user),
    command,
    text,
    api_app_id: `A${identifier(app.name, 8)}`,
    is_enterprise_install: 'false',
    response_url: responseUrl(world, workspace, app, command),
    trigger_id: `${Math.floor(world.clock.now / 1000)}.1`,
  });
