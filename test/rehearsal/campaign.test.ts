// A short campaign over random weeks with faults; what a week is, how violations are shrunk, and that faults are refused when they make no sense.
import { describe, expect, it } from 'vitest';
import { campaign } from '../../local/campaign/campaign.ts';
import type { DayData } from '../../local/campaign/random-week.ts';
import { shrink } from '../../local/campaign/shrink.ts';
import { checkDay } from '../../local/rehearsal/day.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

const day = (...happenings: object[]): object => ({ from: '2026-11-24T08:00:00Z', until: '2026-11-24T20:00:00Z', happenings });
const findings = (fault: object): string => {
  try {
    checkDay('day.json', day({ at: '2026-11-24T09:00:00Z', fault }), 'UTC');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a campaign', () => {
  it('X1: two random weeks with faults break no rule', async () => {
    const [assembly, manifest] = [await assemblyOf('farsight'), await manifestFrom('farsight')];
    const report = await campaign({ assembly, manifest, nights: 14, seed: 'test', workers: 1, keepGoing: true });
    expect(report.found.map(({ seed, broken }) => ({ seed, broken }))).toEqual([]);
    expect(report).toMatchObject({ nights: 14, interrupted: false });
    expect(report.faults).toBeGreaterThan(10);
  });

  it('an interrupted campaign answers what it has', async () => {
    const [assembly, manifest] = [await assemblyOf('farsight'), await manifestFrom('farsight')];
    const stop = new AbortController();
    const report = await campaign({ assembly, manifest, nights: 7_000, seed: 'stopped', workers: 1, signal: stop.signal, progress: () => stop.abort() });
    expect(report).toMatchObject({ nights: 7, of: 7_000, interrupted: true });
  });
});

describe('shrinking', () => {
  const week: DayData = {
    title: 'a week', seed: '1', from: '2026-11-23T08:00:00.000Z', until: '2026-11-30T12:00:00.000Z',
    happenings: Array.from({ length: 20 }, (_, index) => ({ at: `2026-11-${24 + Math.floor(index / 10)}T0${index % 10}:00:00.000Z`, note: `number ${index}` })),
  };
  const has = (data: DayData, index: number): boolean => data.happenings.some((happening) => happening['note'] === `number ${index}`);

  it('finds the two happenings that break the rule together, and the days around them', async () => {
    const { data } = await shrink(week, async (candidate) => has(candidate, 3) && has(candidate, 14));
    expect(data.happenings.map((happening) => happening['note'])).toEqual(['number 3', 'number 14']);
    expect(data.from).toBe('2026-11-23T08:00:00.000Z');
    expect(data.until).toBe('2026-11-25T12:00:00.000Z');
  });

  it('stops when its tries are used up', async () => {
    const { tries, data } = await shrink(week, async (candidate) => has(candidate, 3), 4);
    expect(tries).toBe(4);
    expect(data.happenings.length).toBeLessThan(20);
  });
});

describe('faults in day files', () => {
  it.each([
    [{ what: 'drop-events', source: 'aws.ecs' }, 'AWS delivers all other events at least once'],
    [{ what: 'explode' }, 'what must be one of drop-events, duplicate-events'],
    [{ what: 'kill', function: 'wake', when: 'sometimes' }, 'when must be before-call or after-call'],
    [{ what: 'no-capacity', provider: 'FARGATE' }, 'minutes'],
    [{ what: 'throttle', service: 'ecs', times: 0 }, 'times must be at least 1'],
  ])('refuses %j with the remedy', (fault, words) => {
    expect(findings(fault)).toContain(words);
    expect(findings(fault)).toContain('docs/day-file.md');
  });
});
