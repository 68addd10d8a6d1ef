// The morning's summary, from literal facts (L5).
import { describe, expect, it } from 'vitest';
import { digestSchedules } from '../../shared/contracts/digest.ts';
import { digestNotice, digestPeriod, keptQuiet, type DigestFacts } from '../../shared/domain/digest.ts';

const nothing: DigestFacts = { nights: [], rollouts: [], incidents: [], quiet: {}, overrides: [], waiting: [], quarantined: [] };
const platform = { platform: 'wizelit', title: 'Wizelit', stage: 'dev', timeZone: 'Australia/Sydney' };
const period = { kind: 'daily', from: '2026-11-23T20:30:00.000Z', to: '2026-11-24T20:30:00.000Z' } as const;

describe('digestNotice', () => {
  it('L5: tells a night, a release, a failure, an incident, what stayed quiet and what it saved', () => {
    const notice = digestNotice(
      {
        nights: [
          {
            from: '2026-11-24T09:05:00.000Z',
            to: '2026-11-24T20:05:00.000Z',
            differences: [],
            saved: { compute: 1.5, database: 0.25, keptBilling: 0.4 },
          },
        ],
        rollouts: [
          { at: '2026-11-24T01:00:00.000Z', services: ['api'], result: 'released', tags: ['v12'], sentence: 'All tasks run.' },
          {
            at: '2026-11-24T02:00:00.000Z',
            services: ['web'],
            result: 'rolled-back',
            tags: ['v3'],
            sentence: 'web crashed with exit code 1.',
          },
        ],
        incidents: [{ openedAt: '2026-11-24T02:01:00.000Z', closedAt: '2026-11-24T02:13:00.000Z', alarms: ['wizelit-dev-web-errors'] }],
        quiet: { 'explained-by-sleep': 2, 'muted-by-person': 1 },
        overrides: [{ kind: 'hold', about: 'web', by: 'mara', until: null }],
        waiting: [],
        quarantined: [{ service: 'web', digest: 'sha256:0123456789abcdef0123', reason: 'crashed' }],
      },
      period,
      platform,
      period.to,
    );
    expect(notice).toMatchObject({
      title: 'Wizelit dev: Wednesday 25 November, since yesterday',
      summary: '1 rollout went back or failed.',
      digest: true,
      facts: [
        { label: 'Slept', value: '1 night, 11 h' },
        { label: 'Saved', value: '$1.75, while $0.40 kept billing' },
        { label: 'Rolled out', value: '1 release, 1 went back or failed' },
        { label: 'Incidents', value: '1, 12 min in all' },
        { label: 'Kept quiet', value: '2 alarms (asleep), 1 alarm (muted by a person)' },
      ],
      excerpts: [
        { title: 'Went back or failed', lines: ['Tue 24 Nov 13:00 AEDT  web: web crashed with exit code 1.'] },
        { title: 'Released', lines: ['Tue 24 Nov 12:00 AEDT  api (v12)'] },
        { title: 'In force', lines: ['hold web by mara'] },
        { title: 'Quarantined', lines: ['web sha256:0123456789ab: crashed'] },
      ],
    });
  });

  it('L5: an alarm that is looked at again and again while it is kept quiet counts once, by its first reason', () => {
    const noted = (id: string, reason: string, action = 'wait', story = 'alarm') => ({ story, id, action, reason });
    expect(
      keptQuiet([
        noted('cpu:1', 'suppressed-in-cloudwatch'),
        noted('cpu:1', 'suppressed-in-cloudwatch'),
        noted('errors:2', 'explained-by-sleep'),
        noted('errors:2', 'explained-by-wake'),
        noted('errors:2', 'alarm-outlived'),
        noted('slow:3', 'explained-by-sleep'),
        noted('ended without data:4', 'explained-by-sleep', 'tell'),
        noted('night', 'explained-by-sleep', 'wait', 'sleep'),
      ]),
    ).toEqual({ 'suppressed-in-cloudwatch': 1, 'explained-by-sleep': 2 });
  });

  it('L5: a quiet day is one line', () => {
    expect(digestNotice(nothing, period, platform, period.to).summary).toBe('Nothing happened.');
  });
});

describe('the schedules', () => {
  it('L5: come half an hour after work begins, on the team’s own clock', () => {
    expect(
      digestSchedules({
        words: '',
        timeZone: 'UTC',
        windows: [{ days: [1, 2, 3, 4, 5], from: '07:45', to: '20:00' }],
        holidays: [],
        exceptions: [],
      }),
    ).toEqual({ daily: 'cron(15 8 ? * MON-FRI *)', monthly: 'cron(15 8 1 * ? *)' });
    expect(digestSchedules(null).daily).toBe('cron(30 8 ? * MON-FRI *)');
  });

  it.each([
    ['daily', '2026-11-23T08:30:00Z', 'UTC', '2026-11-20T08:30:00.000Z', 'Monday 23 November, since Friday'],
    ['daily', '2026-11-24T08:30:00Z', 'UTC', '2026-11-23T08:30:00.000Z', 'Tuesday 24 November, since yesterday'],
    // Monday morning in Sydney is Sunday evening in UTC.
    ['daily', '2026-11-22T20:30:00Z', 'Australia/Sydney', '2026-11-19T20:30:00.000Z', 'Monday 23 November, since Friday'],
    ['daily', '2026-11-23T20:30:00Z', 'Australia/Sydney', '2026-11-22T20:30:00.000Z', 'Tuesday 24 November, since yesterday'],
    // The clocks went forward on Sunday: the same time on Friday is an hour earlier by UTC.
    ['daily', '2026-03-30T05:30:00Z', 'Europe/Vienna', '2026-03-27T06:30:00.000Z', 'Monday 30 March, since Friday'],
    ['monthly', '2026-12-01T08:30:00Z', 'UTC', '2026-11-01T08:30:00.000Z', 'November 2026'],
    ['monthly', '2026-10-31T20:30:00Z', 'Australia/Sydney', '2026-09-30T21:30:00.000Z', 'October 2026'],
  ] as const)('L5: Monday looks back to Friday, the first of the month to the month before: %s %s %s', (kind, to, timeZone, from, title) => {
    const looked = digestPeriod(kind, to, timeZone);
    expect(looked.from).toBe(from);
    expect(digestNotice(nothing, looked, { ...platform, timeZone }, looked.to).title).toBe(`Wizelit dev: ${title}`);
  });

  it('L5: what is open and what is quarantined comes with the command for it', () => {
    const facts: DigestFacts = {
      ...nothing,
      incidents: [{ openedAt: '2026-11-24T02:01:00.000Z', closedAt: null, alarms: ['wizelit-dev-web-errors'] }],
      quarantined: [{ service: 'web', digest: 'sha256:0123456789abcdef0123', reason: 'crashed' }],
    };
    expect(digestNotice(facts, period, platform, period.to).nextSteps).toEqual([
      'Look after the open incidents: dayshift status --platform wizelit --stage dev',
      'Push a newer image for web, or let the quarantined one go: dayshift release web --platform wizelit --stage dev',
    ]);
  });
});
