// Every few minutes: asks registries without events whether a watched tag points elsewhere than before (R1).
import { door } from '../door.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { pollRegistries } from '../../shared/aws/polling.ts';
import { ReconcileInputSchema } from '../../shared/contracts/reconcile.ts';
import { peekOci } from '../../shared/web/registry.ts';

export const { make, handler } = door(
  { name: 'redeploy/poll', input: ReconcileInputSchema, needs: { ledger, machines, peek: peekOci } },
  async ({ time }, { manifest, ...ports }): Promise<{ readonly changed: readonly string[] }> => ({
    changed: await pollRegistries(ports, manifest, time),
  }),
);
