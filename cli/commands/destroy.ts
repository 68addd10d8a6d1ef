// `dayshift destroy`: lists what will be lost and what is kept, asks for the platform's name, and removes the stacks (O13).
import { removeCopies } from '../../shared/aws/made-copies.ts';
import { pageOff } from '../../shared/aws/page-off.ts';
import { lostAndKept, protectedIn, type Fate, type LostAndKept, type Protected } from '../../shared/domain/lost-and-kept.ts';
import { copiesMade, keepsCopies } from '../../shared/domain/made-copies.ts';
import { atPlace, jsonOption, type Work } from '../at-place.ts';
import { noMore } from '../command.ts';
import { confirmed, yesOption } from '../confirm.ts';
import { notPossible } from '../failure.ts';
import { labelled, lines, type Tone } from '../layout.ts';
import { runCdk } from '../run-cdk.ts';
import type { Terminal } from '../terminal.ts';

/** `Secret: a, b`; log groups of the automation are counted, not named. */
const byType = (fates: readonly Fate[]): readonly string[] => {
  const types = [...new Set(fates.map(({ type }) => type))];
  return types.map((type) => {
    const names = fates.filter((fate) => fate.type === type).map(({ name }) => name);
    const [, service = '', resource = ''] = type.split('::');
    return type === 'AWS::Logs::LogGroup' ? `${names.length} log ${names.length === 1 ? 'group' : 'groups'}` : `${service} ${resource}: ${names.join(', ')}`;
  });
};

const under = (terminal: Terminal, label: string, before: string, fates: readonly Fate[], none: string, tone: Tone): readonly string[] => {
  if (fates.length === 0) return [labelled(terminal, label, none)];
  return [labelled(terminal, label, before, tone), ...byType(fates).map((line) => labelled(terminal, '', line))];
};

const listing = (terminal: Terminal, { lost, snapshots, kept, others }: LostAndKept): string =>
  lines(
    under(terminal, 'Lost', 'for good:', lost, 'no data', 'bad'),
    under(terminal, 'Snapshot', 'a last one is kept, and billed, of', snapshots, 'none', 'warning'),
    under(terminal, 'Kept', 'left in the account, and billed, until you delete them:', kept, 'nothing', 'warning'),
    labelled(terminal, 'Also', `${others} resources without data are removed.`),
  );

/** Refused before anything is touched: CloudFormation would stop at it with the automation and the services gone already. */
const refusal = (all: readonly Protected[]): Error =>
  notPossible(
    [
      `Nothing was removed: ${all.map(({ what }) => what).join(', ')} ${all.length === 1 ? 'is' : 'are'} protected from deletion. Switch it off first:`,
      ...all.map(({ remedy }) => `  ${remedy}`),
      'Then repeat the command with --unprotected.',
    ].join('\n'),
  );

const remove = async ({ place, terminal }: Work): Promise<number> => {
  const { manifest, rehearsed } = place;
  if ((await pageOff(place.host)) > 0)
    terminal.out('It sleeps: the waking page is taken off its load balancer, so that everything can go.\n');
  if (rehearsed === null) return runCdk(['destroy', '--all', '--force'], { manifest, terminal });
  for (const { name } of rehearsed.assembly.stacks.toReversed()) {
    const { status, reason } = await rehearsed.world.services.cloudformation.remove(name);
    terminal.out(`${name} ${status}${reason === undefined ? '' : `: ${reason}`}\n`);
    if (status.includes('FAILED')) throw notPossible(`${name} was not removed: ${reason ?? 'no reason given'}`);
  }
  return 0;
};

/** What belongs to no stack goes after the stacks: until then the automation could make another. */
const removeWithCopies = async (work: Work): Promise<number> => {
  const { place, terminal } = work;
  const code = await remove(work);
  if (code !== 0 || keepsCopies(place.manifest)) return code;
  const removals = await removeCopies(place.host, copiesMade(place.manifest));
  for (const { name, failure } of removals)
    if (failure === null) terminal.out(`Snapshot ${name} deleted.\n`);
    else terminal.err(`Snapshot ${name} is still there, and billed: ${failure}\n`);
  if (removals.every(({ failure }) => failure === null)) return 0;
  throw notPossible('The stacks are gone. Mend what is said of each snapshot (dayshift permissions destroy tells what is needed), then repeat the command: it deletes those that are left.');
};

export const destroy = atPlace(
  {
    name: 'destroy',
    summary: 'Removes the platform; lists what is lost and what is kept first',
    usage: 'destroy [--list] [--unprotected] [--yes] [--json]',
    options: {
      list: { type: 'boolean', help: 'only list what would be lost and kept' },
      unprotected: { type: 'boolean', help: 'deletion protection has been switched off by hand' },
      ...yesOption,
      ...jsonOption,
    },
    example: 'npx dayshift destroy --list --stage prod',
  },
  async (work) => {
    const { place, values, positionals, terminal } = work;
    noMore(positionals);
    const fates = lostAndKept(place.platform.stacks, place.manifest);
    terminal.out(values['json'] === true ? `${JSON.stringify(fates, null, 2)}\n` : listing(terminal, fates));
    if (values['list'] === true) return 0;
    const guarded = protectedIn(place.platform.stacks, place.manifest.region);
    if (guarded.length > 0 && values['unprotected'] !== true) throw refusal(guarded);
    if (
      !(await confirmed(
        place,
        values,
        terminal,
        `${place.manifest.id} is removed from ${place.kind === 'aws' ? place.words : 'the rehearsal'}.`,
      ))
    )
      return 1;
    return removeWithCopies(work);
  },
);
