// `dayshift resume`: ends holds; the newest image that waited is rolled once (R11).
import { ledger } from '../../shared/aws/ledger.ts';
import { atPlace } from '../at-place.ts';
import { carryOut } from '../order.ts';
import { servicesNamed } from '../services.ts';

export const resume = atPlace(
  {
    name: 'resume',
    summary: 'Ends a hold: the newest image that waited is rolled out',
    usage: 'resume [SERVICE…]',
    example: 'npx dayshift resume app',
  },
  async ({ place, positionals, terminal }) => {
    const wanted = positionals.length === 0 ? null : servicesNamed(place.manifest, positionals).map(({ name }) => name);
    const at = place.now();
    const held = (await ledger(place.host).list('override', { from: 'hold#', to: 'hold#\uffff' }))
      .filter(({ value }) => value.until === null || value.until > at)
      .map(({ key }) => key.slice('hold#'.length))
      .filter((subject) => wanted === null || subject === '*' || wanted.includes(subject));
    if (held.length === 0) {
      terminal.out('Nothing is on hold.\n');
      return 0;
    }
    for (const subject of held) await carryOut(place, { verb: 'release-hold', subject });
    const what = held.map((subject) => (subject === '*' ? 'every service' : subject)).join(', ');
    terminal.out(`The hold on ${what} has ended. What waited is decided on now: dayshift status shows it.\n`);
    return 0;
  },
);
