// Every 15 minutes: starts the redeploy story where registry, record and service differ, because push events may be late or lost (R1).
import { door } from '../door.ts';
import { repairDrift } from '../../shared/aws/drift.ts';
import { ecsServices } from '../../shared/aws/ecs-services.ts';
import { glances } from '../../shared/aws/images.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { ReconcileInputSchema } from '../../shared/contracts/reconcile.ts';

export const { make, handler } = door(
  { name: 'reconcile/releases', input: ReconcileInputSchema, needs: { services: ecsServices, images: glances, ledger, machines } },
  async ({ time }, { manifest, ...ports }): Promise<{ readonly started: readonly string[] }> => ({
    started: await repairDrift(ports, manifest, time),
  }),
);
