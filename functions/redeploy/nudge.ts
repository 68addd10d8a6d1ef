// An ECS event ends the wait of whoever watches its service; what the event says is not believed, only looked after (R9).
import { door } from '../door.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { nudge } from '../../shared/aws/rollout-nudge.ts';
import { NudgeInputSchema, serviceOf } from '../../shared/contracts/redeploy.ts';

export const { make, handler } = door(
  { name: 'redeploy/nudge', input: NudgeInputSchema, needs: { ledger, machines } },
  async (event, { ledger, machines, manifest }): Promise<{ readonly nudged: number }> => {
    const serviceName = serviceOf(event);
    const service = manifest.services.find((candidate) => candidate.serviceName === serviceName);
    if (service === undefined) return { nudged: 0 };
    return { nudged: await nudge({ ledger, machines }, service.name, event.time) };
  },
);
