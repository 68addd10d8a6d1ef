// `dayshift destroy`: lists what will be lost and what is kept, asks for the platform's name, and removes the stacks (O13).
import { join } from 'node:path';
import { lostAndKept, type Fate, type LostAndKept } from '../../shared/domain/lost-and-kept.ts';
import { atPlace, jsonOption, noMore, type Work } from '../at-place.ts';
import { confirmed, yesOption } from '../confirm.ts';
import { notPossible } from '../failure.ts';
import { labelled, lines } from '../layout.ts';
import { runTool } from '../run-tool.ts';
import type { Terminal } from '../terminal.ts';

const root = join(import.meta.dirname, '..', '..');
const words = (fates: readonly Fate[]): string => fates.map(({ type, name }) => `${name} (${type.split('::').slice(1).join(' ')})`).join(', ');

const listing = (terminal: Terminal, { lost, snapshots, kept, others }: LostAndKept): string =>
  lines(
    labelled(terminal, 'Lost', lost.length === 0 ? 'no data' : words(lost), 'bad'),
    labelled(terminal, 'Snapshot', snapshots.length === 0 ? 'none' : `a last one is kept, and billed, of ${words(snapshots)}`, 'warning'),
    labelled(terminal, 'Kept', kept.length === 0 ? 'nothing' : `left in the account, and billed, until you delete them: ${words(kept)}`, 'warning'),
    labelled(terminal, 'Also', `${others} resources without data are removed.`),
  );

const remove = async ({ place, terminal }: Work): Promise<number> => {
  const { manifest, rehearsed } = place;
  if (rehearsed === null) {
    const args = ['destroy', '--all', '--force', '-c', `platform=${manifest.platform}`, '-c', `stage=${manifest.stage}`];
    await runTool(join(root, 'node_modules', '.bin', 'cdk'), args, { cwd: root, show: true });
    return 0;
  }
  for (const { name } of rehearsed.assembly.stacks.toReversed()) {
    const { status, reason } = await rehearsed.world.services.cloudformation.remove(name);
    terminal.out(`${name} ${status}${reason === undefined ? '' : `: ${reason}`}\n`);
    if (status.includes('FAILED')) throw notPossible(`${name} was not removed: ${reason ?? 'no reason given'}`);
  }
  return 0;
};

export const destroy = atPlace(
  {
    name: 'destroy',
    summary: 'Removes the platform; lists what is lost and what is kept first',
    usage: 'destroy [--list] [--yes] [--json]',
    options: { list: { type: 'boolean', help: 'only list what would be lost and kept' }, ...yesOption, ...jsonOption },
    example: 'npx dayshift destroy --list --stage prod',
  },
  async (work) => {
    const { place, values, positionals, terminal } = work;
    noMore(positionals, 0);
    const fates = lostAndKept(place.platform.stacks);
    terminal.out(values['json'] === true ? `${JSON.stringify(fates, null, 2)}\n` : listing(terminal, fates));
    if (values['list'] === true) return 0;
    if (!(await confirmed(place, values, terminal, `${place.manifest.id} is removed from ${place.kind === 'aws' ? place.words : 'the rehearsal'}.`))) return 1;
    return remove(work);
  },
);
