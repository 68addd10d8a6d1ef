// Copies the databases before a migration, and looks every half minute until the copies are there (R8).
import { door } from '../door.ts';
import { copyDatabases, isSnapshot } from '../../shared/aws/database-copies.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { recallRollout, takeSteps, updateRollout } from '../../shared/aws/rollout-steps.ts';
import { snapshots } from '../../shared/aws/snapshots.ts';
import { RolloutInputSchema, type StoryStep } from '../../shared/contracts/redeploy.ts';
import { nextAction } from '../../shared/domain/rollout-progress.ts';
import { FIRST_LOOK_SECONDS } from '../../shared/domain/rollout-watch.ts';

export const { make, handler } = door(
  { name: 'redeploy/snapshot', input: RolloutInputSchema, needs: { snapshots, ledger } },
  async ({ rollout, at }, { snapshots, ledger, manifest }): Promise<StoryStep> => {
    const entry = await recallRollout(ledger, rollout);
    const { progress } = await takeSteps(ledger, entry, manifest, at, isSnapshot, (_effect, task) =>
      copyDatabases(snapshots, manifest, task),
    );
    const { value } = await updateRollout(ledger, entry, { progress }, at);
    const next = nextAction(value.progress, value.owed);
    return { action: next === 'snapshot' ? 'backup' : next, rollout, seconds: FIRST_LOOK_SECONDS, reason: value.reason };
  },
);
