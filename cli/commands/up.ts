// `dayshift up`: shows what a deploy would change, asks, deploys the stacks, and says what is left for a person to do.
import { join } from 'node:path';
import { atPlace, noMore, type Work } from '../at-place.ts';
import { confirmed, yesOption } from '../confirm.ts';
import { notPossible } from '../failure.ts';
import { labelled, lines, paint } from '../layout.ts';
import type { Rehearsed } from '../place.ts';
import { runTool } from '../run-tool.ts';
import { secretStates } from './secrets.ts';

const root = join(import.meta.dirname, '..', '..');
const cdk = join(root, 'node_modules', '.bin', 'cdk');

const onAws = async ({ place, values, terminal }: Work): Promise<boolean> => {
  const { platform, stage } = place.manifest;
  const context = ['-c', `platform=${platform}`, '-c', `stage=${stage}`];
  await runTool(cdk, ['diff', '--method', 'template', ...context], { cwd: root, show: true });
  if (
    !(await confirmed(
      place,
      values,
      terminal,
      `This is deployed to ${place.words}. Images, counts and scaling bounds stay as the automation left them.`,
    ))
  )
    return false;
  await runTool(cdk, ['deploy', '--all', '--require-approval', 'never', ...context], { cwd: root, show: true });
  return true;
};

const inRehearsal = async ({ place, terminal }: Work, { world, assembly }: Rehearsed): Promise<boolean> => {
  for (const { name, template } of assembly.stacks) {
    const { status, changes, reason } = await world.services.cloudformation.deploy({ stackName: name, template });
    terminal.out(`${name.padEnd(36)} ${status}${changes.length === 0 ? '' : `, ${changes.length} resources`}\n`);
    if (/ROLLBACK|FAILED/.test(status)) throw notPossible(`${name} was not deployed: ${reason ?? 'no reason given'}`);
  }
  terminal.out(lines(paint(terminal, 'good', `${place.manifest.id} stands.`)));
  return true;
};

/** What a deploy cannot do itself, in the order a person does it. */
const whatIsLeft = async ({ place, terminal }: Work): Promise<void> => {
  const { manifest } = place;
  const open = (await secretStates(place)).filter(({ state }) => state === 'unfilled' || state === 'missing');
  const needs = `--platform ${manifest.platform} --stage ${manifest.stage}`;
  const steps = [
    ...open.map(
      ({ secret, key, hint }) => `npx dayshift secrets set ${key === null ? secret : `${secret}.${key}`} ${needs} < file   (${hint})`,
    ),
    ...manifest.notices.emails.map((email) => `confirm the subscription in the mail to ${email}`),
    ...(manifest.services.some(({ containers }) => containers.some(({ image }) => image !== null))
      ? [`npx dayshift deploy ${needs}   (the first image brings its service to life)`]
      : []),
    `npx dayshift doctor ${needs}`,
  ];
  terminal.out(lines('', ...steps.map((step, index) => labelled(terminal, index === 0 ? 'Left to do' : '', `${index + 1}. ${step}`))));
};

export const up = atPlace(
  {
    name: 'up',
    summary: 'Shows what a deploy changes, asks, and deploys the stacks',
    usage: 'up [--yes] [--platform NAME] [--stage STAGE]',
    options: yesOption,
    example: 'npx dayshift up --platform wizelit --stage dev',
    undeployed: true,
  },
  async (work) => {
    noMore(work.positionals, 0);
    const { rehearsed } = work.place;
    const done = rehearsed === null ? await onAws(work) : await inRehearsal(work, rehearsed);
    if (!done) return 1;
    await whatIsLeft(work);
    return 0;
  },
);
