// `dayshift wake` (and `start`): wakes the platform now to exactly what the night wrote down, and follows it there (W10, S4, S5).
import { ledger } from '../../shared/aws/ledger.ts';
import { platformNow } from '../../shared/aws/night-state.ts';
import { atPlace, type PlacedCommand } from '../at-place.ts';
import { noMore } from '../command.ts';
import { followNight } from '../follow-night.ts';
import { plannedWake } from '../gather-plan.ts';
import { carryOut } from '../order.ts';
import { dryRunOptions, isDryRun, showPlan } from '../show-plan.ts';

const command = (name: 'wake' | 'start'): PlacedCommand =>
  atPlace(
    {
      name,
      summary: name === 'wake' ? 'Wakes the platform now, to exactly what it was' : 'The same as wake',
      usage: `${name} [--dry-run] [--no-wait] [--platform NAME]`,
      options: { ...dryRunOptions, 'no-wait': { type: 'boolean', help: 'do not follow it to its end' } },
      example: `npx dayshift ${name} --platform wizelit --at 2026-11-23T22:45`,
    },
    async ({ place, values, positionals, terminal }) => {
      noMore(positionals);
      if (isDryRun(values)) return showPlan(terminal, values, [await plannedWake(place, { kind: 'operator', by: place.by })]);
      const { state } = (await platformNow(ledger(place.host))).value;
      if (state === 'awake') {
        terminal.out('It is awake already.\n');
        return 0;
      }
      await carryOut(place, { verb: 'wake', subject: 'platform' });
      return values['no-wait'] === true ? 0 : followNight(place, terminal, 'wake');
    },
  );

export const wake = command('wake');
export const start = command('start');
