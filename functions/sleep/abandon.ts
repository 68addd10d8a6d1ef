// The way to sleep broke: people are told, and the next execution may take over at once.
import { door } from '../door.ts';
import { NightAbandonSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { abandonNight } from '../../shared/aws/night-abandon.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';

export const { make, handler } = door(
  { name: 'sleep/abandon', input: NightAbandonSchema, needs: { ledger, notices } },
  async ({ execution, at, error }, { ledger, notices, manifest }) => {
    await abandonNight('sleep', { execution, error, manifest, ledger, notices }, at);
    return stepOf('done', 'sleep-failed');
  },
);
