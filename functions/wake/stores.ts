// Brings databases and caches up; services follow as soon as something they need answers (S4).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { latest } from '../../shared/domain/instants.ts';
import { storeStep } from '../../shared/domain/wake-steps.ts';
import { keepStores, openMorning } from '../../shared/aws/dawn.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { gatherStores, riseStores } from '../../shared/aws/rise-stores.ts';
import { caches } from '../../shared/aws/caches.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';
import { stores } from '../../shared/aws/stores.ts';

const BUSY_SECONDS = 10;

export const { make, handler } = door(
  { name: 'wake/stores', input: NightAdvanceSchema, needs: { caches, ledger, notices, stores } },
  async ({ execution, at, night, round, last }, { manifest, ...ports }) => {
    const lease = await drive(ports.ledger, 'wake', execution, 0, at);
    if (lease === null) return stepOf('done', 'driven-by-another');
    const morning = await openMorning(night, await platformNow(ports.ledger), manifest, ports, execution.name, at);
    if (morning.kind === 'over') await ports.ledger.release(lease);
    if (morning.kind === 'over') return stepOf('done', morning.reason);
    if (morning.kind === 'busy') return stepOf('again', 'rollout-first', { night, round, last: last ?? null, seconds: BUSY_SECONDS });
    const now = await gatherStores(manifest, morning.record, ports, at);
    const step = storeStep(now, latest(execution.startedAt, morning.record.wake?.startedAt ?? at), at);
    const errors = await riseStores(step, now, manifest, morning.record, ports);
    const { changed, servicesOnTheirWay } = await keepStores(night, { now, step, errors }, manifest, ports, at);
    await drive(ports.ledger, 'wake', execution, step.seconds, at);
    return stepOf(changed || servicesOnTheirWay ? 'services' : 'again', 'waking', {
      night,
      round,
      last: last ?? null,
      seconds: step.seconds,
    });
  },
);
