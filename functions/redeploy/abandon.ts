// The story stopped on an error: frees its services, says so, and leaves the rest to the reconciler (X1).
import { door } from '../door.ts';
import { ecsServices } from '../../shared/aws/ecs-services.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';
import { endProof } from '../../shared/aws/proofs.ts';
import { updateRollout } from '../../shared/aws/rollout-steps.ts';
import { letGo } from '../../shared/aws/service-leases.ts';
import { AbandonInputSchema } from '../../shared/contracts/redeploy.ts';
import { abandonNotice } from '../../shared/domain/redeploy-notice.ts';
import { abandoned } from '../../shared/domain/rollout-round.ts';

export const { make, handler } = door(
  { name: 'redeploy/abandon', input: AbandonInputSchema, needs: { ledger, notices, services: ecsServices } },
  async ({ rollout, execution, error, at }, { ledger, notices, services: ecs, manifest }): Promise<{ readonly freed: readonly string[] }> => {
    const entry = rollout === null ? null : await ledger.recall('rollout', rollout);
    const services = entry?.value.services ?? [];
    // People first: should the rest fail for good, the reconciler does it once the leases have run out. `why` finds the notice by its note (N4).
    await ledger.note({ id: execution.name, story: 'redeploy', service: null, action: 'failed', reason: 'rollout-abandoned', facts: { error: error.Error } }, at);
    await notices.send(abandonNotice(execution.name, services, error, manifest, at));
    for (const own of Object.values(entry?.value.progress ?? {})) await endProof({ services: ecs }, own);
    if (entry !== null)
      await updateRollout(
        ledger,
        entry,
        { progress: abandoned(entry.value.progress, error.Error, at), reason: 'rollout-abandoned', owed: [] },
        at,
      );
    await letGo(ledger, services, execution.name, at);
    return { freed: services };
  },
);
