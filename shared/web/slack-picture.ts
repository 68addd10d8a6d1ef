// Puts a picture below a message: Slack takes an upload in three steps (aws-facts H4).
import { slackUpload, slackReply } from '../contracts/notices.ts';
import { webRequest, type WebAnswer, type WebHost } from './request.ts';

export interface PicturePlace {
  readonly token: string;
  readonly channel: string;
  readonly message: string;
}

/** Uploads the PNG into the message's thread. Throws an error named `SlackUpload` with Slack's word when a step is refused. */
export const uploadPicture = async (
  host: WebHost,
  { token, channel, message }: PicturePlace,
  title: string,
  png: Uint8Array,
): Promise<void> => {
  const authorization = `Bearer ${token}`;
  const form = new URLSearchParams({ filename: 'graph.png', length: String(png.length) }).toString();
  const asked = await webRequest(host, {
    method: 'POST',
    url: 'https://slack.com/api/files.getUploadURLExternal',
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: form,
  });
  const upload = slackUpload(asked.body);
  if (upload === null) throw refused('getUploadURLExternal', asked);
  const sent = await webRequest(host, { method: 'POST', url: upload.upload_url, headers: { 'content-type': 'image/png' }, body: png });
  if (sent.status !== 200) throw refused('upload', sent);
  const body = JSON.stringify({ files: [{ id: upload.file_id, title }], channel_id: channel, thread_ts: message });
  const completed = await webRequest(host, {
    method: 'POST',
    url: 'https://slack.com/api/files.completeUploadExternal',
    headers: { authorization, 'content-type': 'application/json; charset=utf-8' },
    body,
  });
  if (slackReply(completed.body)?.ok !== true) throw refused('completeUploadExternal', completed);
};

const refused = (step: string, { status, body }: WebAnswer): Error =>
  Object.assign(new Error(`${step}: HTTP ${status} ${body.slice(0, 200)}`), { name: 'SlackUpload' });
