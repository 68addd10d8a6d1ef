// A notice for machines, and the one SNS message that carries it to every road, within 256 KiB (aws-facts H5).
import type { Notice } from './notice.ts';
import { emailSubject, emailText } from './render-email.ts';
import { qNotification } from './render-q.ts';
import type { Road } from './roads.ts';
import { bytesOf, fit, lastLines } from './text-fit.ts';

/** SNS counts the whole message in bytes; attributes count too, so a little is left for them. */
const LIMIT = 250_000;

export interface SnsMessage {
  readonly subject: string;
  /** For `MessageStructure: json`: what each protocol's subscribers receive. */
  readonly message: string;
}

/** The notice with every part within a bound that no reader misses, its excerpts cut to `excerptLimit` characters each. */
export const boundedNotice = (notice: Notice, excerptLimit = 20_000): Notice => ({
  ...notice,
  title: fit(notice.title, 300),
  summary: fit(notice.summary, 4_000),
  facts: notice.facts.slice(0, 30).map(({ label, value }) => ({ label: fit(label, 80), value: fit(value, 800) })),
  excerpts: notice.excerpts.slice(0, 8).map(({ title, lines }) => ({ title: fit(title, 120), lines: lastLines(lines, excerptLimit) })),
  links: notice.links
    .filter(({ url }) => url.length <= 2_000)
    .slice(0, 10)
    .map(({ text, url }) => ({ text: fit(text, 80), url })),
  nextSteps: notice.nextSteps.slice(0, 10).map((step) => fit(step, 500)),
});

/**
 * One message for all subscribers: `default` for queues and functions, `email` for people, `https` for Amazon Q Developer when its road is
 * open: it shows whatever has its shape and nothing else, and its subscription knows no filter of ours. Excerpts are cut further until the
 * whole fits.
 */
export const snsMessage = (notice: Notice, timeZone: string, roads: readonly Road[]): SnsMessage => {
  const at = (excerptLimit: number): string => {
    const cut = boundedNotice(notice, excerptLimit);
    const chat = roads.includes('amazonQ') ? { https: JSON.stringify(qNotification(cut)) } : {};
    return JSON.stringify({ default: JSON.stringify(cut), email: emailText(cut, timeZone), ...chat });
  };
  const fitting = [20_000, 8_000, 2_000, 500, 100].map(at).find((message) => bytesOf(message) <= LIMIT);
  return { subject: emailSubject(notice), message: fitting ?? at(0) };
};
