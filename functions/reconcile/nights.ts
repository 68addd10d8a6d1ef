// Every 15 minutes: starts sleep or wake where an edge was missed, a story got stuck or a database started by itself (S7, S12, S13).
import { door } from '../door.ts';
import { caches } from '../../shared/aws/caches.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { raiseLeftAtZero } from '../../shared/aws/left-at-zero.ts';
import { startLeftDown } from '../../shared/aws/left-down.ts';
import { machines } from '../../shared/aws/machines.ts';
import { nightStanding } from '../../shared/aws/night-standing.ts';
import { scaling } from '../../shared/aws/scaling.ts';
import { stores } from '../../shared/aws/stores.ts';
import { ReconcileInputSchema } from '../../shared/contracts/reconcile.ts';
import { decideReconcile, type Repair } from '../../shared/domain/night-watch.ts';

export const { make, handler } = door(
  { name: 'reconcile/nights', input: ReconcileInputSchema, needs: { caches, fleet, stores, ledger, machines, scaling } },
  async ({ time }, { manifest, ...ports }): Promise<Repair | null> => {
    const standing = await nightStanding(manifest, ports, time);
    const repair = decideReconcile(standing, time);
    if (repair === null) {
      await raiseLeftAtZero(manifest, ports, standing.platform, time);
      await startLeftDown(manifest, ports, standing.platform, time);
      return null;
    }
    const input = { trigger: { kind: repair.kind, detail: repair.reason } };
    await ports.machines.start(repair.story, input, `reconcile-${time.replaceAll(/[^0-9TZ]/g, '')}`);
    return repair;
  },
);
