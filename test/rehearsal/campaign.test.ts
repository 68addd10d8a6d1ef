// A short campaign over random weeks with faults; what a week is, how violations are shrunk, and that faults are refused when they make no sense.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveCase } from '../../cli/commands/campaign.ts';
import { campaign } from '../../local/campaign/campaign.ts';
import { randomWeek, type DayData, type HappeningData } from '../../local/campaign/random-week.ts';
import { subjectsOf } from '../../local/campaign/subjects.ts';
import { faultWords, type Fault } from '../../local/rehearsal/day-faults.ts';
import { shrink } from '../../local/campaign/shrink.ts';
import { checkDay } from '../../local/rehearsal/day.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';
import { changedAssembly } from '../changed-assembly.ts';
import type { PlayedCase } from '../play-case.ts';

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

  it('X1, L6: its weeks hold every fault there is, wake links and buttons pressed by all kinds of people, and commands', async () => {
    const [assembly, plain] = [await assemblyOf('farsight'), await manifestFrom('farsight')];
    // With an app in Slack and mail through Amazon SES, which its platform file does not have.
    const manifest = { ...plain, notices: { ...plain.notices, allow: { '*': ['UC8B6C061'] }, mail: { from: 'alerts@farsight.example' } } };
    const weeksOf = (given: typeof plain): readonly HappeningData[] =>
      Array.from({ length: 250 }, (_, week) => randomWeek(given, subjectsOf(assembly, given), `words/${week}`).happenings).flat();
    const faultsIn = (weeks: readonly HappeningData[]): ReadonlySet<string> => new Set(weeks.flatMap(({ fault }) => (fault === undefined ? [] : [(fault as Fault).what])));
    const weeks = weeksOf(manifest);
    expect(faultWords.filter((word) => !faultsIn(weeks).has(word))).toEqual([]);
    const links = weeks.flatMap(({ link }) => (link === undefined ? [] : [link as { press: boolean; forged: boolean; headers?: object }]));
    expect(new Set(links.map(({ press, forged, headers }) => `${press} ${forged} ${headers !== undefined}`)).size).toBe(8);
    const presses = weeks.flatMap(({ press }) => (press === undefined ? [] : [press as { button?: string; command?: string; by: string; trick?: string }]));
    const buttons = ['acknowledge', 'approve', 'keep-awake', 'mute', 'reject', 'rollback', 'sleep-now', 'wake'];
    expect([...new Set(presses.flatMap(({ button }) => button ?? []))].sort()).toEqual(buttons);
    expect([...new Set(presses.flatMap(({ command }) => command?.split(' ')[0] ?? []))].sort()).toEqual(['hold', 'keep-awake', 'mute', 'release', 'rollback', 'sleep', 'status', 'wake']);
    expect([new Set(presses.map(({ by }) => by)).size, new Set(presses.map(({ trick }) => trick)).size]).toEqual([2, 4]);
    const without = weeksOf(plain);
    expect([without.some(({ press }) => press !== undefined), faultsIn(without).has('mailbox')]).toEqual([false, false]);
  });

  it('X1, L6: a random week with buttons and commands breaks no rule', async () => {
    const place = await changedAssembly('wizelit', 'dev', { notices: { allow: { '*': ['UC8B6C061'] } } });
    const report = await campaign({ ...place, nights: 7, seed: 'pressed', workers: 1, keepGoing: true });
    expect(report.found.map(({ seed, broken }) => ({ seed, broken }))).toEqual([]);
  });

  it('stops at a violation, shrinks it to the smallest day that still fails, and saves that as a case', async () => {
    const [assembly, whole] = [await assemblyOf('starter'), await manifestFrom('starter')];
    // Somebody deleted the secret that the platform's messages need: no day can be played.
    const manifest = { ...whole, notices: { ...whole.notices, slack: { secret: 'deleted', settings: 'none' } } };
    const { found, nights } = await campaign({ assembly, manifest: manifest as never, nights: 700, seed: 'broken', workers: 1 });
    expect({ nights, found: found.length }).toEqual({ nights: 7, found: 1 });
    const folder = join(import.meta.dirname, '..', '..', '.build', 'found');
    const saved = JSON.parse(readFileSync(join(process.cwd(), saveCase('starter', found[0]!, folder)), 'utf8')) as PlayedCase;
    rmSync(folder, { recursive: true });
    expect(saved).toMatchObject({ title: 'rehearsal: the rehearsal plays to its end (found by a campaign)', platform: 'starter', given: 'running', day: { happenings: [] } });
    expect(checkDay('saved', { title: saved.title, ...saved.day }, 'UTC')).toMatchObject({ seed: 'broken/1' });
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
