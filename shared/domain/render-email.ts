// A notice as an e-mail of plain text that reads well in any mail program: what happened, the facts, what to do (N1).
import type { Fact, Notice } from './notice.ts';
import { instantWords } from './instants.ts';
import { inTerminal } from './terminal-words.ts';
import { fit, lastLines, oneLine } from './text-fit.ts';

const WIDTH = 76;

/** Replacements for the marks our own words use; SNS subjects are safest in ASCII (aws-facts H5). */
const plainMarks: readonly (readonly [RegExp, string])[] = [
  [/[–—]/g, '-'],
  [/…/g, '...'],
  [/[‘’]/g, "'"],
  [/[“”]/g, '"'],
  [/[→]/g, '->'],
  [/[·•]/g, '-'],
  [/×/g, 'x'],
  [/≥/g, '>='],
  [/≤/g, '<='],
];

const ascii = (text: string): string =>
  plainMarks
    .reduce((plain, [mark, replacement]) => plain.replace(mark, replacement), text.normalize('NFKD'))
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();

const words: Readonly<Record<Notice['tone'], string>> = { bad: 'PROBLEM', warning: 'WARNING', good: 'OK', neutral: 'INFO' };

/** Subject of at most 99 printable ASCII characters, as SNS demands: tone, platform and what happened. */
export const emailSubject = (notice: Notice): string => {
  const subject = ascii(`${words[notice.tone]} ${notice.platform} ${notice.stage}: ${notice.title}`);
  return oneLine(subject, LONGEST_SUBJECT, '...');
};

/** SNS takes fewer than 100 characters. */
const LONGEST_SUBJECT = 99;

/** The body: at most about `limit` characters, log excerpts giving way first. */
export const emailText = (notice: Notice, timeZone: string, limit = 60_000): string => {
  const excerptShare = Math.floor((limit - 6_000) / Math.max(1, notice.excerpts.length));
  const parts = [
    [fit(notice.title, 300), '='.repeat(Math.min(WIDTH, fit(notice.title, 300).length))].join('\n'),
    wrap(fit(notice.summary, 2_000), ''),
    factLines(notice.facts.slice(0, 30)),
    ...notice.excerpts.map(({ title, lines }) => [`${title}:`, ...lastLines(lines, excerptShare).map((line) => `    ${line}`)].join('\n')),
    list('What you can do:', notice.nextSteps.slice(0, 10)),
    notice.links
      .slice(0, 10)
      .map(({ text, url }) => `${text}:\n  ${url}`)
      .join('\n'),
    ['--', `${notice.platform} ${notice.stage} - ${instantWords(notice.at, timeZone)}`, `Why: ${inTerminal(`why ${notice.id}`, notice)}`].join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
};

const factLines = (facts: readonly Fact[]): string => {
  const width = Math.min(24, Math.max(0, ...facts.map(({ label }) => label.length)));
  return facts.map(({ label, value }) => `${label.padEnd(width)}  ${fit(value === '' ? '-' : value, 500)}`).join('\n');
};

const list = (title: string, entries: readonly string[]): string =>
  entries.length === 0 ? '' : [title, ...entries.map((entry) => wrap(fit(entry, 500), '  ', '- '))].join('\n');

/** Breaks a paragraph at spaces; a word longer than the width (an address) stays whole. */
const wrap = (text: string, indent: string, mark = ''): string => {
  const lines: string[] = [];
  let line = mark;
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const next = line === '' || line === mark ? line + word : `${line} ${word}`;
    if (indent.length + next.length > WIDTH && line !== mark && line !== '') {
      lines.push(indent + line);
      line = ' '.repeat(mark.length) + word;
    } else line = next;
  }
  return [...lines, ...(line.trim() === '' ? [] : [indent + line])].join('\n');
};
