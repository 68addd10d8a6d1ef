// The standard day of every platform: Wizelit's from the bundles that would be deployed, twice, and in process; the others in process.
import { beforeAll, describe, expect, it } from 'vitest';
import { checkDay } from '../../local/rehearsal/day.ts';
import { digestNamed } from '../../local/rehearsal/deploy.ts';
import { rehearsal, type Outcome } from '../../local/rehearsal/rehearsal.ts';
import { report } from '../../local/rehearsal/report.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { standardDay } from '../../local/rehearsal/standard-day.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';
import { linesOf, parting } from './trails.ts';

const dayOf = async (platform: string, fromBundles = false): Promise<Outcome> => {
  const manifest = await manifestFrom(platform);
  const day = checkDay('the standard day', standardDay(manifest), manifest.hours?.timeZone ?? 'UTC');
  return rehearsal({ assembly: await assemblyOf(platform), manifest, day, ...(fromBundles ? {} : { hosts: await sourceHosts() }) });
};

/** What a door asks of AWS in the half hour from an instant: its two looks. */
const asked = ({ trail }: Outcome, door: string, from: string): readonly string[] => {
  const since = Date.parse(from);
  return trail.filter(({ kind, at, who }) => kind === 'call' && at >= since && at < since + 1_800_000 && who.endsWith(`-${door}`)).map(({ what }) => what);
};

const results = ({ rollouts }: Outcome): readonly (readonly [string, string])[] =>
  rollouts.map(({ value }) => [value.services.join('+'), value.result] as const);

describe('Wizelit, from its bundles in worker threads', () => {
  let day: Outcome;
  beforeAll(async () => {
    day = await dayOf('wizelit', true);
  });

  it('P1, P2, P3: its pushes, its night and its alarm break no rule', () => expect(day.broken).toEqual([]));

  it('R7: the first push brings the empty service to life at its configured size', () => {
    const [first] = day.rollouts;
    expect(first?.value).toMatchObject({ services: ['app'], result: 'released', trigger: { kind: 'push' } });
  });

  it('R3: latest and the commit, each event twice, are one rollout', () => {
    const second = digestNamed('wizelit second');
    const rolled = day.rollouts.filter(({ value }) => JSON.stringify(value.images).includes(second) && value.result === 'released');
    expect(rolled).toHaveLength(1);
    expect(rolled[0]?.value.tags).toEqual(['3f2a9c1', 'latest']);
  });

  it('R10: the broken image is rolled back with its evidence and does not run again', () => {
    const broken = day.rollouts.find(({ value }) => value.result === 'rolled-back')?.value;
    expect(broken?.evidence[0]).toMatchObject({ code: 'EssentialContainerExited', containers: [{ name: 'app', exitCode: 1 }] });
    expect(broken?.logs.join('\n')).toContain("KeyError: 'DATABASE_URL_V2'");
    expect(day.end.services['app']?.images).toEqual([digestNamed('wizelit night')]);
  });

  it('L2: the alarm says value against threshold, since when, the last stopped task and what changed', () => {
    const mail = day.mail.find(({ subject }) => subject.includes('CPU of app at 97 %'))?.body ?? '';
    expect(mail).toMatch(/Value +97 %, limit 85 %, over 15 min/);
    expect(mail).toMatch(/Since +Mon 23 Nov 12:1\d/);
    expect(mail).toContain('app exited with 1');
    expect(mail).toContain('What changed in the last hour:');
    expect(day.mail.some(({ subject }) => subject.includes('Recovered after 11 min'))).toBe(true);
  });

  it('S2, S5, S14: the night is recorded, certified with 0 differences and saves money', () => {
    expect(day.nights).toHaveLength(1);
    const night = day.nights[0]?.value;
    expect(night?.hash).toMatch(/^1:[0-9a-f]{32}$/);
    expect(night?.certificate?.differences).toEqual([]);
    expect(night?.saved?.compute).toBeGreaterThan(0);
    expect(day.end).toMatchObject({ services: { app: { desired: 1, running: 1 } }, databases: { db: 'available' } });
  });

  it('R12: the push at 22:30 wakes nothing and runs in the morning', () => {
    const staged = day.rollouts.find(({ value }) => value.result === 'staged');
    expect(JSON.stringify(staged?.value.images)).toContain(digestNamed('wizelit night'));
    const from = Date.parse('2026-11-23T11:30:00Z');
    const morning = Date.parse('2026-11-23T19:00:00Z');
    expect(day.trail.filter(({ kind, at, what }) => kind === 'task' && what === 'RUNNING' && at > from && at < morning)).toEqual([]);
  });

  it('X2: no call is denied and none is unknown', () => {
    expect(day.trail.filter(({ kind, what }) => kind === 'fault' && /denied|not simulated/.test(what))).toEqual([]);
  });

  it('X5: the automation costs less than a cent a day', () => {
    expect(day.bill.cost).toBeLessThan(0.01);
  });

  it('X3: looks that find nothing ask for what it takes to see that: rollouts at every other one, and who keeps a platform awake never', () => {
    const [look, search] = [['dynamodb:Query', 'ecs:DescribeServices', 'ecr:DescribeImages'], ['dynamodb:Query']];
    const night = ['dynamodb:GetItem', 'dynamodb:GetItem', 'ecs:DescribeServices', 'rds:DescribeDBInstances'];
    const [atWork, atNight] = ['2026-11-23T04:00:00Z', '2026-11-23T15:00:00Z'];
    expect(asked(day, 'reconcile-releases', atWork)).toEqual([...look, ...search, ...look]);
    expect(asked(day, 'reconcile-releases', atNight)).toEqual([...look, ...search, ...look]);
    expect(asked(day, 'reconcile-nights', atWork)).toEqual(['dynamodb:GetItem', 'dynamodb:GetItem']);
    expect(asked(day, 'reconcile-nights', atNight)).toEqual([...night, ...night]);
  });

  it('the report fits a terminal of 100 columns and ends with the verdict', () => {
    const text = report(day, { folder: '.rehearsals/wizelit-dev', seconds: { synth: 1, rehearsal: 1 }, colour: false });
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).not.toContain('\u001b');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^\d+ rules held\.$/);
  });

  // Two speeds, one world: bundles in worker threads through the wire protocol, doors in process through one SDK middleware.
  it('X1: bundles in workers and source in process leave the same trail of the standard day', async () => {
    expect(parting(linesOf(day), linesOf(await dayOf('wizelit')))).toBeUndefined();
  });

  it('X1: bundles in workers leave the same trail when they are played again', async () => {
    expect((await dayOf('wizelit', true)).digest).toBe(day.digest);
  });
});

