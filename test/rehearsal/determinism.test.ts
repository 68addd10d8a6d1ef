// The same templates, day and seed leave the same trail, byte for byte; another seed leaves another one.
import { beforeAll, describe, expect, it } from 'vitest';
import { randomWeek } from '../../local/campaign/random-week.ts';
import { subjectsOf } from '../../local/campaign/subjects.ts';
import { checkDay } from '../../local/rehearsal/day.ts';
import { rehearsal } from '../../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Hosts } from '../../local/world.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

const SEEDS = 50;

let assembly: string;
let manifest: Manifest;
let hosts: Hosts;

beforeAll(async () => {
  assembly = await assemblyOf('wizelit');
  manifest = await manifestFrom('wizelit');
  hosts = await sourceHosts();
});

/** Half an hour before noon with a push, a fault and a visit; the seed decides all delays. */
const busyTime = (seed: string): object => ({
  title: 'A push, a crash and a visit', seed, from: '2026-11-24T11:00', until: '2026-11-24T11:30',
  happenings: [
    { at: '2026-11-24T11:01', fault: { what: 'duplicate-events', source: 'aws.ecr', next: 2 } },
    { at: '2026-11-24T11:02', push: { repository: 'wizelit', tags: ['latest', '3f2a9c1'], digest: 'second' } },
    { at: '2026-11-24T11:03', fault: { what: 'kill', function: 'redeploy-', when: 'after-call', call: 4 } },
    { at: '2026-11-24T11:20', visit: { path: '/', times: 2 } },
  ],
});

const digestOf = async (data: object, given: 'running' | 'empty' = 'running'): Promise<string> => {
  const day = checkDay('a day of a test', data, manifest.hours?.timeZone ?? 'UTC');
  return (await rehearsal({ assembly, manifest, day, hosts, given })).digest;
};

describe('determinism', () => {
  it('X1: fifty seeds played twice leave fifty pairs of equal trails', async () => {
    const seeds = Array.from({ length: SEEDS }, (_, index) => `seed ${index}`);
    const first: string[] = [];
    for (const seed of seeds) first.push(await digestOf(busyTime(seed)));
    const second: string[] = [];
    for (const seed of seeds.toReversed()) second.unshift(await digestOf(busyTime(seed)));
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(SEEDS);
  });

  it('X1: a random week with faults leaves the same trail when it is played again', async () => {
    const week = randomWeek(manifest, subjectsOf(assembly, manifest), 'determinism/1');
    expect(randomWeek(manifest, subjectsOf(assembly, manifest), 'determinism/1')).toEqual(week);
    expect(await digestOf(week)).toBe(await digestOf(week));
  });
});
