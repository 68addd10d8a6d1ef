// Slack's Web API as far as notices need it: post, update, files, reactions of the API to bad tokens and limits.
import { json, respond, type HttpResponse, type Received } from './http.ts';
import { refusalOf } from './slack-limits.ts';
import { payloadOf, type SlackApp, type SlackFile, type SlackMessage, type Workspace } from './slack.ts';

type Arguments = Record<string, any>;
type Method = (workspace: Workspace, app: SlackApp, input: Arguments) => HttpResponse;

const ok = (more: object = {}): HttpResponse => json(200, { ok: true, ...more });
const error = (name: string): HttpResponse => json(200, { ok: false, error: name });

const argumentsOf = (request: Received): Arguments => {
  if (request.headers['content-type']?.startsWith('application/json') === true) return payloadOf(request) ?? {};
  const form = new URLSearchParams(request.method === 'GET' ? request.url.search : request.body);
  return Object.fromEntries([...form].map(([name, value]) => [name, /^[[{]/.test(value) ? JSON.parse(value) : value]));
};

const messageView = (message: SlackMessage) => ({
  ts: message.ts,
  text: message.text,
  blocks: message.blocks,
  ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
});

const post: Method = (workspace, app, input) => {
  if (input.channel !== app.channel) return error(input.channel === undefined ? 'invalid_arguments' : 'channel_not_found');
  const limited = workspace.limited(input.channel);
  if (limited !== undefined)
    return json(429, { ok: false, error: 'ratelimited' }, { 'retry-after': limited.headers['retry-after'] ?? '1' });
  const refusal = refusalOf(input);
  if (refusal !== undefined) return error(refusal);
  const message = workspace.post(input.channel, app.name, input);
  return ok({ channel: message.channel, ts: message.ts, message: messageView(message) });
};

const update: Method = (workspace, app, input) => {
  const message = workspace.messages.find((one) => one.ts === input.ts && one.channel === input.channel && !one.deleted);
  if (message === undefined) return error('message_not_found');
  if (message.by !== app.name) return error('cant_update_message');
  const refusal = refusalOf(input);
  if (refusal !== undefined) return error(refusal);
  workspace.edited(message, input);
  return ok({ channel: message.channel, ts: message.ts, text: message.text });
};

const remove: Method = (workspace, app, input) => {
  const message = workspace.messages.find((one) => one.ts === input.ts && one.channel === input.channel && !one.deleted);
  if (message === undefined || message.by !== app.name) return error('message_not_found');
  message.deleted = true;
  return ok({ channel: message.channel, ts: message.ts });
};

const groupMembers: Method = (workspace, _, input) => {
  const users = workspace.groups.get(input.usergroup);
  return users === undefined ? error('no_such_subteam') : ok({ users });
};

const uploadUrl =
  (digest: (text: string, digits: number) => string): Method =>
  (workspace, _, input) => {
    if (typeof input.filename !== 'string' || Number(input.length) <= 0) return error('invalid_arguments');
    const id = `F${digest(`file ${workspace.uploads.size} ${input.filename}`, 10)}`;
    workspace.uploads.set(id, {
      id,
      name: input.filename,
      bytes: new Uint8Array(),
      channel: undefined,
      threadTs: undefined,
      title: undefined,
    });
    return ok({ upload_url: `https://files.slack.com/upload/v1/${id}`, file_id: id });
  };

const completeUpload: Method = (workspace, app, input) => {
  const files = (input.files ?? []).map(({ id, title }: { id: string; title?: string }) => ({ file: workspace.uploads.get(id), title }));
  if (files.length === 0 || files.some(({ file }: { file?: SlackFile }) => file === undefined || file.bytes.length === 0))
    return error('file_not_found');
  if (input.channel_id !== undefined && input.channel_id !== app.channel) return error('channel_not_found');
  for (const { file, title } of files) {
    Object.assign(file, { title, channel: input.channel_id, threadTs: input.thread_ts });
    workspace.files.push(file);
    workspace.uploads.delete(file.id);
  }
  return ok({ files: files.map(({ file }: { file: SlackFile }) => ({ id: file.id, title: file.title })) });
};

/** The POST of the bytes to an upload URL. */
const upload = (workspace: Workspace, request: Received): HttpResponse => {
  const id = request.url.pathname.split('/').at(-1)!;
  const file = workspace.uploads.get(id);
  if (file === undefined) return respond(404, 'not found');
  workspace.uploads.set(id, { ...file, bytes: request.bytes });
  return respond(200, `OK - ${request.bytes.length}`);
};

/** Answers slack.com/api/METHOD and upload URLs. Methods that are not simulated answer Slack's own `unknown_method`. */
export const webApi = (workspace: Workspace, digest: (text: string, digits: number) => string) => {
  const methods: Readonly<Record<string, Method>> = {
    'auth.test': (_, app) => ok({ user: app.name, team: 'rehearsal' }),
    'chat.postMessage': post,
    'chat.update': update,
    'chat.delete': remove,
    'usergroups.users.list': groupMembers,
    'files.getUploadURLExternal': uploadUrl(digest),
    'files.completeUploadExternal': completeUpload,
  };
  return (request: Received): HttpResponse => {
    if (request.url.pathname.startsWith('/upload/')) return upload(workspace, request);
    const method = methods[request.url.pathname.replace('/api/', '')];
    if (method === undefined) return error('unknown_method');
    const input = argumentsOf(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? input.token;
    if (token === undefined) return error('not_authed');
    const app = workspace.apps.get(token);
    return app === undefined ? error('invalid_auth') : method(workspace, app, input);
  };
};
