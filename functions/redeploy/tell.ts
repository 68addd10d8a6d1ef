// Says which images wait and why, when nothing else is to be done (R8, R11).
import { door } from '../door.ts';
import { tellHeld } from '../../shared/aws/held-images.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';
import { TellInputSchema } from '../../shared/contracts/redeploy.ts';

export const { make, handler } = door(
  { name: 'redeploy/tell', input: TellInputSchema, needs: { ledger, notices } },
  async ({ at }, { ledger, notices, manifest }): Promise<{ readonly told: readonly string[] }> => ({
    told: await tellHeld(ledger, notices, manifest, at),
  }),
);
