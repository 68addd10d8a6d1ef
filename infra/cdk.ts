// `npm run synth`, `diff` and `deploy`: the CDK's command line, once it is asked for what there is; it ends with 1 whatever an app says.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { passedOn, readArguments, stackNames } from './cdk-arguments.ts';
import { endWith, select } from './select.ts';

const root = join(import.meta.dirname, '..');
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { readonly context: Readonly<Record<string, unknown>> };

/** What the CDK gets. Throws a Refusal where no platform, stage or stack is meant. */
const checked = async (args: readonly string[]): Promise<readonly string[]> => {
  const asked = readArguments(args);
  return passedOn(args, asked, asked.builds ? stackNames(await select({ ...context, ...asked.settings })) : null);
};

const args = await checked(process.argv.slice(2)).catch(endWith);
// Its file rather than the link in .bin, which Windows cannot start.
const cdk = spawn(process.execPath, [join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...args], { stdio: 'inherit' });
// Ctrl-C reaches the CDK as well, which ends in its own time.
process.on('SIGINT', () => undefined);
cdk.on('close', (code) => (process.exitCode = code ?? 1));
