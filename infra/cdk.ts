// `npm run synth`, `diff` and `deploy`: the CDK's own command line, once the platform it is asked for makes sense; the CDK ends with 1 whatever an app says.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endWith, select } from './select.ts';

const root = join(import.meta.dirname, '..');
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { readonly context: Readonly<Record<string, unknown>> };
const args = process.argv.slice(2);
const { values, positionals } = parseArgs({
  args,
  strict: false,
  allowPositionals: true,
  options: {
    context: { type: 'string', short: 'c', multiple: true },
    app: { type: 'string', short: 'a' },
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  },
});
const given = (values.context ?? []).flatMap((setting) => {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(String(setting)) ?? [];
  return name === '' ? [] : [[name, value]];
});
// Neither help nor an app that is built already is about a platform file.
const builds = values.help === undefined && values.version === undefined && values.app === undefined;
const settings: Readonly<Record<string, unknown>> = { ...context, ...Object.fromEntries(given) };
if (builds) await select(settings).catch(endWith);

// The CDK takes either all stacks or those that are named: with a name, `npm run deploy -- NAME-dev-operations` is for that stack alone.
const isNamed = positionals.some((word) => word.startsWith(`${String(settings['platform'])}-`));
const passed = isNamed ? args.filter((word) => word !== '--all') : args;
const cdk = spawn(join(root, 'node_modules', '.bin', 'cdk'), passed, { stdio: 'inherit' });
// Ctrl-C reaches the CDK as well, which ends in its own time.
process.on('SIGINT', () => undefined);
cdk.on('close', (code) => (process.exitCode = code ?? 1));
