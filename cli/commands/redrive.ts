// `dayshift redrive`: sends messages again that a road had parked because nobody could read them (N2).
import { parked } from '../../shared/aws/parked.ts';
import { atPlace } from '../at-place.ts';
import { noMore, WrongUse } from '../command.ts';

/** As much of a parked message as tells which one it is. */
const SHOWN = 100;

export const redrive = atPlace(
  {
    name: 'redrive',
    summary: 'Sends parked messages of a road again',
    usage: 'redrive [slack | webhook | email]',
    example: 'npx dayshift redrive slack',
  },
  async ({ place, positionals, terminal }) => {
    noMore(positionals, 1);
    const road = positionals[0] ?? 'slack';
    if (road !== 'slack' && road !== 'webhook' && road !== 'email')
      throw new WrongUse(`${road} is no road with a queue; there are slack, webhook and email`);
    const settings = place.manifest.notices[road === 'email' ? 'mail' : road];
    if (settings === undefined || settings === null) throw new WrongUse(`${place.manifest.id} sends nothing to ${road}`);
    const moved = await parked(place.host).redrive(road);
    for (const { body, why } of moved) terminal.out(`${why}: ${body.slice(0, SHOWN)}\n`);
    terminal.out(
      moved.length === 0
        ? `No message for ${road} is parked.\n`
        : `${moved.length} ${moved.length === 1 ? 'message is' : 'messages are'} on the way to ${road} again.\n`,
    );
    return 0;
  },
);
