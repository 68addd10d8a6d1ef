// The documents that show every message: as it appears in Slack, as an HTML mail, and as plain text; compared by `npm run check`.
import { causeTable } from '../shared/domain/cause.ts';
import { emailHtml } from '../shared/domain/render-email-html.ts';
import { emailSubject, emailText } from '../shared/domain/render-email.ts';
import { slackMessage } from '../shared/domain/render-slack.ts';
import { messageSamples } from './message-samples.ts';
import { slackPage } from './slack-page.ts';

const timeZone = 'Europe/Berlin';
const stem = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** Path and text of each page. */
export const messageDocuments = (): readonly { readonly path: string; readonly text: string }[] =>
  Object.entries(messageSamples).flatMap(([group, samples]) => {
    const named = Object.entries(samples);
    const slack = slackPage(
      `Slack messages: ${group}`,
      named.map(([name, notice]) => ({ name, message: slackMessage(notice, { buttons: true, timeZone }) })),
    );
    const mails = named
      .map(([, notice]) => `Subject: ${emailSubject(notice)}\n\n${emailText(notice, timeZone)}`)
      .join(`\n${'#'.repeat(76)}\n\n`);
    const html = named.map(([name, notice]) => ({ path: `docs/messages/mail/${stem(name)}.html`, text: emailHtml(notice, timeZone) }));
    return [{ path: `docs/messages/slack-${group}.html`, text: slack }, { path: `docs/messages/mail-${group}.txt`, text: mails }, ...html];
  });

/** The causes a message may name, in the order in which they are tried. */
export const causesDocument = (): { readonly path: string; readonly text: string } => {
  const rows = causeTable.map(({ key, next }) => `| ${key.replaceAll('-', ' ')} | ${next} |`).join('\n');
  const head =
    '# Likely causes\n\nAn alarm names a likely cause when its evidence supports one, and says nothing otherwise. The first rule that applies counts:\nwhat AWS states about a task comes before what a log line suggests. Generated from `shared/domain/cause.ts`; tested in `test/domain/cause.test.ts`.\n';
  return { path: 'docs/causes.md', text: `${head}\n| cause | what to do |\n|---|---|\n${rows}\n` };
};
