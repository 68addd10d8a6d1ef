// One step of the services on the way to work: raised as soon as what they need is up, watched until health is proven (S4, R12).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { budgetAt, isFleet } from '../../shared/domain/sleep-steps.ts';
import { wakeStep } from '../../shared/domain/wake-steps.ts';
import { gatherWaking, proveStaged, releasesOf, rise } from '../../shared/aws/rise.ts';
import { leaveSpot } from '../../shared/aws/spot.ts';
import { keepProgress, openMorning } from '../../shared/aws/dawn.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { health } from '../../shared/aws/health.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { notices } from '../../shared/aws/notices.ts';
import { scaling } from '../../shared/aws/scaling.ts';

export const { make, handler } = door({
  name: 'wake/advance',
  input: NightAdvanceSchema,
  needs: { fleet, health, ledger, machines, notices, scaling },
}, async ({ execution, at, night, round, last }, { manifest, ...ports }) => {
  const lease = await drive(ports.ledger, 'wake', execution, 0, at);
  if (lease === null) return stepOf('done', 'driven-by-another');
  const morning = await openMorning(night, await platformNow(ports.ledger), manifest, ports, execution.name, at);
  if (morning.kind !== 'open') {
    await ports.ledger.release(lease);
    return stepOf('done', 'overtaken-by-sleep');
  }
  const releases = await releasesOf(ports.ledger);
  const step = wakeStep(await gatherWaking(manifest, morning.record, releases, ports, budgetAt(last ?? null, at), at), at);
  const errors = await rise(step, manifest, ports);
  await proveStaged(night, round, step.changes.map(({ name }) => name), releases, ports);
  await leaveSpot(step.leaveSpot, manifest, ports, lease, at);
  await keepProgress(night, step, errors, manifest, ports, at);
  await drive(ports.ledger, 'wake', execution, step.seconds, at);
  const over = isFleet(manifest.services.length) ? 'calm' : 'finish';
  const action = step.finished ? over : step.storesWaiting ? 'stores' : 'again';
  return stepOf(action, 'waking', { night, round: round + 1, last: at, seconds: step.seconds });
});
