// One step on the way to sleep, or in the night: looks, records before the first change, changes what is due (S2, S3, S7).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { sleepStep } from '../../shared/domain/sleep-steps.ts';
import { announceSleep, fallAsleep, gatherFalling } from '../../shared/aws/fall-asleep.ts';
import { keepTroubles, recordOnce } from '../../shared/aws/night-record.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { caches } from '../../shared/aws/caches.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { wakePage } from '../../shared/aws/listeners.ts';
import { parameters } from '../../shared/aws/parameters.ts';
import { scaling } from '../../shared/aws/scaling.ts';
import { stores } from '../../shared/aws/stores.ts';

export const { make, handler } = door({
  name: 'sleep/advance',
  input: NightAdvanceSchema,
  needs: { caches, fleet, ledger, page: wakePage, parameters, scaling, stores },
}, async ({ execution, at, night, round }, { manifest, ...ports }) => {
  const lease = await drive(ports.ledger, 'sleep', execution, 0, at);
  if (lease === null) return stepOf('done', 'driven-by-another');
  const platform = await platformNow(ports.ledger);
  if (platform.value.night !== night || !['falling-asleep', 'asleep'].includes(platform.value.state)) {
    await ports.ledger.release(lease);
    return stepOf('done', 'overtaken-by-wake');
  }
  const record = await recordOnce(night, platform.value, manifest, ports, execution.name, at);
  if (record === null) return stepOf('again', 'rollout-first', { night, round: 0, seconds: 20 });
  const falling = await gatherFalling(manifest, record, ports, round, at);
  const step = sleepStep(falling, at);
  if (step.changes.length > 0 || step.stop.length > 0 || round === 0) await announceSleep(manifest, ports);
  const errors = await fallAsleep(step, manifest, record, ports);
  await keepTroubles(night, step, errors, ports.ledger, at);
  await drive(ports.ledger, 'sleep', execution, step.seconds, at);
  return stepOf(step.finished ? 'finish' : 'again', 'falling-asleep', { night, round: round + 1, seconds: step.seconds });
});
