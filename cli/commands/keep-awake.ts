// `dayshift keep-awake until 22:00` or `for 2h`: nobody sleeps before then, people are told, and it ends by itself (S8).
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
    await carryOut(place, { verb: 'keep-awake', subject: 'platform', until, note: 'by command' });
    terminal.out(`${place.manifest.id} stays awake until ${instantWords(until, zone)}. It ends by itself.\n`);
    return 0;
  },
);
