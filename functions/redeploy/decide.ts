// Decides what a trigger means now: asks the registry, ECS and the ledger, and opens a rollout when something is to be done (R1–R4).
import { door } from '../door.ts';
import { ecsServices } from '../../shared/aws/ecs-services.ts';
import { registries } from '../../shared/aws/images.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { hearAsks, openRound, reopen, roundOf } from '../../shared/aws/rollout-rounds.ts';
import { sharedQuarantine } from '../../shared/aws/shared-quarantine.ts';
import { decideTogether, gatherStandings } from '../../shared/aws/situations.ts';
import { DecideInputSchema, triggerOf, type StoryStep } from '../../shared/contracts/redeploy.ts';
import { shareOf } from '../../shared/domain/rollout-share.ts';
import { unfinished } from '../../shared/domain/rollout-watch.ts';
import { concerned } from '../../shared/domain/selection.ts';

/** Seconds until a platform that is falling asleep or waking is asked again. */
const TRANSITION = 30;

export const { make, handler } = door(
  { name: 'redeploy/decide', input: DecideInputSchema, needs: { services: ecsServices, images: registries, ledger, machines, quarantine: sharedQuarantine } },
  async (input, { services, images, ledger, machines, quarantine, manifest }): Promise<StoryStep> => {
    const before = input.rollout === null ? null : await ledger.recall('rollout', input.rollout);
    const trigger = triggerOf(input, before?.value);
    const round = roundOf(input, before, trigger);
    const known = await ledger.recall('rollout', round.key);
    if (known !== null) return reopen(ledger, round, known);

    const heard = before === null ? null : await hearAsks(ledger, before, trigger);
    const asked = heard?.trigger ?? trigger;
    const { share, rest } = shareOf(concerned(manifest.services, asked, heard === null ? input.services : heard.services));
    const standings = await gatherStandings(share, manifest, { services, images, ledger }, input.at, heard?.underWay);
    const decisions = decideTogether(standings, asked);
    const waiting = decisions.find(({ action }) => action === 'wait');
    if (waiting !== undefined && unfinished(before?.value.progress ?? {}).length === 0)
      return { action: 'pause', rollout: input.rollout, seconds: TRANSITION, reason: waiting.reason };
    await quarantine.lift(decisions.flatMap(({ remember }) => remember.pardon));
    return openRound({ ledger, machines }, { ...round, trigger: asked, rest, waiting: heard?.waiting ?? [] }, standings, decisions);
  },
);
