// What the terminal shows after a rehearsal: the timeline, the numbers, and the verdict; fits 100 columns, colour only when asked.
import { wallWords } from '../../shared/domain/wall-clock.ts';
import type { Outcome } from './rehearsal.ts';
import { timeline, type Line } from './timeline.ts';

export interface ReportOptions {
  /** Where messages and trail were written. */
  readonly folder: string;
  readonly seconds: { readonly synth: number; readonly rehearsal: number };
  readonly colour: boolean;
}

const WIDTH = 100;
const paint = (colour: boolean, code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Breaks a text into lines that fit, at blanks where it can. */
const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank > width / 2 ? blank : width;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
};

/** The whole report as text. */
export const report = (outcome: Outcome, options: ReportOptions): string =>
  [...heading(outcome, options), '', ...days(outcome, options), '', ...numbers(outcome, options), '', ...verdict(outcome, options), ''].join('\n');

const zoneOf = (outcome: Outcome): string => outcome.manifest.hours?.timeZone ?? 'UTC';

const heading = ({ manifest, day, ...rest }: Outcome, { colour }: ReportOptions): readonly string[] => {
  const zone = zoneOf({ manifest, day, ...rest });
  return [
    paint(colour, 1, `${day.title}: ${manifest.id} in ${manifest.region}, rehearsed on simulated AWS`),
    `${wallWords(day.from, zone)} to ${wallWords(day.until, zone)}, ${zone}; seed ${day.seed}`,
  ];
};

const INDENT = 21;

const days = (outcome: Outcome, { colour }: ReportOptions): readonly string[] => {
  const zone = zoneOf(outcome);
  let last = '';
  return timeline(outcome).flatMap((line) => {
    const [date = '', time = ''] = wallWords(line.at, zone).split(' ');
    const head = date === last ? [] : [paint(colour, 1, weekday(line.at, zone))];
    last = date;
    return [...head, ...row(time, line, colour)];
  });
};

const weekday = (at: number, timeZone: string): string => new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', day: 'numeric', month: 'long' }).format(at);

const row = (time: string, { who, text, tone }: Line, colour: boolean): readonly string[] => {
  const [first = '', ...rest] = wrap(text, WIDTH - INDENT);
  const shown = tone === 'bad' ? paint(colour, 31, first) : tone === 'good' ? paint(colour, 32, first) : first;
  return [`  ${time}  ${paint(colour, 36, who.padEnd(INDENT - 9))}${shown}`, ...rest.map((more) => `${' '.repeat(INDENT)}${more}`)];
};

const dollars = (amount: number): string => (amount === 0 ? '$0' : amount < 0.01 ? `$${amount.toFixed(4)}` : `$${amount.toFixed(2)}`);

/** What the nights saved; what has no known price in the region is named instead of counted. */
const nightLines = ({ nights, manifest }: Outcome): readonly string[] => {
  const certificates = nights.flatMap(({ value }) => (value.certificate === null ? [] : [value.certificate]));
  if (certificates.length === 0) return [];
  const saved = nights.flatMap(({ value }) => (value.saved === null ? [] : [value.saved]));
  const sum = (amounts: readonly number[]): string => dollars(amounts.reduce((whole, amount) => whole + amount, 0));
  const unpriced = [...new Set(saved.flatMap((night) => night.unpriced ?? []))];
  const differences = certificates.reduce((whole, { differences: found }) => whole + found.length, 0);
  const kept = saved.map(({ keptBilling }) => keptBilling);
  // Nothing is billed as zero only because its price is unknown.
  const billed = unpriced.length > 0 && kept.every((usd) => usd === 0) ? '' : `, still billed ${sum(kept)}`;
  const text = `${certificates.length}, sleep certificate: ${counted(differences, 'difference')}; saved ${sum(saved.map(({ compute, database }) => compute + database))}${billed}`;
  return [...labelled('nights', text), ...(unpriced.length === 0 ? [] : labelled('', `not counted, price unknown in ${manifest.region}: ${unpriced.join(', ')}`))];
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A row of the summary, wrapped below its own text. */
const labelled = (label: string, text: string): readonly string[] => wrap(text, WIDTH - 16).map((part, index) => `  ${(index === 0 ? label : '').padEnd(14)}${part}`);

const numbers = (outcome: Outcome, { seconds, folder }: ReportOptions): readonly string[] => {
  const { bill, slack, mail, day } = outcome;
  const virtual = (day.until - day.from) / 1000;
  return [
    ...labelled('messages', `${slack.length} in Slack, ${mail.length} by e-mail`),
    ...nightLines(outcome),
    ...labelled('automation', `${bill.calls} API calls, ${bill.invocations} door invocations, ${bill.transitions} state transitions: ${dollars(bill.cost)}`),
    ...labelled('speed', `synth ${seconds.synth.toFixed(1)} s, rehearsal ${seconds.rehearsal.toFixed(1)} s for ${(virtual / 3600).toFixed(1)} h (${Math.round(virtual / seconds.rehearsal).toLocaleString('en')} × real time)`),
    ...labelled('written to', `${folder}/ (messages/, trail.jsonl)`),
  ];
};

const verdict = ({ broken, judged }: Outcome, { colour }: ReportOptions): readonly string[] =>
  broken.length === 0
    ? [paint(colour, 32, `${judged} rules held.`)]
    : [paint(colour, 31, `${counted(broken.length, 'violation')} of ${judged} rules:`), ...broken.flatMap(({ id, words, what }) => wrap(`  ${id} (${words}): ${what}`, WIDTH))];
