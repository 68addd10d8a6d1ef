// The account's quarantine: what a failed rollout leaves for the other platforms, and that a person's word takes it away (R10).
import { expect, it } from 'vitest';
import { checkDay } from '../../local/rehearsal/day.ts';
import { digestNamed } from '../../local/rehearsal/deploy.ts';
import { rehearsal } from '../../local/rehearsal/rehearsal.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { banName, readBan } from '../../shared/domain/shared-quarantine.ts';
import { changedAssembly } from '../changed-assembly.ts';

const bad = digestNamed('bad');

/** What the account knows of the bad image after a day with it. */
const knownAfter = async (happenings: readonly object[], until: string): Promise<string> => {
  const { assembly, manifest } = await changedAssembly('wizelit', 'dev', { quarantine: 'account' });
  const push = { repository: 'wizelit', tags: ['latest'], digest: 'bad', image: 'crashes' };
  const planned = [{ at: '2026-11-23T10:05', push }, ...happenings];
  const day = checkDay('a ban', { title: 'a ban', seed: 3, from: '2026-11-23T10:00', until, happenings: planned }, 'Australia/Sydney');
  let known = 'unknown';
  const ended: NonNullable<Parameters<typeof rehearsal>[0]['ended']> = ({ services }) => {
    try {
      known = services.ssm.value(banName(bad));
    } catch (error) {
      known = (error as Error).name;
    }
  };
  await rehearsal({ assembly, manifest, day, hosts: await sourceHosts(), given: 'running', ended });
  return known;
};

it('R10: a bad image is written down for every platform of the account that asks', async () => {
  const told = await knownAfter([], '2026-11-23T10:20');
  expect(readBan(bad, told)).toMatchObject({ digest: bad, platform: 'wizelit-dev', service: 'app', reason: expect.stringContaining('exited with 1') });
});

it('R10: a person who lets a bad image go lets it go for the whole account', async () => {
  const release = { at: '2026-11-23T10:20', start: { story: 'redeploy', services: ['app'], by: 'mara', intent: 'release' } };
  expect(await knownAfter([release], '2026-11-23T10:20:30')).toBe('ParameterNotFound');
});
