// Puts the waking page in front of all that goes down at night, before the first service does (S3, S10).
import { door } from '../door.ts';
import { NightAdvanceSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { wakePage } from '../../shared/aws/listeners.ts';

export const { make, handler } = door(
  { name: 'sleep/page', input: NightAdvanceSchema, needs: { page: wakePage } },
  async ({ night, round, last }, { page }) => {
    await page.show();
    return stepOf('advance', 'page-shown', { night, round, last: last ?? null });
  },
);
