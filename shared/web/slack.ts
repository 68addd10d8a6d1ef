// Posts notices to Slack, by incoming webhook or as an app with a bot token, and says what Slack's answer means (aws-facts H1).
import { slackReply, slackSecret, type SlackSecret } from '../contracts/notices.ts';
import type { Answer } from '../domain/delivery.ts';
import type { Notice } from '../domain/notice.ts';
import { slackMessage, type SlackMessage } from '../domain/render-slack.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Chat, Pictures, Secrets } from '../ports.ts';
import { uploadPicture } from './slack-picture.ts';
import { noAnswer, webRequest, type WebAnswer, type WebHost } from './request.ts';

export interface SlackSettings {
  readonly secret: string;
  readonly timeZone: string;
}

/** Errors that concern this one message; Slack says the same in 400 bodies and in `error` fields. */
const unreadable = new Set([
  'invalid_payload',
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'invalid_arguments',
  'invalid_attachments',
]);
/** Errors that pass by themselves. */
const passing = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org', 'rollup_error']);
/** The message to edit is gone or too old: a new one is posted instead. */
const uneditable = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found']);

/** The platform's Slack road, for a door's needs; the adapter that reads secrets is handed in, because rooms beside AWS know no SDK. */
export const slackRoad =
  <S, P>(secretsOf: (host: S) => Secrets, picturesOf: (host: P) => Pictures) =>
  (host: S & P & WebHost & { readonly manifest: Manifest }): Chat =>
    slack(host, secretsOf(host), picturesOf(host), {
      secret: host.manifest.notices.slack?.secret ?? '',
      timeZone: host.manifest.hours?.timeZone ?? 'UTC',
    });

/** Slack as a road. The secret is read for each delivery (and kept a few minutes), so that a repaired one works without a deployment. */
export const slack = (host: WebHost, secrets: Secrets, pictures: Pictures, settings: SlackSettings): Chat => {
  const secretNow = async (): Promise<SlackSecret | null> => slackSecret(await secrets.read(settings.secret));
  return {
    edits: async () => {
      const secret = await secretNow();
      return secret !== null && 'token' in secret;
    },
    illustrate: async (notice, place) => {
      const secret = await secretNow();
      if (secret === null || !('token' in secret) || notice.picture === undefined) return;
      const { title, widget } = notice.picture;
      // The words have arrived; a picture that does not come is not worth sending them twice.
      await Promise.allSettled([pictures.draw(widget).then((png) => uploadPicture(host, { token: secret.token, ...place }, title, png))]);
    },
    post: async (notice, known) => {
      const secret = await secretNow();
      if (secret === null) return refusedBySecret(secrets, settings.secret);
      const answer =
        'token' in secret ? await asApp(host, secret, notice, known, settings) : await byWebhook(host, secret.webhook, notice, settings);
      if (answer.kind === 'refused') secrets.forget(settings.secret);
      return answer;
    },
  };
};

const refusedBySecret = (secrets: Secrets, name: string): Answer => {
  secrets.forget(name);
  return { kind: 'refused', why: `the secret ${name} holds neither a webhook nor a token (xoxb-…) with a channel` };
};

const byWebhook = async (host: WebHost, webhook: string, notice: Notice, settings: SlackSettings): Promise<Answer> => {
  const message = slackMessage(notice, { buttons: false, timeZone: settings.timeZone });
  const send = (body: object): Promise<Answer> =>
    call(host, webhook, {}, body, ({ body: text }) => (text.trim() === 'ok' ? null : text.trim()));
  return plainIfUnreadable(message, send);
};

/** Slack counts a message it cannot read, too, and takes one a second (aws-facts H1). */
const A_SECOND = 1_000;

/** A message whose blocks Slack cannot read is still worth its words. */
const plainIfUnreadable = async (message: SlackMessage, send: (body: object) => Promise<Answer>): Promise<Answer> => {
  const answer = await send(message);
  if (answer.kind !== 'unreadable') return answer;
  await new Promise((resolve) => setTimeout(resolve, A_SECOND));
  return send({ text: message.text });
};

interface KnownMessage {
  readonly channel: string;
  readonly message: string;
}

/** Edits in place when the thread has a message; a closing notice is also said once below it, because edits notify nobody. */
const asApp = async (
  host: WebHost,
  secret: { readonly token: string; readonly channel: string },
  notice: Notice,
  known: KnownMessage | null,
  settings: SlackSettings,
): Promise<Answer> => {
  const message = slackMessage(notice, { buttons: true, timeZone: settings.timeZone });
  const send = (method: string, body: object): Promise<Answer> =>
    call(host, `https://slack.com/api/${method}`, { authorization: `Bearer ${secret.token}` }, body, ({ body: text }) => errorOf(text));
  const fresh = (extra: object): Promise<Answer> =>
    plainIfUnreadable(message, (body) => send('chat.postMessage', { channel: secret.channel, ...body, ...extra }));
  if (known === null) return fresh({});
  if (notice.place === undefined) return fresh({ thread_ts: known.message, reply_broadcast: notice.severity === 'page' });
  const edited = await plainIfUnreadable(message, (body) => send('chat.update', { channel: known.channel, ts: known.message, ...body }));
  if (edited.kind === 'refused' && uneditable.has(edited.why)) return fresh({});
  if (edited.kind !== 'accepted' || notice.place === 'update') return edited;
  const said = await send('chat.postMessage', { channel: known.channel, thread_ts: known.message, text: message.text });
  return said.kind === 'accepted' ? { kind: 'accepted', channel: known.channel, message: known.message } : said;
};

const errorOf = (text: string): string | null => {
  const reply = slackReply(text);
  if (reply === null) return 'fatal_error';
  return reply.ok ? null : (reply.error ?? 'unknown_error');
};

const call = async (
  host: WebHost,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: object,
  judge: (answer: WebAnswer) => string | null,
): Promise<Answer> => {
  const question = {
    method: 'POST' as const,
    url,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
  const [answer] = await Promise.allSettled([webRequest(host, question)]);
  if (answer.status === 'rejected') return noAnswer(answer.reason as Error);
  return meaning(answer.value, judge);
};

const meaning = (answer: WebAnswer, judge: (answer: WebAnswer) => string | null): Answer => {
  if (answer.status === 429) return { kind: 'slow-down', seconds: Math.max(1, Number(answer.headers['retry-after'] ?? '30') || 30) };
  if (answer.status >= 500) return { kind: 'unavailable', why: `HTTP ${answer.status}` };
  const error = judge(answer);
  if (error === null && answer.status === 200) return { kind: 'accepted', ...placeOf(answer.body) };
  const why = error === null || error === '' ? `HTTP ${answer.status}` : error.slice(0, 200);
  if (why === 'ratelimited') return { kind: 'slow-down', seconds: 30 };
  if (passing.has(why)) return { kind: 'unavailable', why };
  return { kind: unreadable.has(why) ? 'unreadable' : 'refused', why };
};

const placeOf = (body: string): { readonly channel: string | null; readonly message: string | null } => {
  const reply = slackReply(body);
  return { channel: reply?.channel ?? null, message: reply?.ts ?? null };
};
