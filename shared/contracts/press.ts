// What Slack sends when a person presses a button or types a command, as a function URL hands it over (aws-facts H2, H3).
import * as v from 'valibot';
import type { Order, Verb } from '../domain/order.ts';
import { readCommand } from '../domain/order.ts';

/** A request to a function URL, payload format 2.0; header names are lower case. */
export const UrlRequest = v.object({
  headers: v.record(v.string(), v.optional(v.string())),
  body: v.optional(v.string(), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
});
export type UrlRequest = v.InferOutput<typeof UrlRequest>;

export interface UrlAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The body as its signature was made over. */
export const rawBody = (request: UrlRequest): string => {
  if (!request.isBase64Encoded) return request.body;
  const bytes = Uint8Array.from(atob(request.body), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
};

const verbs: readonly Verb[] = ['acknowledge', 'mute', 'rollback', 'keep-awake', 'wake', 'sleep-now', 'approve', 'reject'];

const Pressed = v.object({
  type: v.literal('block_actions'),
  user: v.object({ id: v.string(), username: v.optional(v.string()), name: v.optional(v.string()) }),
  response_url: v.optional(v.string()),
  container: v.optional(v.object({ message_ts: v.optional(v.string()) })),
  actions: v.pipe(
    v.array(v.object({ action_id: v.string(), block_id: v.optional(v.string(), ''), value: v.optional(v.string(), '') })),
    v.minLength(1),
  ),
});

const Command = v.object({
  user_id: v.string(),
  user_name: v.optional(v.string(), 'somebody'),
  text: v.optional(v.string(), ''),
  command: v.string(),
});

/** What was asked, where from, and which notice's thread it belongs to. */
export type Asked =
  | { readonly from: 'button' | 'command'; readonly order: Order; readonly thread: string | null; readonly answerTo: string | null }
  | { readonly from: 'command'; readonly refused: string };

/** Reads the form Slack posts; null when it is neither a button nor a command of ours. `id` names this very request. */
export const askedOf = (body: string, id: string): Asked | null => {
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  return payload === null ? commandOf(Object.fromEntries(form), id) : pressOf(payload, id);
};

const pressOf = (payload: string, id: string): Asked | null => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Pressed), payload);
  const [action] = parsed.success ? parsed.output.actions : [];
  if (!parsed.success || action === undefined) return null;
  const verb = verbs.find((known) => action.action_id === known || action.action_id.startsWith(`${known}:`));
  if (verb === undefined) return null;
  const { user, response_url } = parsed.output;
  const thread = /^dayshift:(.+)$/.exec(action.block_id)?.[1] ?? null;
  const by = { id: user.id, name: user.username ?? user.name ?? user.id };
  return { from: 'button', order: { verb, subject: action.value, minutes: null, by, id }, thread, answerTo: response_url ?? null };
};

const commandOf = (form: Readonly<Record<string, string>>, id: string): Asked | null => {
  const parsed = v.safeParse(Command, form);
  if (!parsed.success) return null;
  const read = readCommand(parsed.output.text);
  if ('refused' in read) return { from: 'command', refused: read.refused };
  return {
    from: 'command',
    order: { ...read, by: { id: parsed.output.user_id, name: parsed.output.user_name }, id },
    thread: null,
    answerTo: null,
  };
};
