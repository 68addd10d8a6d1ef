// One step on the way to work: databases first, then services as soon as what they need is up, until health is proven (S4).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { BUDGET, FIRST_BUDGET } from '../../shared/domain/sleep-steps.ts';
import { wakeStep } from '../../shared/domain/wake-steps.ts';
import { gatherWaking, proveStaged, releasesOf, rise } from '../../shared/aws/rise.ts';
import { keepProgress, openMorning } from '../../shared/aws/dawn.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { caches } from '../../shared/aws/caches.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { notices } from '../../shared/aws/notices.ts';
import { parameters } from '../../shared/aws/parameters.ts';
import { scaling } from '../../shared/aws/scaling.ts';
import { stores } from '../../shared/aws/stores.ts';

export const { make, handler } = door({
  name: 'wake/advance',
  input: NightAdvanceSchema,
  needs: { caches, fleet, ledger, machines, notices, parameters, scaling, stores },
}, async ({ execution, at, night, round }, { manifest, ...ports }) => {
  const lease = await drive(ports.ledger, 'wake', execution, 0, at);
  if (lease === null) return stepOf('done', 'driven-by-another');
  const platform = await platformNow(ports.ledger);
  const morning = await openMorning(night, platform, manifest, ports, execution.name, at);
  if (morning.kind === 'over') {
    await ports.ledger.release(lease);
    return stepOf('done', morning.reason);
  }
  if (morning.kind === 'busy') return stepOf('again', 'rollout-first', { night, round: 0, seconds: 10 });
  const releases = await releasesOf(ports.ledger);
  const step = wakeStep(await gatherWaking(manifest, morning.record, releases, ports, round === 0 ? FIRST_BUDGET : BUDGET, at), at);
  const errors = await rise(step, manifest, morning.record, ports);
  await proveStaged(night, round, step.changes.map(({ name }) => name), releases, ports);
  await keepProgress(night, step, errors, manifest, ports, at);
  await drive(ports.ledger, 'wake', execution, step.seconds, at);
  return stepOf(step.finished ? 'finish' : 'again', 'waking', { night, round: round + 1, seconds: step.seconds });
});
