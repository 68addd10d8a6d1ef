// When schedules fire: AWS cron in time zones with its answers to clock changes, rates and single times.
import { describe, expect, it } from 'vitest';
import { readSchedule } from '../../local/services/scheduler-time.ts';

const next = (expression: string, zone: string, from: string, count = 3): string[] => {
  const times = readSchedule({ expression, zone, start: Date.parse(from) });
  const found: string[] = [];
  for (let at: number | undefined = Date.parse(from); at !== undefined && found.length < count;) {
    at = times.next(at);
    if (at !== undefined) found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
};

describe('clock changes', () => {
  it('S1: skips a time that the clocks jump over', () => {
    expect(next('cron(30 2 * * ? *)', 'America/New_York', '2026-03-07T00:00:00Z', 2)).toEqual(['2026-03-07T07:30Z', '2026-03-09T06:30Z']);
    expect(next('cron(30 2 * * ? *)', 'Australia/Sydney', '2026-10-02T20:00:00Z', 2)).toEqual(['2026-10-04T15:30Z', '2026-10-05T15:30Z']);
    expect(next('cron(15 2 * * ? *)', 'Australia/Lord_Howe', '2026-10-02T20:00:00Z', 2)).toEqual([
      '2026-10-04T15:15Z',
      '2026-10-05T15:15Z',
    ]);
  });

  it('S1: runs a repeated time once, the first time', () => {
    expect(next('cron(30 1 * * ? *)', 'America/New_York', '2026-10-31T12:00:00Z', 2)).toEqual(['2026-11-01T05:30Z', '2026-11-02T06:30Z']);
    expect(next('cron(30 2 * * ? *)', 'Australia/Sydney', '2027-04-03T00:00:00Z', 2)).toEqual(['2027-04-03T15:30Z', '2027-04-04T16:30Z']);
    expect(next('cron(45 1 * * ? *)', 'Australia/Lord_Howe', '2027-04-03T00:00:00Z', 2)).toEqual([
      '2027-04-03T14:45Z',
      '2027-04-04T15:15Z',
    ]);
  });

  it('S1: every half hour through a repeated hour repeats nothing', () => {
    expect(next('cron(0/30 1-3 * * ? *)', 'Australia/Sydney', '2027-04-03T13:59:00Z', 6)).toEqual([
      '2027-04-03T14:00Z',
      '2027-04-03T14:30Z',
      '2027-04-03T15:00Z',
      '2027-04-03T15:30Z',
      '2027-04-03T17:00Z',
      '2027-04-03T17:30Z',
    ]);
  });

  it('S1: keeps the wall time of a weekday evening over the change to summer time', () => {
    expect(next('cron(0 19 ? * MON-FRI *)', 'Australia/Sydney', '2026-10-01T00:00:00Z', 3)).toEqual([
      '2026-10-01T09:00Z',
      '2026-10-02T09:00Z',
      '2026-10-05T08:00Z',
    ]);
  });
});

describe('cron expressions', () => {
  it.each([
    ['0 7 ? * 2-6 *', '2026-11-20T00:00:00Z', ['2026-11-20T07:00Z', '2026-11-23T07:00Z', '2026-11-24T07:00Z']],
    ['0 10 L * ? *', '2026-02-01T00:00:00Z', ['2026-02-28T10:00Z', '2026-03-31T10:00Z', '2026-04-30T10:00Z']],
    ['0 10 ? * 6L *', '2026-02-01T00:00:00Z', ['2026-02-27T10:00Z', '2026-03-27T10:00Z', '2026-04-24T10:00Z']],
    ['0 10 ? * FRIL *', '2026-02-01T00:00:00Z', ['2026-02-27T10:00Z', '2026-03-27T10:00Z', '2026-04-24T10:00Z']],
    ['0 10 ? * 3#2 *', '2026-02-01T00:00:00Z', ['2026-02-10T10:00Z', '2026-03-10T10:00Z', '2026-04-14T10:00Z']],
    ['0 10 15W * ? *', '2026-02-01T00:00:00Z', ['2026-02-16T10:00Z', '2026-03-16T10:00Z', '2026-04-15T10:00Z']],
    ['0 10 1W * ? *', '2026-07-15T00:00:00Z', ['2026-08-03T10:00Z', '2026-09-01T10:00Z', '2026-10-01T10:00Z']],
    ['0 10 LW * ? *', '2026-01-15T00:00:00Z', ['2026-01-30T10:00Z', '2026-02-27T10:00Z', '2026-03-31T10:00Z']],
    ['0 10 1 1 ? 2027,2029', '2026-02-01T00:00:00Z', ['2027-01-01T10:00Z', '2029-01-01T10:00Z']],
    ['0 0 29 2 ? *', '2026-02-01T00:00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z', '2036-02-29T00:00Z']],
    ['5/20 8 * * ? *', '2026-11-20T00:00:00Z', ['2026-11-20T08:05Z', '2026-11-20T08:25Z', '2026-11-20T08:45Z']],
  ])('cron(%s) from %s', (body, from, expected) => {
    expect(next(`cron(${body})`, 'UTC', from)).toEqual(expected);
  });

  it.each([
    '0 10 * * * *',
    '0 10 1 * MON *',
    '0 10 ? * ? *',
    '60 10 * * ? *',
    '0 24 * * ? *',
    '0 10 * * ?',
    '0 10 32 * ? *',
    '0 10 ? * 8 *',
    '0 10 ? * 0 *',
    '0 10 * 13 ? *',
    '0 10 * * ? 1969',
    '0 10 * * ? 2200',
    'abc',
    '0 10 ? * MON#6 *',
    '0 22-6 * * ? *',
  ])('refuses cron(%s)', (body) => {
    expect(() => next(`cron(${body})`, 'UTC', '2026-11-20T00:00:00Z')).toThrow('Invalid Schedule Expression');
  });
});

describe('rates and single times', () => {
  it('counts a rate as elapsed time', () => {
    expect(next('rate(1 day)', 'America/New_York', '2026-10-31T12:00:00Z', 2)).toEqual(['2026-11-01T12:00Z', '2026-11-02T12:00Z']);
    expect(next('rate(5 minutes)', 'UTC', '2026-11-20T00:00:00Z', 2)).toEqual(['2026-11-20T00:05Z', '2026-11-20T00:10Z']);
  });

  it('reads a single time in its zone, once', () => {
    expect(next('at(2026-11-22T07:00:00)', 'Australia/Sydney', '2026-11-20T00:00:00Z')).toEqual(['2026-11-21T20:00Z']);
  });

  it.each(['rate(0 minutes)', 'rate(1 minutes)', 'rate(5 minute)', 'rate(5 weeks)', 'at(2026-11-22)', 'every day'])(
    'refuses %s',
    (expression) => {
      expect(() => next(expression, 'UTC', '2026-11-20T00:00:00Z')).toThrow('Invalid Schedule Expression');
    },
  );

  it('refuses a zone that does not exist', () => {
    expect(() => next('rate(5 minutes)', 'Mars/Olympus', '2026-11-20T00:00:00Z')).toThrow('Mars/Olympus');
  });
});
