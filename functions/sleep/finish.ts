// Closes the evening: the platform sleeps, people know, and what could not be put to sleep is named (S3, S13).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { closeEvening, tendNight } from '../../shared/aws/evening.ts';
import { backToSpot } from '../../shared/aws/spot.ts';
import { drive, platformNow } from '../../shared/aws/night-state.ts';
import { fleet } from '../../shared/aws/fleet.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { stores } from '../../shared/aws/stores.ts';
import { wakeLinks } from '../../shared/web/wake-link.ts';

export const { make, handler } = door(
  { name: 'sleep/finish', input: NightAdvanceSchema, needs: { fleet, ledger, notices, stores, links: wakeLinks(secrets) } },
  async ({ execution, at, night }, { manifest, ...ports }) => {
    const lease = await drive(ports.ledger, 'sleep', execution, 0, at);
    if (lease === null) return stepOf('done', 'driven-by-another');
    const platform = await backToSpot(await platformNow(ports.ledger), manifest, ports, lease, at);
    const close = platform.value.state === 'asleep' ? tendNight : closeEvening;
    if (platform.value.night === night) await close(night, platform, manifest, ports, lease, at);
    await ports.ledger.release(lease);
    return stepOf('done', 'went-to-sleep', { night });
  },
);
