// `dayshift keep-awake until 22:00` or `for 2h`: nobody sleeps before then, people are told, and it ends by itself (S8).
import { ledger } from '../../shared/aws/ledger.ts';
import { platformNow } from '../../shared/aws/night-state.ts';
import { instantWords } from '../../shared/domain/instants.ts';
import { untilInstant } from '../../shared/domain/since-words.ts';
import { atPlace } from '../at-place.ts';
import { WrongUse } from '../command.ts';
import { carryOut } from '../order.ts';

export const keepAwake = atPlace(
  {
    name: 'keep-awake',
    summary: 'Keeps the platform awake until a time, or for a while',
    usage: 'keep-awake until TIME | for DURATION [--platform NAME]',
    example: 'npx dayshift keep-awake until 22:00',
  },
  async ({ place, positionals, terminal }) => {
    const words = positionals.join(' ');
    const zone = place.manifest.hours?.timeZone ?? 'UTC';
    const until = words === '' ? null : untilInstant(words, place.now(), zone);
    if (until === null)
      throw new WrongUse(
        `${words === '' ? 'Until when?' : `"${words}" is no time ahead.`} Write until 22:00 (${zone}), until 2026-11-24T01:00, or for 2h`,
      );
    const { state } = (await platformNow(ledger(place.host))).value;
    await carryOut(place, { verb: 'keep-awake', subject: 'platform', until, note: 'by command', asleep: state !== 'awake' });
    const end = `until ${instantWords(until, zone)}. It ends by itself.`;
    terminal.out(
      state === 'awake'
        ? `${place.manifest.id} stays awake ${end}\n`
        : `${place.manifest.id} sleeps: dayshift wake wakes it, and then it stays awake ${end}\n`,
    );
    return 0;
  },
);
