// A notice as Slack Block Kit, within Slack's limits (aws-facts H1): 50 blocks, 3,000 characters a section, 13,200 in total.
import type { Button, Notice } from './notice.ts';
import { instantWords } from './instants.ts';
import { inTerminal } from './terminal-words.ts';
import { fit, lastLines, oneLine } from './text-fit.ts';

/** Slack's limits; `total` is undocumented and about 13,200, so we stay well below it, counting the blocks as JSON. */
export const slackLimits = {
  blocks: 50,
  header: 150,
  section: 3_000,
  field: 2_000,
  fields: 10,
  buttonText: 75,
  url: 3_000,
  total: 12_500,
} as const;

type Text = { readonly type: 'mrkdwn' | 'plain_text'; readonly text: string; readonly emoji?: boolean };
export type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text?: Text; readonly fields?: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] }
  | { readonly type: 'actions'; readonly block_id: string; readonly elements: readonly SlackButton[] };
export interface SlackButton {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: Text;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
}
export interface SlackMessage {
  /** What a phone's lock screen shows. */
  readonly text: string;
  readonly blocks: readonly Block[];
}
export interface SlackOptions {
  /** Buttons need an app with a bot token; a webhook's message shows none. */
  readonly buttons: boolean;
  readonly timeZone: string;
}

const marks: Readonly<Record<Notice['tone'], string>> = {
  good: ':large_green_circle:',
  bad: ':red_circle:',
  warning: ':large_orange_circle:',
  neutral: ':white_circle:',
};

/** Slack asks to escape exactly these three in its mark-up. */
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const mrkdwn = (text: string): Text => ({ type: 'mrkdwn', text });
const section = (text: string): Block => ({ type: 'section', text: mrkdwn(text) });
const size = (blocks: readonly Block[]): number => JSON.stringify(blocks).length;

/** The notice as a message that Slack accepts, however long its parts are; log excerpts are what gives way. */
export const slackMessage = (notice: Notice, options: SlackOptions): SlackMessage => {
  const before = [
    header(notice),
    ...(notice.summary === '' ? [] : [section(`${notice.mention === true ? '<!channel> ' : ''}${fit(notice.summary, 1_500, escape)}`)]),
    ...facts(notice),
  ];
  const after = [...steps(notice), ...links(notice), ...done(notice), ...(options.buttons ? actions(notice) : []), context(notice, options.timeZone)];
  const excerpts = excerptBlocks(notice, slackLimits.total - size(before) - size(after));
  return {
    text: fit([notice.title, notice.summary].filter((part) => part !== '').join(' · '), 400, escape),
    blocks: [...before, ...excerpts, ...after].slice(0, slackLimits.blocks),
  };
};

const header = (notice: Notice): Block => ({
  type: 'header',
  text: {
    type: 'plain_text',
    text: `${marks[notice.tone]} ${oneLine(notice.title, slackLimits.header - marks[notice.tone].length - 1)}`,
    emoji: true,
  },
});

const facts = (notice: Notice): readonly Block[] => {
  const fields = notice.facts
    .slice(0, slackLimits.fields)
    .map(({ label, value }) => mrkdwn(`*${fit(label, 60, escape)}*\n${fit(value === '' ? '–' : value, 240, escape)}`));
  return fields.length === 0 ? [] : [{ type: 'section', fields }];
};

/** Three back-ticks inside a line would end the code block early. */
const code = (text: string): string => escape(text).replaceAll('```', "'''");

const excerptBlocks = (notice: Notice, budget: number): readonly Block[] => {
  const shown = notice.excerpts.slice(0, 6).filter(({ lines }) => lines.length > 0);
  const overhead = 120;
  const share = Math.min(slackLimits.section - overhead, Math.floor(budget / Math.max(1, shown.length)) - overhead);
  if (share < 120) return [];
  return shown.map(({ title, lines }) => {
    // JSON writes a line break or a quote as two characters, so the share is measured on the JSON.
    const kept = lastLines(lines, share, (part) => code(part)).join('\n');
    const excess = JSON.stringify(kept).length - share;
    const text = excess > 0 ? lastLines(lines, Math.max(60, share - excess), (part) => code(part)).join('\n') : kept;
    return section(`*${fit(title, 80, escape)}*\n\`\`\`\n${text}\n\`\`\``);
  });
};

const steps = (notice: Notice): readonly Block[] =>
  notice.nextSteps.length === 0
    ? []
    : [
        section(
          fit(
            notice.nextSteps
              .slice(0, 5)
              .map((step) => `• ${escape(step)}`)
              .join('\n'),
            1_200,
          ),
        ),
      ];

/** A URL inside `<url|text>` must contain neither of the two marks that end it. */
const address = (url: string): string => escape(url).replaceAll('|', '%7C');

const links = (notice: Notice): readonly Block[] => {
  const shown = withinLength(notice.links.filter(({ url }) => url.length <= 1_000).slice(0, 6), 2_500);
  return shown.length === 0 ? [] : [section(shown.map(({ text, url }) => `<${address(url)}|${fit(text, 60, escape)}>`).join('  ·  '))];
};

/** The first links that together stay within the length: an address cut short leads nowhere. */
const withinLength = (all: Notice['links'], limit: number): Notice['links'] => {
  let left = limit;
  return all.filter(({ text, url }) => (left -= address(url).length + text.length + 8) >= 0);
};

/** The newest of what was done by this message's buttons. */
const done = (notice: Notice): readonly Block[] => {
  const lines = (notice.done ?? []).slice(-6).map((line) => `:white_check_mark: ${fit(line, 300, escape)}`);
  return lines.length === 0 ? [] : [section(lines.join('\n'))];
};

const actions = (notice: Notice): readonly Block[] => {
  const buttons = (notice.buttons ?? []).slice(0, 6).map(button);
  return buttons.length === 0 ? [] : [{ type: 'actions', block_id: fit(`dayshift:${notice.thread}`, 255), elements: buttons }];
};

const button = ({ action, text, subject, style }: Button): SlackButton => ({
  type: 'button',
  action_id: action,
  text: { type: 'plain_text', text: fit(text, slackLimits.buttonText), emoji: true },
  value: subject,
  ...(style === 'default' ? {} : { style }),
});

const context = (notice: Notice, timeZone: string): Block => ({
  type: 'context',
  elements: [
    mrkdwn(fit(`${notice.platform} ${notice.stage} · ${instantWords(notice.at, timeZone)} · ${inTerminal(`why ${notice.id}`, notice)}`, 500, escape)),
  ],
});
