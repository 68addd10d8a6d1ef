// Least privilege over the stories' standard cases and random weeks: nothing is asked for without a grant, and every unused grant has a reason.
import { describe, expect, it } from 'vitest';
import { explained } from '../../local/campaign/explained-grants.ts';
import { permissionsOver } from '../../local/campaign/permissions.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

describe('permissions', () => {
  it('X2: nothing is used without a grant, and each unused grant is explained', { timeout: 240_000 }, async () => {
    const [assembly, manifest] = [await assemblyOf('wizelit'), await manifestFrom('wizelit')];
    const report = await permissionsOver({ assembly, manifest, hosts: await sourceHosts() }, 1, 'permissions');
    expect(report.notGranted).toEqual([]);
    expect(report.grants).toBeGreaterThan(200);
    expect(explained(report.neverUsed, manifest.id).unexplained).toEqual([]);
  });
});
