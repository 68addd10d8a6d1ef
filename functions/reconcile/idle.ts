// Every 15 minutes, where nights begin with idleness: puts the platform to sleep when nobody has used it for as long as it may stay awake (S11).
import { door } from '../door.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { idleStanding } from '../../shared/aws/night-standing.ts';
import { use } from '../../shared/aws/traffic.ts';
import { ReconcileInputSchema } from '../../shared/contracts/reconcile.ts';
import { decideReconcile, type Repair } from '../../shared/domain/night-watch.ts';

export const { make, handler } = door(
  { name: 'reconcile/idle', input: ReconcileInputSchema, needs: { ledger, machines, use } },
  async ({ time }, { manifest, ...ports }): Promise<Repair | null> => {
    const repair = decideReconcile(await idleStanding(manifest, ports, time), time);
    if (repair?.kind !== 'idle') return null;
    await ports.machines.start(repair.story, { trigger: { kind: repair.kind, detail: repair.reason } }, `idle-${time.replaceAll(/[^0-9TZ]/g, '')}`);
    return repair;
  },
);
