// Calendars behind an address: fetched once into a file beside the platform files, so that every later synth reads the same days (S1).
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CalendarProblem } from './calendar-problem.ts';

/** Answers the text behind an address. */
export type Download = (address: string) => Promise<string>;

const PATIENCE_MS = 20_000;

export const isAddress = (ics: string): boolean => /^https?:\/\//.test(ics);

/** The text behind an address; throws CalendarProblem when it does not answer with a calendar. */
export const download: Download = async (address) => {
  const remedy = 'Try the address in a browser, or save the calendar beside the platform file and name that file.';
  const refused = (why: string): CalendarProblem => new CalendarProblem(`hours.holidays: the calendar at '${address}' ${why}. ${remedy}`);
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch((error: Error) => {
    throw refused(`did not answer: ${(error.cause as Error | undefined)?.message ?? error.message}`);
  });
  if (!response.ok) throw refused(`answered ${response.status}`);
  const text = await response.text();
  if (!text.includes('BEGIN:VCALENDAR')) throw refused('is no calendar file');
  return text;
};

/** Path of the file that holds the calendar of this address, fetched when it is not there yet. */
export const fetchedCalendar = async (address: string, folder: string, get: Download = download): Promise<string> => {
  const calendars = join(folder, 'calendars');
  const path = join(calendars, `${createHash('sha256').update(address).digest('hex').slice(0, 12)}.ics`);
  if (existsSync(path)) return path;
  const text = await get(address);
  mkdirSync(calendars, { recursive: true });
  writeFileSync(path, text);
  const shown = relative(process.cwd(), path);
  process.stderr.write(`Fetched ${address} into ${shown}. Commit it: every synth reads this file; delete it to fetch the calendar again.\n`);
  return path;
};
