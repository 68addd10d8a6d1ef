// Day files that make no sense are refused at once, with line, field, value and remedy; ones that do are read in the platform's own time.
import { describe, expect, it } from 'vitest';
import { toldOf } from '../../cli/failure.ts';
import { DayFileError, readDay } from '../../local/rehearsal/day.ts';
import { rehearsal } from '../../local/rehearsal/rehearsal.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

const zone = 'Australia/Sydney';
const refused = (source: string): readonly string[] => {
  try {
    readDay('my-day.json', source, zone);
  } catch (error) {
    if (error instanceof DayFileError) return error.findings;
    throw error;
  }
  return [];
};

describe('a day file', () => {
  it('is read in the wall clock of the platform', () => {
    const day = readDay('my-day.json', '{ "from": "2026-11-23T08:00", "until": "2026-11-23T12:00", "happenings": [{ "at": "2026-11-23T09:30", "push": { "repository": "wizelit", "tags": ["latest"] } }] }', zone);
    expect(new Date(day.from).toISOString()).toBe('2026-11-22T21:00:00.000Z');
    expect(day.happenings).toEqual([
      { kind: 'push', at: Date.parse('2026-11-22T22:30:00Z'), value: { repository: 'wizelit', tags: ['latest'], image: 'good', duplicate: false, lost: false } },
    ]);
  });

  it('that is not JSON is refused with the line', () => {
    expect(refused('{\n  "from": "2026-11-23T08:00",\n')).toEqual(['line 3: not JSON (PropertyNameExpected). Write one JSON object as docs/day-file.md shows']);
  });

  it('without its first fields is refused with the remedy of each', () => {
    expect(refused('{ "title": "x" }').map((finding) => finding.split(': ')[0])).toEqual(['line 1, from', 'line 1, until', 'line 1, happenings']);
  });

  it('is refused with every finding at once', () => {
    const source = `{ "from": "2026-11-23T08:00", "until": "2026-11-23T12:00",
  "happenings": [
    { "at": "2026-11-23T10:00", "push": { "repository": "wizelit", "tags": [] } },
    { "at": "2026-11-23T09:00", "note": "earlier" },
    { "at": "25:00", "visit": {} },
    { "at": "2026-11-23T13:00", "note": "too late" },
    { "at": "2026-11-23T13:00", "pish": {} }
  ] }`;
    expect(refused(source).map((finding) => finding.slice(0, 60))).toEqual([
      'line 3, happenings[0].push.tags: a push needs at least one t',
      'line 5, happenings[2].at: "25:00" is no instant in Australia',
      'line 7, happenings[4]: {"at":"2026-11-23T13:00","pish":{}} i',
      'line 4, happenings[1].at: 2026-11-22T22:00:00.000Z is earlie',
      'line 6, happenings[3].at: 2026-11-23T02:00:00.000Z is outsid',
      'line 7, happenings[4].at: 2026-11-23T02:00:00.000Z is outsid',
    ]);
  });

  it('may not name an instant that the spring shift skips', () => {
    expect(refused('{ "from": "2026-10-04T02:30", "until": "2026-10-04T12:00", "happenings": [] }')[0]).toMatch(/^line 1, from: "2026-10-04T02:30" is no instant in Australia\/Sydney/);
  });

  it('with an event that no rule matches ends in one message, code 2', async () => {
    const happening = { at: '2026-11-23T08:00', event: { version: '0', 'detail-type': 'Bucket Notification', source: 'aws.s3', detail: {} } };
    const day = readDay('my-day.json', JSON.stringify({ from: '2026-11-23T08:00', until: '2026-11-23T08:10', happenings: [happening] }), zone);
    const played = rehearsal({ assembly: await assemblyOf('wizelit'), manifest: await manifestFrom('wizelit'), day });
    const error: unknown = await played.catch((reason: unknown) => reason);
    expect(toldOf(error, 'rehearse')).toEqual({ message: 'no rule matches the event aws.s3 / Bucket Notification', code: 2 });
  });
});
