// How the platform is run: hours, freezes, alarm thresholds, backups.
import * as v from 'valibot';
import type { CalendarHours } from '../../domain/hours.ts';
import { isDate, readWindows, spanOf } from '../../domain/hours-words.ts';
import { days, duration, open, said, whole } from './words.ts';

const zones = new Set(Intl.supportedValuesOf('timeZone'));

const date = () => v.pipe(v.string(), v.check(isDate, 'a date that exists, written YYYY-MM-DD'));

const ExceptionSchema = v.strictObject({
  date: said(date(), 'The day.', '2026-12-24'),
  open: v.optional(
    said(
      v.array(
        v.pipe(
          v.string(),
          v.check((text) => spanOf(text) !== null, 'a span such as 07:00-12:00'),
        ),
      ),
      'Its hours; none for closed.',
      ['07:00-12:00'],
    ),
    [],
  ),
  why: v.optional(said(v.string(), 'The reason, for the calendar.', 'half day'), ''),
});

const CalendarSchema = v.union([
  v.strictObject({
    country: said(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'a country as two capital letters, such as AU')), 'Public holidays of a country, from date-holidays (data: CC BY-SA 3.0, see docs/decisions/007-holidays.md).', 'AU'),
    state: v.exactOptional(said(v.string(), 'State or region in it.', 'NSW')),
  }),
  v.strictObject({ ics: said(
      v.pipe(v.string(), v.regex(/^https:\/\/[^\s]+$|^[^:\s]+\.ics$/, 'a calendar file ending in .ics, or an address that begins with https://')),
      'Calendar file beside the platform file, or the address of one; all-day events. An address is fetched once, into a file to commit.',
      'company-holidays.ics',
    ) }),
]);

export const HoursSchema = v.pipe(
  v.strictObject({
    words: said(
      v.pipe(
        v.string(),
        v.check(
          (text) => readWindows(text).ok,
          (issue) => {
            const read = readWindows(issue.input);
            return read.ok ? '' : `these are no hours: ${read.problem}`;
          },
        ),
      ),
      'Weekly hours as people say them.',
      'mon-fri 07:00-20:00, sat 09:00-13:00',
    ),
    timeZone: said(
      v.pipe(
        v.string(),
        v.check((zone) => zone === 'UTC' || zones.has(zone), 'no such time zone'),
      ),
      'Time zone of the team.',
      'Australia/Sydney',
    ),
    holidays: v.optional(said(v.array(v.union([date(), CalendarSchema])), 'Days without hours: dates, public holidays of a country, calendar files.', ['2026-12-25', { country: 'AU', state: 'NSW' }]), []),
    exceptions: v.optional(
      said(v.array(ExceptionSchema), 'Days with hours of their own.', [{ date: '2026-12-24', open: ['07:00-12:00'], why: 'half day' }]),
      [],
    ),
  }),
  v.transform(({ words, timeZone, holidays, exceptions }): CalendarHours => {
    const read = readWindows(words);
    return {
      words,
      timeZone,
      windows: read.ok ? read.windows : [],
      holidays: holidays.flatMap((day) => (typeof day === 'string' ? [day] : [])),
      calendars: holidays.flatMap((day) => (typeof day === 'string' ? [] : [day])),
      exceptions: exceptions.map((day) => ({ date: day.date, why: day.why, windows: day.open.flatMap((text) => spanOf(text) ?? []) })),
    };
  }),
);

/** How nights begin besides by the clock, and what monitors are told in them. */
export const NightsSchema = v.pipe(
  v.strictObject({
    idle: open(said(duration(), 'Sleeps after so long without a request, whatever the hours say. The load balancer counts every request that reaches a task and cannot tell who asked: an outside uptime monitor that asks more often than this keeps the platform awake.', '30 minutes')),
    inUseRequests: v.optional(said(whole(1, 1_000_000), 'Requests in ten minutes from which on the platform counts as in use.', 10), 10),
    monitorsSee: v.optional(
      said(v.picklist([200, 503]), 'What monitors are answered while it sleeps as planned; once waking is overdue they always see 503.', 200),
      200,
    ),
    wakeLink: v.optional(
      said(v.boolean(), 'Messages about the night carry a signed link that wakes the platform; false where the account may have no public function URL.', true),
      true,
    ),
  }),
  v.transform(({ idle, inUseRequests, monitorsSee, wakeLink }) => ({ idleSeconds: idle, inUseRequests, monitorsSee, wakeLink })),
);

const threshold = (most: number) => v.nullable(whole(1, most));

export const AlarmsSchema = v.strictObject({
  loadBalancerErrors: v.optional(
    said(threshold(1_000_000), 'At least so many 5XX answers of the load balancer itself in 5 minutes; null for no alarm.', 5),
    5,
  ),
  database: v.optional(
    said(
      v.strictObject({
        cpu: v.optional(said(threshold(100), 'CPU percentage for 15 minutes.', 85), 85),
        freeGiB: v.optional(said(threshold(100_000), 'Free disk below this many GiB.', 10), 10),
        freeMemoryMiB: v.optional(said(threshold(1_000_000), 'Free memory below this many MiB for 10 minutes.', 200), 200),
        connections: v.optional(said(threshold(100_000), 'Average connections for 15 minutes.', 150), 150),
      }),
      'Thresholds of every database.',
      { connections: 80 },
    ),
    {},
  ),
  cache: v.optional(
    said(
      v.strictObject({
        cpu: v.optional(said(threshold(100), 'CPU percentage for 15 minutes.', 80), 80),
        evictions: v.optional(said(threshold(1_000_000_000), 'Keys thrown out for lack of memory in 5 minutes.', 100), 100),
      }),
      'Thresholds of every cache.',
      { evictions: 1_000 },
    ),
    {},
  ),
  runbook: open(said(v.string(), 'Address of the team’s runbook; every alarm names it.', 'https://wiki.example.com/runbook')),
});

export const BackupsSchema = v.pipe(
  v.strictObject({
    keep: v.optional(said(days(), 'How long each copy is kept.', '35 days'), '35 days'),
    at: v.optional(said(v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time HH:MM in UTC')), 'When (UTC).', '03:00'), '03:00'),
  }),
  v.transform(({ keep, at }) => ({ keepDays: keep, at })),
);
