// Carries out what is due on ECS: new revisions, first counts, the way back; at most one burst of registrations per call (B10).
import { door } from '../door.ts';
import { carryOut, isOnEcs } from '../../shared/aws/deployments.ts';
import { ecsServices } from '../../shared/aws/ecs-services.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { machines } from '../../shared/aws/machines.ts';
import { startNextShare } from '../../shared/aws/rollout-shares.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { recallRollout, REFILL_SECONDS, takeSteps, updateRollout } from '../../shared/aws/rollout-steps.ts';
import { scaling } from '../../shared/aws/scaling.ts';
import { RolloutInputSchema, type StoryStep } from '../../shared/contracts/redeploy.ts';
import { sharedQuarantine } from '../../shared/aws/shared-quarantine.ts';
import { later } from '../../shared/domain/instants.ts';
import { nextAction } from '../../shared/domain/rollout-progress.ts';
import { decideNextShare } from '../../shared/domain/rollout-share.ts';
import { FIRST_LOOK_SECONDS } from '../../shared/domain/rollout-watch.ts';

export const { make, handler } = door(
  { name: 'redeploy/advance', input: RolloutInputSchema, needs: { services: ecsServices, fleet, scaling, ledger, quarantine: sharedQuarantine, machines } },
  async ({ rollout, at }, { manifest, ...ports }): Promise<StoryStep> => {
    const { ledger } = ports;
    const entry = await recallRollout(ledger, rollout);
    const { progress, more, taken } = await takeSteps(ledger, entry, manifest, at, isOnEcs, (effect, task) =>
      carryOut({ ...ports, manifest }, effect, task),
    );
    const share = decideNextShare(entry.value.next, more, taken);
    if (share.remember !== null) await startNextShare(ports.machines, entry.value.holder, share.remember);
    const { value } = await updateRollout(ledger, entry, { progress, ...(share.remember === null ? {} : { next: share.remember }) }, at);
    if (share.action === 'refill')
      return { action: 'more', rollout, seconds: REFILL_SECONDS, until: later(at, REFILL_SECONDS), reason: share.reason };
    return { action: nextAction(value.progress, value.owed), rollout, seconds: FIRST_LOOK_SECONDS, reason: value.reason };
  },
);
