// `dayshift hold`: stops the line for one service or all; pushes wait until `resume` or until the hold ends by itself (R11).
import { instantWords } from '../../shared/domain/instants.ts';
import { untilInstant } from '../../shared/domain/since-words.ts';
import { atPlace } from '../at-place.ts';
import { WrongUse } from '../command.ts';
import { carryOut } from '../order.ts';
import { servicesNamed } from '../services.ts';

export const hold = atPlace(
  {
    name: 'hold',
    summary: 'Stops the line: new images wait until resume',
    usage: 'hold [SERVICE…] [--until TIME] [--because TEXT]',
    options: {
      until: { type: 'string', value: 'TIME', help: '22:00, 2h or an instant; without it until resume' },
      because: { type: 'string', value: 'TEXT', help: 'shown to everybody whose push waits', default: '' },
    },
    example: 'npx dayshift hold app --until 18:00 --because "data import"',
  },
  async ({ place, values, positionals, terminal }) => {
    const { manifest } = place;
    const zone = manifest.hours?.timeZone ?? 'UTC';
    const asked = values['until'];
    const until = typeof asked === 'string' ? untilInstant(asked, place.now(), zone) : null;
    if (typeof asked === 'string' && until === null)
      throw new WrongUse(`--until ${asked} is no time ahead. Write 22:00 (${zone}), 2h or an instant like 2026-11-24T01:00`);
    const subjects = positionals.length === 0 ? ['*'] : servicesNamed(manifest, positionals).map(({ name }) => name);
    for (const subject of subjects) await carryOut(place, { verb: 'hold', subject, until, note: String(values['because'] ?? '') });
    const what = positionals.length === 0 ? 'every service' : subjects.join(', ');
    const end = until === null ? 'until dayshift resume' : `until ${instantWords(until, zone)}, or dayshift resume`;
    terminal.out(`New images of ${what} wait ${end}.\n`);
    return 0;
  },
);
