// `dayshift sleep` (and `stop`): sends the platform to sleep now, everything written down first, and follows it there (W10, S2).
import { ledger } from '../../shared/aws/ledger.ts';
import { platformNow } from '../../shared/aws/night-state.ts';
import { atPlace, type PlacedCommand } from '../at-place.ts';
import { noMore } from '../command.ts';
import { confirmed, yesOption } from '../confirm.ts';
import { followNight } from '../follow-night.ts';
import { plannedSleep } from '../gather-plan.ts';
import { carryOut } from '../order.ts';
import type { Place } from '../place.ts';
import { dryRunOptions, isDryRun, showPlan } from '../show-plan.ts';

const whatHappens = ({ manifest }: Place): string => {
  const down = manifest.services.filter(({ offHours }) => offHours.kind !== 'stay').map(({ name }) => name);
  const stopped = manifest.databases.filter(({ offHours }) => offHours === 'stop').map(({ identifier }) => identifier);
  const wakes =
    manifest.hours === null
      ? 'It stays asleep until dayshift wake.'
      : `It wakes with its hours (${manifest.hours.words}), by dayshift wake, or when somebody opens the site.`;
  const stores = stopped.length === 0 ? '' : `, ${stopped.join(', ')} stopped`;
  return `${manifest.id} goes to sleep: ${down.join(', ')} to no tasks${stores}. ${wakes}`;
};

const command = (name: 'sleep' | 'stop'): PlacedCommand =>
  atPlace(
    {
      name,
      summary: name === 'sleep' ? 'Sends the platform to sleep now: services to zero, databases stopped' : 'The same as sleep',
      usage: `${name} [--dry-run] [--yes] [--no-wait] [--platform NAME]`,
      options: { ...dryRunOptions, ...yesOption, 'no-wait': { type: 'boolean', help: 'do not follow it to its end' } },
      example: `npx dayshift ${name} --platform wizelit`,
    },
    async ({ place, values, positionals, terminal }) => {
      noMore(positionals);
      if (isDryRun(values)) return showPlan(terminal, values, [await plannedSleep(place, { kind: 'operator', by: place.by })]);
      const { state } = (await platformNow(ledger(place.host))).value;
      if (state === 'asleep') {
        terminal.out('It sleeps already.\n');
        return 0;
      }
      const what = whatHappens(place);
      if (place.manifest.stage === 'prod' && !(await confirmed(place, values, terminal, what))) return 1;
      if (place.manifest.stage !== 'prod') terminal.err(`${what}\n`);
      await carryOut(place, { verb: 'sleep-now', subject: 'platform' });
      return values['no-wait'] === true ? 0 : followNight(place, terminal, 'sleep');
    },
  );

export const sleep = command('sleep');
export const stop = command('stop');