describe('the same day of the other platforms', () => {
  it('F2, F3: one push rolls both services of Farsight in one rollout', async () => {
    const day = await dayOf('farsight');
    expect(day.broken).toEqual([]);
    expect(results(day).filter(([, result]) => result === 'released')).toEqual([['api+worker', 'released'], ['api+worker', 'released'], ['api+worker', 'released']]);
  });

  it('A15: a push to one repository of Atomic Calendar rolls its service and leaves the other seven alone', async () => {
    const day = await dayOf('atomic-calendar');
    expect(day.broken).toEqual([]);
    const after = day.rollouts.filter(({ key }) => key > '2026-11-23T14:00');
    expect(new Set(after.flatMap(({ value }) => value.services))).toEqual(new Set(['app']));
  });

  it('K2, K4: both containers of Managed ChatKit roll from GHCR without an ECR event', async () => {
    const day = await dayOf('managed-chatkit');
    expect(day.broken).toEqual([]);
    expect(day.trail.some(({ kind, who }) => kind === 'event' && who === 'aws.ecr')).toBe(false);
    expect(results(day).filter(([, result]) => result === 'released').length).toBeGreaterThanOrEqual(3);
    expect(day.end.services['web']?.images).toEqual(['backend', 'frontend'].map((name) => digestNamed(`ghcr.io/managed-chatkit/managed-chatkit-${name} night`)).sort());
  });

  it('O11, S6: the night of CLI Agent Orchestrator is reduced to one task, not stopped', async () => {
    const day = await dayOf('cli-agent-orchestrator');
    expect(day.broken).toEqual([]);
    const scaled = day.trail.filter(({ kind, at }) => kind === 'scaling' && at > Date.parse('2026-11-24T02:59:00Z'));
    expect(scaled.map(({ at, what }) => `${new Date(at).toISOString().slice(11, 16)} ${what}`)).toEqual([
      '03:00 bounds 1–1',
      '03:00 desired 2 → 1',
      '10:54 bounds 2–10',
      '10:54 desired 1 → 2',
    ]);
    expect(day.nights[0]?.value.certificate?.differences).toEqual([]);
  });

  it('the starter lives through it as well', async () => {
    expect((await dayOf('starter')).broken).toEqual([]);
  });
});
