// Stores the waiting state's token, then looks: is every service of the rollout proven, still moving, or bad? (R9)
import { door } from '../door.ts';
import { ecsServices } from '../../shared/aws/ecs-services.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { observe } from '../../shared/aws/rollout-observation.ts';
import { keepLeases, recallRollout, rememberMigrations, updateRollout } from '../../shared/aws/rollout-steps.ts';
import { site } from '../../shared/aws/site.ts';
import { targets } from '../../shared/aws/targets.ts';
import { WatchInputSchema, waiterKey, type StoryStep } from '../../shared/contracts/redeploy.ts';
import { later } from '../../shared/domain/instants.ts';
import { afterLook } from '../../shared/domain/rollout-round.ts';
import { unfinished } from '../../shared/domain/rollout-watch.ts';

export const { make, handler } = door(
  { name: 'redeploy/watch', input: WatchInputSchema, needs: { services: ecsServices, targets, site, ledger, machines } },
  async (
    { rollout, token, seconds, at },
    { services, targets, site, ledger, machines, manifest },
  ): Promise<{ readonly answered: boolean }> => {
    const entry = await recallRollout(ledger, rollout);
    // The token first: an event that comes while we look then ends the wait all the same.
    const waiter = { token, services: unfinished(entry.value.progress), until: later(at, seconds), seconds };
    await ledger.remember('waiter', waiterKey(rollout), waiter, { expect: 'any', at });
    const asks = (await ledger.list('ask')).map(({ key, value }) => ({ service: key, at: value.at }));
    const { progress, evidence, lookIn } = await observe({ services, targets, site, ledger }, entry.value, manifest, at);
    await rememberMigrations(ledger, entry, progress, manifest, at);
    const { value } = await updateRollout(ledger, entry, { progress, evidence, leasedAt: await keepLeases(ledger, entry, at) }, at);
    const action = afterLook(value, asks, lookIn, seconds);
    if (action === null) return { answered: false };
    await machines.answer(token, { action, rollout, seconds: lookIn, reason: value.reason } satisfies StoryStep);
    return { answered: true };
  },
);
