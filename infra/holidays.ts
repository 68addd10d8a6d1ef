// Holidays of calendars as dates: public holidays of a country, or all-day events of a calendar file; a pure function of file and library (S1).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchedCalendar, isAddress, type Download } from './calendar-download.ts';
import { CalendarProblem } from './calendar-problem.ts';
import type { Calendar, CalendarHours } from '../shared/domain/hours.ts';

/** Years for which holidays are looked up: fixed, so that a synth never asks what day it is. */
const FIRST_YEAR = 2026;
const LAST_YEAR = 2032;
const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, index) => FIRST_YEAR + index);

/** The hours with the dates of all their calendars; `folder` is where calendar files lie. Throws CalendarProblem. */
export const withHolidays = async (hours: CalendarHours | null, folder: string, download?: Download): Promise<CalendarHours | null> => {
  if (hours === null || hours.calendars.length === 0) return hours;
  const found: string[] = [...hours.holidays];
  for (const calendar of hours.calendars) found.push(...(await datesOf(calendar, folder, download)));
  return { ...hours, calendars: [], holidays: [...new Set(found)].sort() };
};

const datesOf = async (calendar: Calendar, folder: string, download?: Download): Promise<readonly string[]> => {
  if (!('ics' in calendar)) return ofCountry(calendar);
  const { ics } = calendar;
  return fromFile(isAddress(ics) ? await fetchedCalendar(ics, folder, download) : join(folder, ics), ics);
};

/** Public holidays, substitute days included, each day they last; loaded only when a platform asks for it. */
const ofCountry = async ({ country, state }: Extract<Calendar, { country: string }>): Promise<readonly string[]> => {
  const { default: Holidays } = await import('date-holidays');
  const countries = Object.keys(new Holidays().getCountries('en'));
  if (!countries.includes(country)) throw new CalendarProblem(`hours.holidays: there is no country '${country}'. Known: ${countries.join(', ')}.`);
  const states = Object.keys(new Holidays().getStates(country, 'en') ?? {});
  if (state !== undefined && !states.includes(state)) throw new CalendarProblem(`hours.holidays: ${country} has no state '${state}'. Known: ${states.join(', ') || 'none'}.`);
  const calendar = state === undefined ? new Holidays(country) : new Holidays(country, state);
  return years.flatMap((year) => calendar.getHolidays(year).filter(({ type }) => type === 'public').flatMap(fullDays));
};

/** A day on which the clocks shift is an hour shorter. */
const SHORTER = 1 / 8;

/** The days a holiday fills; one that begins at noon fills none, for people work in the morning. */
const fullDays = ({ date, start, end }: { readonly date: string; readonly start: Date; readonly end: Date }): readonly string[] => {
  const length = Math.floor((end.getTime() - start.getTime()) / DAY + SHORTER);
  return Array.from({ length }, (_, index) => isoDay(Date.parse(date.slice(0, 10)) + index * DAY));
};

interface AllDay {
  readonly start: Date;
  readonly end?: Date;
}

/** All-day events of an ICS file, each day they last, repeated ones included, without the times that were struck out or moved. */
const fromFile = async (path: string, name: string): Promise<readonly string[]> => {
  if (!existsSync(path)) throw new CalendarProblem(`hours.holidays: there is no calendar file '${name}'. Put it beside the platform file (${path}).`);
  const { expandRecurringEvent, parseICS } = await import('node-ical');
  const events = Object.values(parseICS(readFileSync(path, 'utf8'))).flatMap((entry) => (entry?.type === 'VEVENT' ? [entry] : []));
  if (events.length === 0) throw new CalendarProblem(`hours.holidays: '${name}' holds no event. Export the calendar as ICS again.`);
  const repeated = { from: new Date(FIRST_YEAR, 0, 1), to: new Date(LAST_YEAR, 11, 31) };
  return events
    .filter(({ datetype }) => datetype === 'date')
    .flatMap((event): readonly AllDay[] => (event.rrule === undefined ? [event] : expandRecurringEvent(event, repeated)))
    .flatMap(({ start, end }) => {
      const length = Math.max(1, Math.round((end === undefined ? 0 : end.getTime() - start.getTime()) / DAY));
      return Array.from({ length }, (_, index) => isoDay(localDay(start) + index * DAY));
    });
};

const DAY = 86_400_000;

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The library gives all-day events, each repetition too, as local midnight of this machine: the day must not depend on where it stands. */
const localDay = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
