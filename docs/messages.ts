// The documents that show every message as rehearsal cases made it, by the roads it takes: in Slack, as an HTML mail, as plain text; compared by `npm run check`.
import { causeTable } from '../shared/domain/cause.ts';
import { roadsFor } from '../shared/domain/roads.ts';
import { emailHtml } from '../shared/domain/render-email-html.ts';
import { emailSubject, emailText } from '../shared/domain/render-email.ts';
import { slackMessage } from '../shared/domain/render-slack.ts';
import { rehearsedMessages, type RehearsedMessage } from './rehearsed-messages.ts';
import { slackPage } from './slack-page.ts';

const stem = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
const rule = `\n${'#'.repeat(76)}\n\n`;

const pngOf = (graph: string): string => `data:image/png;base64,${graph}`;

/** The mail with its graph in it, as mail programs show the attached picture. */
const htmlMail = ({ notice, timeZone, graph }: Omit<RehearsedMessage, 'name'>): string =>
  graph === null ? emailHtml(notice, timeZone) : emailHtml(notice, timeZone, 'graph').replace('cid:graph', pngOf(graph));

const closed = { slack: false, email: false, webhook: false, amazonQ: false, digest: false, hours: {} } as const;

/** Whether the notice goes by this road where it is the only one; by others beside it, it can only go less often (L5). */
const goesBy =
  (road: 'slack' | 'email') =>
  ({ notice }: RehearsedMessage): boolean =>
    roadsFor(notice, { ...closed, [road]: true }).includes(road);

/** Path and text of each page: one per group of messages for Slack and for plain mail, one per message for HTML mail. */
export const messageDocuments = async (): Promise<readonly { readonly path: string; readonly text: string }[]> =>
  Object.entries(await rehearsedMessages()).flatMap(([group, messages]) => {
    const slack = slackPage(
      `Slack messages: ${group}`,
      messages.filter(goesBy('slack')).map(({ name, notice, timeZone, graph }) => ({
        name,
        message: slackMessage(notice, { buttons: true, timeZone }),
        graph: graph === null ? null : pngOf(graph),
      })),
    );
    const mailed = messages.filter(goesBy('email'));
    const mails = mailed.map(({ notice, timeZone }) => `Subject: ${emailSubject(notice)}\n\n${emailText(notice, timeZone)}`).join(rule);
    const html = mailed.map(({ name, ...message }) => ({ path: `docs/messages/mail/${stem(name)}.html`, text: htmlMail(message) }));
    return [{ path: `docs/messages/slack-${group}.html`, text: slack }, { path: `docs/messages/mail-${group}.txt`, text: mails }, ...html];
  });

/** The causes a message may name, in the order in which they are tried. */
export const causesDocument = (): { readonly path: string; readonly text: string } => {
  const rows = causeTable.map(({ key, evidence, next }) => `| ${key.replaceAll('-', ' ')} | ${evidence} | ${next} |`).join('\n');
  const head =
    '# Likely causes\n\nAn alarm names a likely cause when its evidence supports one, and says nothing otherwise. The first rule that applies counts:\nwhat AWS states about a task comes before what a log line suggests. Generated from `shared/domain/cause.ts`; tested in `test/domain/cause.test.ts`.\n';
  return { path: 'docs/causes.md', text: `${head}\n| cause | evidence it takes | what to do |\n|---|---|---|\n${rows}\n` };
};
