// Synth of a whole app, bundling included, against the same app with one NodejsFunction per door; validation off in both, then on in both.
import { join } from 'node:path';
import { readFileSync, mkdirSync, rmSync } from 'node:fs';
import { median, run } from './measure.ts';

const root = join(import.meta.dirname, '..');
const ROUNDS = 5;

interface Taken {
  readonly wall: number;
  /** Of the process and all it started, so that a busy machine counts for less. */
  readonly cpu: number;
}

interface Wanted {
  readonly platform: string;
  readonly stage: string;
  readonly validation: boolean;
}

/** One synth from nothing: no bundle, no asset and no output of the last one is left. */
const synthesize = async (entry: string, { platform, stage, validation }: Wanted): Promise<Taken> => {
  const directory = join(root, '.bench', 'synth', `${platform}-${stage}-${entry.replaceAll(/\W/g, '-')}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
  const env = {
    CDK_OUTDIR: directory,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, platform, stage }),
    CDK_VALIDATION: String(validation),
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
  };
  const args = ['--import', join(root, 'bench', 'cpu-at-exit.ts'), join(root, entry)];
  const { milliseconds, output } = await run({ command: process.execPath, args, cwd: root, env });
  return { wall: milliseconds, cpu: Number(/\nCPU (\d+)/.exec(output)?.[1]) };
};

/** Both in turn, after one of each to warm the machine. */
const compareSynths = async (wanted: Wanted): Promise<string> => {
  const ours: Taken[] = [];
  const theirs: Taken[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [one, other] = [await synthesize('infra/app.ts', wanted), await synthesize('bench/nodejs-function-app.ts', wanted)];
    if (round === 0) continue;
    ours.push(one);
    theirs.push(other);
  }
  const [wall, cpu] = (['wall', 'cpu'] as const).map((kind) => ({ ours: median(ours.map((taken) => taken[kind])), theirs: median(theirs.map((taken) => taken[kind])) }));
  const said = (what: string, times: { readonly ours: number; readonly theirs: number } | undefined): string =>
    times === undefined ? '' : `${what} ${(times.ours / times.theirs).toFixed(2)} x (${times.ours.toFixed(0)} and ${times.theirs.toFixed(0)} ms)`;
  return `${wanted.platform} ${wanted.stage}, validation ${wanted.validation ? 'on ' : 'off'}: ${said('time', wall)}, ${said('processor', cpu)}`;
};

export const synth = async (): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const [platform, stage] of [['wizelit', 'dev'], ['atomic-calendar', 'prod']] as const) {
    for (const validation of [false, true]) lines.push(await compareSynths({ platform, stage, validation }));
  }
  return lines;
};
