// Synthesizes a platform by running the CDK app the way the CDK command line does, without its start-up time.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Synthesis {
  readonly platform: string;
  readonly stage: string;
  /** Directory that will hold the cloud assembly. */
  readonly directory: string;
}

/** Runs infra/app.ts; throws SynthesisFailed with what the app said when a platform file is wrong. Nothing is left behind then. */
export const synthesize = async ({ platform, stage, directory }: Synthesis): Promise<void> => {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(directory, { recursive: true });
  const settings = JSON.parse(await readSettings()) as { context: Record<string, unknown> };
  const app = spawn(process.execPath, [join(root, 'infra', 'app.ts')], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...settings.context, platform, stage }),
      CDK_VALIDATION: 'false',
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  app.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    app.on('error', reject);
    app.on('close', resolve);
  });
  if (code === 0) return;
  rmSync(directory, { recursive: true, force: true });
  throw Object.assign(new Error(said.trim() || `infra/app.ts ended with code ${code}`), { name: 'SynthesisFailed' });
};

const readSettings = async (): Promise<string> => {
  const { readFile } = await import('node:fs/promises');
  return readFile(join(root, 'cdk.json'), 'utf8');
};
