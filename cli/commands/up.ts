// `dayshift up`: shows what a deploy would change, asks, deploys the stacks, and says what is left for a person to do.
import { mailSender } from '../../shared/aws/mail-sender.ts';
import { part } from '../../shared/aws/part.ts';
import { mailIdentity } from '../../shared/domain/mail-road.ts';
import { senderTroubles } from '../../shared/domain/mail-sender.ts';
import { atPlace, type Work } from '../at-place.ts';
import { noMore } from '../command.ts';
import { confirmed, yesOption } from '../confirm.ts';
import { notPossible } from '../failure.ts';
import { labelled, lines, paint } from '../layout.ts';
import type { Rehearsed } from '../place.ts';
import { runCdk } from '../run-cdk.ts';
import { secretStates } from './secrets.ts';

const STAYS = 'Images, counts and scaling bounds stay as the automation left them.';

/** 0 deployed, 1 not wanted, 130 interrupted. */
const onAws = async ({ place, values, terminal }: Work): Promise<number> => {
  const { manifest } = place;
  const looked = await runCdk(['diff', '--method', 'template'], { manifest, terminal });
  if (looked !== 0) return looked;
  if (!(await confirmed(place, values, terminal, `This is deployed to ${place.words}. ${STAYS}`))) return 1;
  return runCdk(['deploy', '--all', '--require-approval', 'never'], { manifest, terminal });
};

const inRehearsal = async ({ place, terminal }: Work, { world, assembly }: Rehearsed): Promise<number> => {
  for (const { name, template } of assembly.stacks) {
    const { status, changes, reason } = await world.services.cloudformation.deploy({ stackName: name, template });
    terminal.out(`${name.padEnd(36)} ${status}${changes.length === 0 ? '' : `, ${changes.length} resources`}\n`);
    if (/ROLLBACK|FAILED/.test(status)) throw notPossible(`${name} was not deployed: ${reason ?? 'no reason given'}`);
  }
  terminal.out(lines(paint(terminal, 'good', `${place.manifest.id} stands.`)));
  return 0;
};

/** Milliseconds to ask Amazon SES. */
const LIMIT = 5_000;

/** Mail through Amazon SES needs a verified sender, and for strangers an account out of the sandbox: only what is missing is told. */
const senderSteps = async ({ host, manifest: { notices } }: Work['place']): Promise<readonly string[]> => {
  if (notices.mail === undefined || notices.mail === null) return [];
  const identity = mailIdentity(notices.mail);
  const sender = await part(LIMIT, () => mailSender(host)(identity, notices.emails));
  return 'found' in sender
    ? senderTroubles(sender.found).map(({ says, remedy }) => `${remedy.replace(/\.$/, '')}   (${says})`)
    : [`see in Amazon SES whether ${identity} is verified and the account may write to anybody   (asking failed: ${sender.missing})`];
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
    ...(await senderSteps(place)),
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
    const code = rehearsed === null ? await onAws(work) : await inRehearsal(work, rehearsed);
    if (code !== 0) return code;
    await whatIsLeft(work);
    return 0;
  },
);
