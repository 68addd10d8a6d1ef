// A notice as Amazon Q Developer's custom notification for chat applications (aws-facts H6); it has no blocks, no pictures and no buttons
// of ours.
import type { Notice } from './notice.ts';
import { fit, lastLines } from './text-fit.ts';

/** Limits of the schema: title 250, description 8,000, next step 350, keyword 75. */
export const qLimits = { title: 250, description: 8_000, nextStep: 350, keyword: 75 } as const;

export interface QNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly additionalContext: Readonly<Record<string, string>>;
    readonly enableCustomActions: boolean;
  };
}

const marks: Readonly<Record<Notice['tone'], string>> = {
  good: ':large_green_circle:',
  bad: ':red_circle:',
  warning: ':large_orange_circle:',
  neutral: ':white_circle:',
};

/** The notification that a channel configuration subscribed to the topic will show. */
export const qNotification = (notice: Notice): QNotification => ({
  version: '1.0',
  source: 'custom',
  id: notice.id,
  content: {
    textType: 'client-markdown',
    title: `${marks[notice.tone]} ${fit(notice.title, qLimits.title - marks[notice.tone].length - 1)}`,
    description: description(notice),
    nextSteps: notice.nextSteps.slice(0, 5).map((step) => fit(step, qLimits.nextStep)),
    keywords: [notice.platform, notice.stage, notice.story].map((word) => fit(word, qLimits.keyword)),
  },
  metadata: {
    threadId: notice.thread,
    summary: fit(notice.title, qLimits.title),
    eventType: notice.story,
    additionalContext: { why: notice.id, severity: notice.severity },
    enableCustomActions: true,
  },
});

const description = (notice: Notice): string => {
  const head = [
    fit(notice.summary, 1_500),
    notice.facts
      .slice(0, 15)
      .map(({ label, value }) => `*${fit(label, 60)}*: ${fit(value, 300)}`)
      .join('\n'),
    notice.links
      .slice(0, 6)
      .map(({ text, url }) => `<${url}|${text}>`)
      .join(' · '),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  const shown = notice.excerpts.filter(({ lines }) => lines.length > 0);
  const share = Math.floor((qLimits.description - head.length - 10) / Math.max(1, shown.length)) - 90;
  if (share < 120) return fit(head, qLimits.description);
  const excerpts = shown.map(
    ({ title, lines }) => `\n\n*${fit(title, 60)}*\n\`\`\`\n${lastLines(lines, share).join('\n').replaceAll('```', "'''")}\n\`\`\``,
  );
  return fit(head + excerpts.join(''), qLimits.description);
};
