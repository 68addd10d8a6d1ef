// `dayshift mute`: keeps an alarm, or all alarms of a service, quiet for a while; what still stands at the end is told then (L4).
import { instantWords } from '../../shared/domain/instants.ts';
import { untilInstant } from '../../shared/domain/since-words.ts';
import { atPlace } from '../at-place.ts';
import { noMore, WrongUse } from '../command.ts';
import { carryOut } from '../order.ts';

export const mute = atPlace(
  {
    name: 'mute',
    summary: 'Keeps an alarm or a service quiet for a while',
    usage: 'mute ALARM | SERVICE [--until TIME] [--end] [--because TEXT]',
    options: {
      until: { type: 'string', value: 'TIME', help: '22:00, 2h or an instant', default: '1h' },
      end: { type: 'boolean', help: 'ends the mute now' },
      because: { type: 'string', value: 'TEXT', help: 'kept with the mute', default: '' },
    },
    example: 'npx dayshift mute shop-prod-api-slow --until 2h',
  },
  async ({ place, values, positionals, terminal }) => {
    noMore(positionals, 1);
    const [subject] = positionals;
    if (subject === undefined) throw new WrongUse('mute what? Name an alarm or a service');
    const zone = place.manifest.hours?.timeZone ?? 'UTC';
    if (values['end'] === true) {
      await carryOut(place, { verb: 'unmute', subject });
      terminal.out(`${subject} speaks again.\n`);
      return 0;
    }
    const until = untilInstant(String(values['until']), place.now(), zone);
    if (until === null) throw new WrongUse(`--until ${String(values['until'])} is no time ahead. Write 22:00 (${zone}), 2h or an instant`);
    await carryOut(place, { verb: 'mute', subject, until, note: String(values['because'] ?? '') });
    terminal.out(`${subject} is quiet until ${instantWords(until, zone)}; what still stands then is told.\n`);
    return 0;
  },
);
