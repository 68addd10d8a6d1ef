// Cold start of each door: fresh processes, our bundle against what NodejsFunction makes of the same source by default.
import { build } from 'esbuild';
import { createServer } from 'node:http';
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDoors, doorNames } from '../infra/bundle.ts';
import { manifestFrom } from '../test/assembly.ts';
import { median, run } from './measure.ts';

const root = join(import.meta.dirname, '..');
const RUNS = 20;

/** What esbuild does when NodejsFunction calls it without options: one process per function, CommonJS, the SDK left to the runtime. */
const defaultBundle = async (name: string, directory: string): Promise<string> => {
  const outfile = join(directory, name, 'index.js');
  await build({
    absWorkingDir: root,
    entryPoints: [`functions/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['@aws-sdk/*', '@smithy/*'],
    logLevel: 'error',
  });
  return outfile;
};

/** A process that loads a bundle, calls it once, and prints both times; an AWS that answers `{}` is enough to open clients and connections. */
const probe = `
const [file] = process.argv.slice(2);
const began = performance.now();
const { handler } = file.endsWith('.mjs') ? await import(file) : (await import('node:module')).createRequire(import.meta.url)(file);
const loaded = performance.now();
try { await handler(JSON.parse(process.env.PROBE_EVENT), { getRemainingTimeInMillis: () => 30000, awsRequestId: 'probe', functionName: 'probe', memoryLimitInMB: '256', invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:probe' }); } catch {}
const called = performance.now();
process.stdout.write('\\nPROBE ' + JSON.stringify({ init: loaded - began, call: called - loaded }));
process.exit(0);
`;

export const doors = async (): Promise<readonly string[]> => {
  const work = join(root, '.bench', 'doors');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'probe.mjs'), probe);
  const manifest = JSON.stringify(await manifestFrom('wizelit'));
  const bundles = await bundleDoors();
  const aws = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => aws.on('listening', resolve));
  const endpoint = `http://127.0.0.1:${(aws.address() as { port: number }).port}`;
  const lines: string[] = [];
  for (const name of doorNames()) {
    const directory = join(work, 'ours', name);
    mkdirSync(directory, { recursive: true });
    copyFileSync(join(bundles, name, 'index.mjs'), join(directory, 'index.mjs'));
    const theirs = await defaultBundle(name, join(work, 'default'));
    for (const place of [directory, join(work, 'default', name)]) writeFileSync(join(place, 'platform.json'), manifest);
    lines.push(await compareDoor(name, join(directory, 'index.mjs'), theirs, endpoint));
  }
  aws.close();
  return lines;
};

const compareDoor = async (name: string, ours: string, theirs: string, endpoint: string): Promise<string> => {
  const start = async (file: string): Promise<{ readonly init: number; readonly call: number }> => {
    const { output } = await run({ command: process.execPath, args: [join(root, '.bench', 'doors', 'probe.mjs'), file], env: environment(file, endpoint) });
    return JSON.parse(output.slice(output.lastIndexOf('PROBE ') + 6)) as { init: number; call: number };
  };
  const results: { readonly ours: { readonly init: number; readonly call: number }; readonly theirs: { readonly init: number; readonly call: number } }[] = [];
  for (let round = 0; round < RUNS; round += 1) results.push({ ours: await start(ours), theirs: await start(theirs) });
  const init = [median(results.map((result) => result.ours.init)), median(results.map((result) => result.theirs.init))] as const;
  const whole = [median(results.map((result) => result.ours.init + result.ours.call)), median(results.map((result) => result.theirs.init + result.theirs.call))] as const;
  const size = Math.round(statSync(ours).size / 1024);
  return `${name.padEnd(20)} ${String(size).padStart(4)} KiB  init ${init[0].toFixed(0).padStart(3)} ms = ${(init[0] / init[1]).toFixed(2)} x default  init + first call ${whole[0].toFixed(0).padStart(3)} ms = ${(whole[0] / whole[1]).toFixed(2)} x default`;
};

const environment = (file: string, endpoint: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'probe',
  AWS_SECRET_ACCESS_KEY: 'probe',
  AWS_MAX_ATTEMPTS: '1',
  LAMBDA_TASK_ROOT: join(file, '..'),
  LEDGER_TABLE: 'ledger',
  NOTICE_TOPIC: 'arn:aws:sns:us-east-1:111122223333:topic',
  PLATFORM_ID: 'wizelit-dev',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  PROBE_EVENT: JSON.stringify(sample),
});

/** One event with every field a door may ask for, so that each gets past its own parser and to its first call. */
const sample = {
  at: '2026-11-23T09:00:00.000Z',
  trigger: { kind: 'operator', detail: 'bench' },
  execution: 'bench',
  Records: [],
};
