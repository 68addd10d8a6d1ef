// Writes down what is proven, tells people, and closes the rollout when it is over (R5, R6, N1).
import { door } from '../door.ts';
import { tellHeld } from '../../shared/aws/held-images.ts';
import { keptImages } from '../../shared/aws/kept-images.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';
import { releasedImages } from '../../shared/aws/released-images.ts';
import { isRelease, keepStaged, release } from '../../shared/aws/releases.ts';
import { closeOrGoOn, isSentBack, payDebts } from '../../shared/aws/rollout-ending.ts';
import { recallRollout, takeSteps, updateRollout } from '../../shared/aws/rollout-steps.ts';
import { RolloutInputSchema, type StoryStep } from '../../shared/contracts/redeploy.ts';
import { LAST_WORDS_SECONDS } from '../../shared/domain/rollout-debts.ts';

export const { make, handler } = door(
  { name: 'redeploy/settle', input: RolloutInputSchema, needs: { images: releasedImages, kept: keptImages, notices, ledger } },
  async ({ rollout, at }, { images, kept, notices, ledger, manifest }): Promise<StoryStep> => {
    const entry = await recallRollout(ledger, rollout);
    if (await isSentBack(ledger, entry)) return { action: 'again', rollout, seconds: 0, reason: 'sent-back' };
    const { progress } = await takeSteps(ledger, entry, manifest, at, isRelease, (_effect, task) => release({ images: { ...images, ...kept }, ledger }, task));
    const settled = await payDebts(ledger, notices, await updateRollout(ledger, entry, { progress }, at), manifest, at);
    if (settled === null) return { action: 'listen', rollout, seconds: LAST_WORDS_SECONDS, reason: 'last-words' };
    await keepStaged(kept, manifest, settled.value.progress);
    await tellHeld(ledger, notices, manifest, at);
    return closeOrGoOn(ledger, settled, manifest, at);
  },
);
