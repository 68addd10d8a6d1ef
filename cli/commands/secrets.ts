// `dayshift secrets`: which secrets are still unfilled, and `secrets set` to fill one from standard input, never from an argument (A9).
import { putSecret } from '../../shared/aws/secret-values.ts';
import { secrets as secretsManager } from '../../shared/aws/secrets.ts';
import { meant } from '../../shared/domain/nearest-names.ts';
import { fillables, secretState, withValue, type Fillable, type SecretState } from '../../shared/domain/unfilled-secrets.ts';
import { atPlace, jsonOption, type Work } from '../at-place.ts';
import { noMore, WrongUse } from '../command.ts';
import { labelled, lines, table, type Tone } from '../layout.ts';
import type { Place } from '../place.ts';

const nameOf = ({ secret, key }: Fillable): string => (key === null ? secret : `${secret}.${key}`);

/** A Slack app's token stands for its webhook. */
const STANDS_FOR: Readonly<Record<string, readonly string[]>> = { webhook: ['token'] };

/** The state of every secret that a person fills in. */
export const secretStates = async ({ host, platform, manifest }: Place): Promise<readonly SecretState[]> => {
  const manager = secretsManager(host);
  const wanted = fillables(platform.file, manifest);
  return Promise.all(
    wanted.map(async (fillable) => secretState(fillable, await manager.read(fillable.secret), STANDS_FOR[fillable.key ?? ''] ?? [])),
  );
};

const tones: Readonly<Record<SecretState['state'], Tone>> = { filled: 'good', unfilled: 'bad', missing: 'bad', 'left-out': 'quiet' };

const list = async ({ place, values, terminal }: Work): Promise<number> => {
  const states = await secretStates(place);
  const open = states.filter(({ state }) => state === 'unfilled' || state === 'missing');
  if (values['json'] === true) {
    terminal.out(`${JSON.stringify(states, null, 2)}\n`);
    return open.length === 0 ? 0 : 1;
  }
  if (states.length === 0) terminal.out('This platform has no secrets to fill in.\n');
  else {
    const rows = states.map((state) => [
      { text: nameOf(state) },
      { text: state.state.replace('-', ' '), tone: tones[state.state] },
      { text: state.hint },
    ]);
    terminal.out(lines(table(terminal, { head: ['SECRET', 'STATE', 'WHAT BELONGS THERE'], flexible: 2, rows })));
  }
  const [first] = open;
  if (first !== undefined)
    terminal.out(
      lines('', labelled(terminal, 'Fill in', `npx dayshift secrets set ${nameOf(first)} < file   (or type it and end with Ctrl-D)`)),
    );
  return open.length === 0 ? 0 : 1;
};

const set = async ({ place, positionals, terminal }: Work): Promise<number> => {
  noMore(positionals, 2);
  const known = fillables(place.platform.file, place.manifest);
  const asked = positionals[1];
  if (asked === undefined) throw new WrongUse(`Which secret? ${meant('', known.map(nameOf))}`);
  const fillable = known.find((candidate) => nameOf(candidate) === asked) ?? slackKey(known, asked);
  if (fillable === undefined)
    throw new WrongUse(
      `${asked} is no secret to fill in. ${meant(asked, known.map(nameOf))} The value is read from standard input, never from an argument`,
    );
  if (terminal.interactive) terminal.err('Paste the value, then press Enter and Ctrl-D.\n');
  const value = (await place.outside(terminal.stdin())).replace(/\r?\n$/, '');
  if (value === '') throw new WrongUse('Standard input was empty: nothing was changed. Pipe the value in, e.g. with < file');
  const manager = secretsManager(place.host);
  const before = fillable.key === null ? null : await manager.read(fillable.secret);
  await putSecret(place.host)(fillable.secret, withValue(before, fillable.key, value));
  terminal.out(`${asked} is filled (${value.length} characters). Tasks read it when they start: the next rollout or wake uses it.\n`);
  return 0;
};

/** Keys of a Slack app beside the webhook. */
const slackKey = (known: readonly Fillable[], asked: string): Fillable | undefined => {
  const key = ['token', 'channel', 'signingSecret'].find((candidate) => asked.endsWith(`.${candidate}`));
  const slack = known.find((fillable) => fillable.key === 'webhook' && `${fillable.secret}.${key}` === asked);
  return slack === undefined || key === undefined ? undefined : { ...slack, key };
};

export const secrets = atPlace(
  {
    name: 'secrets',
    summary: 'Which secrets are unfilled; set one from standard input',
    usage: 'secrets [set NAME[.KEY]] [--json]',
    options: jsonOption,
    example: 'npx dayshift secrets --platform atomic-calendar',
  },
  async (work) => {
    const [verb] = work.positionals;
    if (verb === undefined || verb === 'list') return list(work);
    if (verb === 'set') return set(work);
    throw new WrongUse(`secrets ${verb}: there is no such verb. Write secrets, or secrets set NAME < file`);
  },
);
