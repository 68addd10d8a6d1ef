// Real mail through Amazon SES as a road: text and HTML in one message to everybody, with the graph in it (N1).
import { SESv2Client, SendEmailCommand, type Attachment } from '@aws-sdk/client-sesv2';
import { mailConfigurationSet, mailIdentity, mailRefusal } from '../domain/mail-road.ts';
import { emailHtml } from '../domain/render-email-html.ts';
import { emailSubject, emailText } from '../domain/render-email.ts';
import { noticeKey, type Notice } from '../domain/notice.ts';
import type { Chat, Pictures } from '../ports.ts';
import { client, required } from './clients.ts';
import { nameOf } from './failure.ts';
import { timeZoneOf, type NoticesHost } from './notices.ts';

const CONTENT_ID = 'graph';

/** The platform's mail: one message to all, which the platform file keeps to fifty. A graph that cannot be drawn keeps no mail back. */
export const mailRoad =
  (picturesOf: (host: NoticesHost) => Pictures) =>
  (host: NoticesHost): Chat => {
    const { manifest } = host;
    const pictures = picturesOf(host);
    const sender = manifest.notices.mail ?? null;
    return {
      edits: async () => false,
      illustrate: async () => undefined,
      post: async (notice) => {
        if (sender === null) return { kind: 'refused', why: 'the platform file names no sender (notices.mail)' };
        const graph = await drawn(notice, pictures);
        const command = new SendEmailCommand({
          FromEmailAddress: `${manifest.title} ${manifest.stage} <${sender.from}>`.replaceAll(/[^\x20-\x7e]/g, ''),
          FromEmailAddressIdentityArn: `${required(host.environment, 'MAIL_IDENTITIES')}/${mailIdentity(sender)}`,
          Destination: { ToAddresses: [...manifest.notices.emails] },
          ConfigurationSetName: mailConfigurationSet(manifest.id),
          Content: { Simple: contentOf(notice, timeZoneOf(manifest), graph) },
        });
        const [answer] = await Promise.allSettled([client(SESv2Client, host).send(command)]);
        if (answer.status === 'fulfilled') return { kind: 'accepted', channel: null, message: null };
        return mailRefusal(nameOf(answer.reason), String((answer.reason as Error).message));
      },
    };
  };

const drawn = async (notice: Notice, pictures: Pictures): Promise<readonly Attachment[]> => {
  if (notice.picture === undefined) return [];
  const [bytes] = await Promise.allSettled([pictures.draw(notice.picture.widget)]);
  if (bytes.status === 'rejected' || bytes.value.length === 0) return [];
  return [
    { FileName: 'graph.png', ContentType: 'image/png', ContentDisposition: 'INLINE', ContentId: CONTENT_ID, ContentTransferEncoding: 'BASE64', RawContent: bytes.value },
  ];
};

/** Mail programs thread by `References`; our own id of the thread is no message anybody has, which they allow for. */
const contentOf = (notice: Notice, timeZone: string, graph: readonly Attachment[]) => ({
  Subject: { Data: emailSubject(notice), Charset: 'UTF-8' },
  Body: {
    Text: { Data: emailText(notice, timeZone), Charset: 'UTF-8' },
    Html: { Data: emailHtml(notice, timeZone, graph.length === 0 ? null : CONTENT_ID), Charset: 'UTF-8' },
  },
  Headers: [
    { Name: 'References', Value: `<${notice.thread.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}@${notice.platform}.${notice.stage}.dayshift>` },
    { Name: 'X-Dayshift-Notice', Value: noticeKey(notice).replaceAll(/[^\x21-\x7e]+/g, '-') },
    { Name: 'Auto-Submitted', Value: 'auto-generated' },
  ],
  Attachments: [...graph],
});
