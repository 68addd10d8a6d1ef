// `npm run synth`, `diff` and `deploy`: the CDK's own command line, once the platform it is asked for makes sense; the CDK ends with 1 whatever an app says.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import cdkJson from '../cdk.json' with { type: 'json' };
import { endWith, select } from './select.ts';

const args = process.argv.slice(2);
const { values } = parseArgs({ args, strict: false, allowPositionals: true, options: { context: { type: 'string', short: 'c', multiple: true } } });
const given = (values.context ?? []).flatMap((setting) => {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(String(setting)) ?? [];
  return name === '' ? [] : [[name, value]];
});
await select({ ...cdkJson.context, ...Object.fromEntries(given) }).catch(endWith);

const cdk = spawn(join(import.meta.dirname, '..', 'node_modules', '.bin', 'cdk'), args, { stdio: 'inherit' });
// Ctrl-C reaches the CDK as well, which ends in its own time.
process.on('SIGINT', () => undefined);
cdk.on('close', (code) => (process.exitCode = code ?? 1));
