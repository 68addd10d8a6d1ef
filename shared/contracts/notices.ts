// What crosses the border of the notice roads: the queue's batches, the roads' secrets, and the notice as machines read it.
import * as v from 'valibot';
import type { Letter } from '../domain/delivery.ts';
import type { Notice } from '../domain/notice.ts';

const ButtonAction = v.picklist(['acknowledge', 'mute', 'rollback', 'keep-awake', 'wake', 'sleep-now', 'approve', 'reject']);

/** A notice as it arrives from the topic; unknown fields are kept out, older versions are refused. */
export const NoticeSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  platform: v.string(),
  stage: v.string(),
  story: v.picklist(['redeploy', 'sleep', 'wake', 'alarm', 'operator']),
  severity: v.picklist(['page', 'channel', 'digest']),
  tone: v.picklist(['good', 'bad', 'warning', 'neutral']),
  title: v.string(),
  summary: v.string(),
  facts: v.array(v.object({ label: v.string(), value: v.string() })),
  excerpts: v.array(v.object({ title: v.string(), lines: v.array(v.string()) })),
  links: v.array(v.object({ text: v.string(), url: v.string() })),
  nextSteps: v.array(v.string()),
  thread: v.string(),
  place: v.optional(v.picklist(['update', 'close'])),
  follows: v.optional(v.string()),
  picture: v.optional(v.object({ title: v.string(), widget: v.string() })),
  digest: v.optional(v.literal(true)),
  mention: v.optional(v.literal(true)),
  avoids: v.optional(v.picklist(['slack', 'email', 'webhook'])),
  buttons: v.optional(
    v.array(
      v.object({
        action: ButtonAction,
        text: v.string(),
        subject: v.string(),
        style: v.picklist(['primary', 'danger', 'default']),
      }),
    ),
  ),
  pressed: v.optional(v.object({ action: ButtonAction, subject: v.string(), line: v.string(), until: v.nullable(v.string()) })),
  at: v.pipe(v.string(), v.isoTimestamp()),
});

/** What Lambda hands a door from a queue. */
export const QueueBatch = v.object({
  Records: v.array(v.object({ messageId: v.string(), receiptHandle: v.string(), body: v.string() })),
});

export type QueueBatch = v.InferOutput<typeof QueueBatch>;

/** What the door answers: the messages that stay in the queue (`ReportBatchItemFailures`). */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const SlackSecretSchema = v.union([
  v.object({ token: v.pipe(v.string(), v.startsWith('xoxb-')), channel: v.pipe(v.string(), v.nonEmpty()) }),
  v.object({ webhook: v.pipe(v.string(), v.url(), v.startsWith('https://')) }),
]);

/** The Slack secret: an app's bot token with its channel, or an incoming webhook; a token wins when both are there. */
export type SlackSecret = v.InferOutput<typeof SlackSecretSchema>;

/** Reads the secret's text; null when it is missing or holds neither. */
export const slackSecret = (text: string | null): SlackSecret | null => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SlackSecretSchema), text);
  return parsed.success ? parsed.output : null;
};

const SigningSecret = v.object({ signingSecret: v.pipe(v.string(), v.nonEmpty()) });

/** The signing secret of the Slack app; null when there is none, and then no request is genuine. */
export const slackSigningSecret = (text: string | null): string | null => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SigningSecret), text);
  return parsed.success ? parsed.output.signingSecret : null;
};

const WebhookSecret = v.object({
  url: v.pipe(v.string(), v.url(), v.startsWith('https://')),
  signingSecret: v.pipe(v.string(), v.nonEmpty()),
});

/** The generic webhook's address and key; null when the secret holds neither. */
export const webhookSecret = (text: string | null): v.InferOutput<typeof WebhookSecret> | null => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), WebhookSecret), text);
  return parsed.success ? parsed.output : null;
};

const SlackUpload = v.object({
  ok: v.literal(true),
  upload_url: v.pipe(v.string(), v.startsWith('https://files.slack.com/')),
  file_id: v.string(),
});

/** Where Slack wants a file's bytes; null when it refused. */
export const slackUpload = (text: string): v.InferOutput<typeof SlackUpload> | null => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SlackUpload), text);
  return parsed.success ? parsed.output : null;
};

const SlackReply = v.object({
  ok: v.boolean(),
  error: v.optional(v.string()),
  channel: v.optional(v.string()),
  ts: v.optional(v.string()),
});

/** Reads an answer of Slack's Web API; null when it is none (a webhook answers with plain text). */
export const slackReply = (text: string): v.InferOutput<typeof SlackReply> | null => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SlackReply), text);
  return parsed.success ? parsed.output : null;
};

const SlackMembers = v.object({ ok: v.literal(true), users: v.array(v.string()) });

/** Members of a user group as Slack lists them; nobody when it refused. */
export const slackMembers = (text: string): readonly string[] => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SlackMembers), text);
  return parsed.success ? parsed.output.users : [];
};

/** Environment of a road's door: URLs of its queue and of its parking place. */
export const roadEnvironment = { queue: 'ROAD_QUEUE', parked: 'PARKED_QUEUE' } as const;

/** Reads one queued message; a body that is no notice keeps its text and has `notice: null`. */
export const letterOf = (record: v.InferOutput<typeof QueueBatch>['Records'][number]): Letter => ({
  messageId: record.messageId,
  receipt: record.receiptHandle,
  body: record.body,
  notice: noticeOf(record.body),
});

const noticeOf = (body: string): Notice | null => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), NoticeSchema), body);
  return parsed.success ? (parsed.output as Notice) : null;
};
