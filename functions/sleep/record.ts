// Writes down everything a sleep will change, once no rollout is under way and before the first change (S2, S3).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { BUDGET_SECONDS, isFleet } from '../../shared/domain/sleep-steps.ts';
import { recordOnce } from '../../shared/aws/night-record.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { caches } from '../../shared/aws/caches.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { scaling } from '../../shared/aws/scaling.ts';
import { stores } from '../../shared/aws/stores.ts';

const AGAIN_SECONDS = 20;

export const { make, handler } = door(
  { name: 'sleep/record', input: NightAdvanceSchema, needs: { caches, fleet, ledger, scaling, stores } },
  async ({ execution, at, night, last }, { manifest, ...ports }) => {
    const lease = await drive(ports.ledger, 'sleep', execution, AGAIN_SECONDS, at);
    if (lease === null) return stepOf('done', 'driven-by-another');
    const platform = await platformNow(ports.ledger);
    if (platform.value.night !== night || platform.value.state !== 'falling-asleep') {
      if (platform.value.state === 'asleep' && platform.value.night === night) return stepOf('services', 'tend-night', { night });
      await ports.ledger.release(lease);
      return stepOf('done', 'overtaken-by-wake');
    }
    const record = await recordOnce(night, platform.value, manifest, ports, execution.name, last ?? null, at);
    if (record === 'rollout-first') return stepOf('again', record, { night, seconds: AGAIN_SECONDS });
    // The first miss travels in `last`, which counts nothing before the first change.
    if (record === 'database-missing') return stepOf('again', record, { night, last: last ?? at, seconds: AGAIN_SECONDS });
    return stepOf(isFleet(manifest.services.length) ? 'calm' : 'advance', 'recorded', { night, seconds: BUDGET_SECONDS });
  },
);
