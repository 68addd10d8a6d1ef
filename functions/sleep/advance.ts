// One step on the way to sleep, or in the night: looks, and changes what is due (S3, S7).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { sleepStep } from '../../shared/domain/sleep-steps.ts';
import { fallAsleep, gatherFalling } from '../../shared/aws/fall-asleep.ts';
import { keepTroubles } from '../../shared/aws/night-troubles.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { caches } from '../../shared/aws/caches.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { scaling } from '../../shared/aws/scaling.ts';
import { stores } from '../../shared/aws/stores.ts';

export const { make, handler } = door(
  { name: 'sleep/advance', input: NightAdvanceSchema, needs: { caches, fleet, ledger, scaling, stores } },
  async ({ execution, at, night, round, last }, { manifest, ...ports }) => {
    const lease = await drive(ports.ledger, 'sleep', execution, 0, at);
    if (lease === null) return stepOf('done', 'driven-by-another');
    const platform = await platformNow(ports.ledger);
    const record = await ports.ledger.recall('night', night);
    if (record === null || platform.value.night !== night || !['falling-asleep', 'asleep'].includes(platform.value.state)) {
      await ports.ledger.release(lease);
      return stepOf('done', 'overtaken-by-wake');
    }
    const falling = await gatherFalling(manifest, record.value, ports, { startedAt: execution.startedAt, round, last: last ?? null }, at);
    const step = sleepStep(falling, at);
    const errors = await fallAsleep(step, manifest, record.value, ports);
    await keepTroubles(night, step, falling.databases, errors, ports.ledger, at);
    await drive(ports.ledger, 'sleep', execution, step.seconds, at);
    return stepOf(step.finished ? 'finish' : 'again', 'falling-asleep', { night, round: round + 1, last: at, seconds: step.seconds });
  },
);
