// Working hours as people write them (`mon-fri 07:00-20:00, sat 09:00-13:00`), read into windows and written back (S1).
import type { Window } from './hours.ts';

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const longNames: Readonly<Record<string, string>> = {
  monday: 'mon',
  tuesday: 'tue',
  tues: 'tue',
  wednesday: 'wed',
  thursday: 'thu',
  thurs: 'thu',
  friday: 'fri',
  saturday: 'sat',
  sunday: 'sun',
};

/** Words that stand for several days. */
const groups: Readonly<Record<string, readonly number[]>> = {
  daily: [1, 2, 3, 4, 5, 6, 7],
  'every day': [1, 2, 3, 4, 5, 6, 7],
  weekdays: [1, 2, 3, 4, 5],
  weekend: [6, 7],
  weekends: [6, 7],
};

export type ReadWindows = { readonly ok: true; readonly windows: readonly Window[] } | { readonly ok: false; readonly problem: string };

const dayNumber = (word: string): number | null => {
  const short = longNames[word] ?? word;
  const index = dayNames.findIndex((name) => name === short);
  return index < 0 ? null : index + 1;
};

/** ISO weekdays of `mon-fri`, `sat`, `fri-mon` (over the weekend) or `weekdays`; null when a day is unknown. */
const daysOfWord = (word: string): readonly number[] | null => {
  const group = groups[word];
  if (group !== undefined) return group;
  const [first, last, ...rest] = word.split('-').map((part) => dayNumber(part.trim()));
  if (first === undefined || first === null || last === null || rest.length > 0) return null;
  if (last === undefined) return [first];
  const span = ((last - first + 7) % 7) + 1;
  return Array.from({ length: span }, (_, index) => ((first - 1 + index) % 7) + 1);
};

/** A wall-clock time as `HH:MM`; `24:00` stands for the end of the day and reads as `00:00`. */
const timeOf = (word: string): string | null => {
  const found = /^(\d{1,2})(?::(\d{2}))?$/.exec(word.trim());
  if (found === null) return null;
  const hour = Number(found[1]);
  const minute = Number(found[2] ?? '0');
  if (hour === 24 && minute === 0) return '00:00';
  return hour > 23 || minute > 59 ? null : `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
};

/** `07:00-20:00` as its two ends; null when it is not a span or is empty. */
export const spanOf = (words: string): { readonly from: string; readonly to: string } | null => {
  const [begin, end, ...rest] = words.split('-');
  const from = timeOf(begin ?? '');
  const to = timeOf(end ?? '');
  if (rest.length > 0 || from === null || to === null) return null;
  return from === to && from !== '00:00' ? null : { from, to };
};

const oneWindow = (clause: string): Window | string => {
  const found = /^(.*?)\s+(\S+(?:\s*-\s*\S+)?)$/.exec(clause.replace(/\s*-\s*/g, '-'));
  const span = spanOf(found?.[2] ?? clause);
  if (span === null) return `'${clause}' has no time span such as 07:00-20:00`;
  const days = new Set<number>();
  for (const word of (found?.[1] ?? 'daily').split(/\s*\+\s*|\s+and\s+|\s*&\s*|\s+/).filter((part) => part !== '')) {
    const numbers = daysOfWord(word);
    if (numbers === null) return `'${word}' is not a day`;
    for (const number of numbers) days.add(number);
  }
  return { days: [...days].sort((a, b) => a - b), ...span };
};

/** Cuts `mon, wed 07:00-12:00; sat 09:00-13:00` into clauses; days without a span of their own belong to the clause that follows. */
const clausesOf = (words: string): readonly string[] => {
  const clauses: string[] = [];
  let waiting = '';
  for (const piece of words
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')) {
    const clause = `${waiting} ${piece}`.trim();
    waiting = /\d/.test(piece) ? '' : clause;
    if (waiting === '') clauses.push(clause);
  }
  return waiting === '' ? clauses : [...clauses, waiting];
};

/**
 * Reads weekly windows: clauses of days and a span, separated by commas or semicolons.
 * A span that ends before it begins runs past midnight; `00:00-24:00` is the whole day.
 */
export const readWindows = (words: string): ReadWindows => {
  const clauses = clausesOf(words.toLowerCase());
  if (clauses.length === 0) return { ok: false, problem: 'no window is named' };
  const read = clauses.map(oneWindow);
  const problem = read.find((result) => typeof result === 'string');
  if (problem !== undefined) return { ok: false, problem };
  return { ok: true, windows: read.filter((result) => typeof result !== 'string') };
};

/** Whether the text is a calendar date `YYYY-MM-DD` that exists. */
export const isDate = (text: string): boolean => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (found === null) return false;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (lengths[month - 1] ?? 0);
};
