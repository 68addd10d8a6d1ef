// Closes the morning: page off, certificate against the record, savings, and only then is the platform awake (S4, S5, S14).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { closeMorning } from '../../shared/aws/morning.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { wakePage } from '../../shared/aws/listeners.ts';
import { notices } from '../../shared/aws/notices.ts';
import { scaling } from '../../shared/aws/scaling.ts';

export const { make, handler } = door(
  { name: 'wake/finish', input: NightAdvanceSchema, needs: { fleet, ledger, notices, page: wakePage, scaling } },
  async ({ execution, at, night }, { manifest, ...ports }) => {
    const lease = await drive(ports.ledger, 'wake', execution, 0, at);
    if (lease === null) return stepOf('done', 'driven-by-another');
    const platform = await platformNow(ports.ledger);
    if (platform.value.state === 'waking' && platform.value.night === night)
      await closeMorning(night, platform, manifest, ports, lease, at);
    await ports.ledger.release(lease);
    return stepOf('done', 'awake', { night });
  },
);
