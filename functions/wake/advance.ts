// One step of the services on the way to work: raised as soon as what they need is up, watched until health is proven (S4, R12).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { isFleet } from '../../shared/domain/sleep-steps.ts';
import { openMorning } from '../../shared/aws/dawn.ts';
import { takeStep } from '../../shared/aws/morning-step.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { health } from '../../shared/aws/health.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { notices } from '../../shared/aws/notices.ts';
import { scaling } from '../../shared/aws/scaling.ts';

export const { make, handler } = door(
  { name: 'wake/advance', input: NightAdvanceSchema, needs: { fleet, health, ledger, machines, notices, scaling } },
  async ({ execution, at, night, round, last }, { manifest, ...ports }) => {
    const lease = await drive(ports.ledger, 'wake', execution, 0, at);
    if (lease === null) return stepOf('done', 'driven-by-another');
    const morning = await openMorning(night, await platformNow(ports.ledger), manifest, ports, execution.name, at);
    if (morning.kind !== 'open') {
      await ports.ledger.release(lease);
      return stepOf('done', 'overtaken-by-sleep');
    }
    const step = await takeStep({ night, startedAt: execution.startedAt, record: morning.record, round, last: last ?? null, lease }, manifest, ports, at);
    await drive(ports.ledger, 'wake', execution, step.seconds, at);
    const over = isFleet(manifest.services.length) ? 'calm' : 'finish';
    const action = step.finished ? over : step.storesWaiting ? 'stores' : 'again';
    return stepOf(action, 'waking', { night, round: round + 1, last: at, seconds: step.seconds });
  },
);
