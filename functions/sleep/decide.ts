// Asks the hours, not the event, whether the platform goes to sleep now (S8, S12); the first who may begins the night.
import { door } from '../door.ts';
import { NightDecideSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { decideSleep } from '../../shared/domain/sleep.ts';
import { keptAwake } from '../../shared/domain/overrides.ts';
import { recentRelease } from '../../shared/aws/night-memory.ts';
import { beginNight, driveNight, platformNow, tellBeforehand } from '../../shared/aws/night-state.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';
import { use } from '../../shared/aws/traffic.ts';

export const { make, handler } = door({
  name: 'sleep/decide',
  input: NightDecideSchema,
  needs: { ledger, notices, use },
}, async ({ execution, at, trigger }, { ledger, notices, use, manifest }) => {
  const platform = await platformNow(ledger);
  const overrides = (await ledger.list('override', { from: 'keep-awake#', to: 'keep-awake#\uffff' })).map(({ value }) => value);
  const facts = {
    trigger,
    hours: manifest.hours,
    state: platform.value.state,
    keptAwake: keptAwake(overrides, at),
    inUse: null,
    postponedSince: platform.value.postponedSince ?? null,
    startedAt: execution.startedAt,
  };
  const idle = decideSleep(facts, at);
  const asked = idle.action === 'go' && trigger.kind !== 'operator';
  const recent = asked && trigger.kind === 'reconcile' ? await recentRelease(ledger, at) : null;
  const decision = asked ? decideSleep({ ...facts, inUse: recent ?? (await use.now(at)) }, at) : idle;
  switch (decision.action) {
    case 'go':
      return beginNight('sleep', { ledger, execution, trigger, platform, decision }, at);
    case 'resume':
    case 'tend':
      return driveNight('sleep', { ledger, execution, platform, reason: decision.reason }, at);
    case 'warn':
    case 'pause':
      await tellBeforehand({ ledger, notices, manifest, execution, platform, decision }, at);
      return stepOf('pause', decision.reason, { seconds: decision.seconds });
    case 'done':
      return stepOf('done', decision.reason);
  }
});
