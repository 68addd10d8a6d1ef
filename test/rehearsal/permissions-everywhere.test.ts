// Least privilege of every platform there is, and of one with an app in Slack and mail through SES: nothing asked for without a grant, each unused grant with a reason, no reason without a grant.
import { describe, expect, it } from 'vitest';
import { explained, explanations } from '../../local/campaign/explained-grants.ts';
import { permissionsOver } from '../../local/campaign/permissions.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';
import { changedAssembly } from '../changed-assembly.ts';

const PLATFORMS = ['wizelit', 'farsight', 'atomic-calendar', 'cli-agent-orchestrator', 'managed-chatkit'];

describe('permissions', () => {
  const given = new Set<string>();

  it.each([...PLATFORMS, 'wizelit with an app'])('X2: of %s nothing is used without a grant, and each unused grant is explained', { timeout: 240_000 }, async (name) => {
    const app = { notices: { allow: { '*': ['UC8B6C061'] }, mail: { from: 'alerts@wizelit.example' } } };
    const place = PLATFORMS.includes(name)
      ? { assembly: await assemblyOf(name), manifest: await manifestFrom(name) }
      : await changedAssembly('wizelit', 'dev', app);
    const report = await permissionsOver({ ...place, hosts: await sourceHosts() }, 1, 'permissions');
    expect(report.notGranted).toEqual([]);
    expect(report.grants).toBeGreaterThan(200);
    const { because, unexplained } = explained(report.neverUsed, place.manifest.id);
    expect(unexplained).toEqual([]);
    for (const why of because.values()) given.add(why);
  });

  it('X2: every explanation is needed by one of them', () => {
    expect(explanations.filter(({ why }) => !given.has(why)).map(({ grant }) => String(grant))).toEqual([]);
  });
});
