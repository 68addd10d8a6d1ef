// Synth of a whole app, bundling included, against the same app with one NodejsFunction per door; validation off in both, then on in both.
import { join } from 'node:path';
import { readFileSync, mkdirSync } from 'node:fs';
import { compare, run } from './measure.ts';

const root = join(import.meta.dirname, '..');
const ROUNDS = 5;

const synthesize = (entry: string, platform: string, stage: string, validation: boolean) => async (): Promise<number> => {
  const directory = join(root, '.bench', 'synth', `${platform}-${stage}-${entry.replaceAll(/\W/g, '-')}`);
  mkdirSync(directory, { recursive: true });
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
  const env = {
    CDK_OUTDIR: directory,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, platform, stage }),
    CDK_VALIDATION: String(validation),
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
  };
  return (await run({ command: process.execPath, args: [join(root, entry)], cwd: root, env })).milliseconds;
};

export const synth = async (): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const [platform, stage] of [['wizelit', 'dev'], ['atomic-calendar', 'prod']] as const) {
    for (const validation of [false, true]) {
      const { ours, theirs, ratio } = await compare(synthesize('infra/app.ts', platform, stage, validation), synthesize('bench/nodejs-function-app.ts', platform, stage, validation), ROUNDS);
      lines.push(`${platform} ${stage}, validation ${validation ? 'on ' : 'off'}: ${ours.toFixed(0)} ms = ${ratio.toFixed(2)} x NodejsFunction (${theirs.toFixed(0)} ms)`);
    }
  }
  return lines;
};
