// Holidays of countries and calendar files become dates, the same in every synth.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withHolidays } from '../../infra/holidays.ts';
import type { Calendar, CalendarHours } from '../../shared/domain/hours.ts';

const folder = mkdtempSync(join(tmpdir(), 'dayshift-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hours = (...calendars: readonly Calendar[]): CalendarHours => ({ words: 'mon-fri 07:00-20:00', timeZone: 'Australia/Sydney', windows: [], holidays: ['2026-12-24'], exceptions: [], calendars });
const holidaysOf = async (...calendars: readonly Calendar[]): Promise<readonly string[]> => (await withHolidays(hours(...calendars), folder))?.holidays ?? [];

describe('holidays', () => {
  it('S1: of a country and state, substitute days included, beside those written down; of the library nothing but dates', async () => {
    const found = await holidaysOf({ country: 'AU', state: 'NSW' });
    expect(found.filter((date) => date.startsWith('2026-1'))).toEqual(['2026-10-05', '2026-12-24', '2026-12-25', '2026-12-26', '2026-12-28']);
    expect(found.filter((date) => !/^20\d{2}-\d{2}-\d{2}$/.test(date))).toEqual([]);
  });

  it('S1: of a country, each day of a longer holiday; one that begins at noon is a working day', async () => {
    const of = async (country: string, month: string) => (await holidaysOf({ country })).filter((date) => date.startsWith(month) && date !== '2026-12-24');
    expect(await of('TR', '2026-05')).toEqual(['2026-05-01', '2026-05-19', '2026-05-27', '2026-05-28', '2026-05-29', '2026-05-30']);
    expect(await of('GT', '2026-12')).toEqual(['2026-12-25']);
  });

  it('S1: of a calendar file, each day of a longer event and every year of a repeated one', async () => {
    const event = (lines: readonly string[]) => ['BEGIN:VEVENT', `UID:${lines[0]}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'];
    const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...event(['DTSTART;VALUE=DATE:20261228', 'DTEND;VALUE=DATE:20270101', 'SUMMARY:Closed']), ...event(['DTSTART;VALUE=DATE:20260501', 'RRULE:FREQ=YEARLY', 'SUMMARY:Company day']), 'END:VCALENDAR', ''];
    writeFileSync(join(folder, 'company.ics'), text.join('\r\n'));
    const found = await holidaysOf({ ics: 'company.ics' });
    expect(found.filter((date) => date.startsWith('2026'))).toEqual(['2026-05-01', '2026-12-24', '2026-12-28', '2026-12-29', '2026-12-30', '2026-12-31']);
    expect(found).toContain('2031-05-01');
  });

  it.each(['UTC', 'Australia/Sydney', 'America/New_York'])(
    'S1, X4: repeated days are the same on a machine in %s, without those struck out, and moved ones where they moved',
    async (zone) => {
      const before = process.env['TZ'];
      process.env['TZ'] = zone;
      const text = `BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20260105
DTEND;VALUE=DATE:20260106
RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=5
EXDATE;VALUE=DATE:20260202
SUMMARY:First Monday
END:VEVENT
BEGIN:VEVENT
UID:1
RECURRENCE-ID;VALUE=DATE:20260504
DTSTART;VALUE=DATE:20260505
DTEND;VALUE=DATE:20260507
SUMMARY:Two days this time
END:VEVENT
END:VCALENDAR
`;
      writeFileSync(join(folder, 'mondays.ics'), text.replaceAll('\n', '\r\n'));
      try {
        expect(await holidaysOf({ ics: 'mondays.ics' })).toEqual(['2026-01-05', '2026-03-02', '2026-04-06', '2026-05-05', '2026-05-06', '2026-12-24']);
      } finally {
        if (before === undefined) Reflect.deleteProperty(process.env, 'TZ');
        else process.env['TZ'] = before;
      }
    },
  );

  it('S1: of a calendar behind an address, fetched once and read from the file ever after', async () => {
    const text = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', 'DTSTART;VALUE=DATE:20261102', 'SUMMARY:Cup day', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const ics = `http://127.0.0.1:${(server.address() as AddressInfo).port}/team`;
    expect(await holidaysOf({ ics })).toContain('2026-11-02');
    server.close();
    expect(await holidaysOf({ ics })).toContain('2026-11-02');
    expect(asked).toBe(1);
  });

  it('S1: an address that does not answer is named, with what to do instead', async () => {
    await expect(holidaysOf({ ics: 'http://127.0.0.1:9/nobody' })).rejects.toThrow(/'http:\/\/127\.0\.0\.1:9\/nobody' did not answer: .*save the calendar beside the platform file/);
  });

  it.each([
    [{ country: 'XX' }, /no country 'XX'/],
    [{ country: 'AU', state: 'ZZ' }, /AU has no state 'ZZ'\. Known: .*NSW/],
    [{ ics: 'missing.ics' }, /no calendar file 'missing\.ics'/],
  ])('S1: %o is refused with the remedy', async (calendar, message) => {
    await expect(holidaysOf(calendar)).rejects.toThrow(message);
  });
});
