// Least privilege over the stories' standard cases and random weeks: nothing is asked for without a grant, and every unused grant has a reason.
import { describe, expect, it } from 'vitest';
import { explained } from '../../local/campaign/explained-grants.ts';
import { permissionsOver } from '../../local/campaign/permissions.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { main } from '../../cli/main.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';
import { screenOf, withAssembly } from '../cli/stage.ts';

describe('permissions', () => {
  it('X2: nothing is used without a grant, and each unused grant is explained', { timeout: 240_000 }, async () => {
    const [assembly, manifest] = [await assemblyOf('wizelit'), await manifestFrom('wizelit')];
    const report = await permissionsOver({ assembly, manifest, hosts: await sourceHosts() }, 1, 'permissions');
    expect(report.notGranted).toEqual([]);
    expect(report.grants).toBeGreaterThan(200);
    expect(explained(report.neverUsed, manifest.id).unexplained).toEqual([]);
  });

  it('Ctrl-C ends with what was found by then, and code 130', async () => {
    let asked = 0;
    const interrupted = {
      // Pressed while the first day is played.
      get aborted(): boolean {
        return (asked += 1) > 1;
      },
    } as AbortSignal;
    const screen = screenOf({ interrupted });
    const code = await withAssembly('wizelit', () => main(['campaign', '--permissions', '--platform', 'wizelit', '--nights', '70'], screen.terminal));
    expect({ code, err: screen.err() }).toEqual({ code: 130, err: '' });
    expect(screen.out()).toMatch(/^\d{3} granted actions over 0 of 10 weeks \(interrupted\)\n\nUsed but not granted:\n {2}nothing\n/);
  });
});
