// Cold start of each door: fresh processes, our bundle against what NodejsFunction makes of the same source by default.
import { build } from 'esbuild';
import { createServer } from 'node:http';
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDoors, bundleOptions, doorNames } from '../infra/bundle.ts';
import { manifestFrom } from '../test/assembly.ts';
import { median, run } from './measure.ts';

const root = join(import.meta.dirname, '..');
const RUNS = 20;

/** What esbuild does when NodejsFunction calls it without options: one process per function, CommonJS, the SDK left to the runtime. */
const defaultBundle = async (name: string, directory: string): Promise<string> => {
  const outfile = join(directory, name, 'index.cjs');
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
const now = () => ({ wall: performance.now(), cpu: process.cpuUsage() });
const since = (before) => { const { user, system } = process.cpuUsage(before.cpu); return { wall: performance.now() - before.wall, cpu: (user + system) / 1000 }; };
const began = now();
const { handler } = file.endsWith('.mjs') ? await import(file) : (await import('node:module')).createRequire(import.meta.url)(file);
const init = since(began);
try { await handler(JSON.parse(process.env.PROBE_EVENT), { getRemainingTimeInMillis: () => 30000, awsRequestId: 'probe', functionName: 'probe', memoryLimitInMB: '256', invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:probe' }); } catch {}
process.stdout.write('\\nPROBE ' + JSON.stringify({ init, whole: since(began) }));
process.exit(0);
`;

/** Every door, or those named; a line each. */
export const doors = async (wanted: readonly string[] = []): Promise<readonly string[]> => {
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
  for (const name of wanted.length > 0 ? wanted : doorNames()) {
    const directory = join(work, 'ours', name);
    mkdirSync(directory, { recursive: true });
    copyFileSync(join(bundles, name, 'index.mjs'), join(directory, 'index.mjs'));
    const theirs = await defaultBundle(name, join(work, 'default'));
    for (const place of [directory, join(work, 'default', name)]) writeFileSync(join(place, 'platform.json'), manifest);
    lines.push(await compareDoor(name, join(directory, 'index.mjs'), theirs, endpoint));
  }
  for (const name of ['redeploy/advance', 'sleep/advance', 'alarm/report']) lines.push(await compareFormats(name, work, manifest, endpoint));
  aws.close();
  return lines;
};

/** The same door with the same options in both module formats. */
const compareFormats = async (name: string, work: string, manifest: string, endpoint: string): Promise<string> => {
  const formats = await Promise.all(
    (['esm', 'cjs'] as const).map(async (format) => {
      const outdir = join(work, format);
      await build({ ...bundleOptions([name], format), outdir });
      writeFileSync(join(outdir, name, 'platform.json'), manifest);
      return join(outdir, name, format === 'esm' ? 'index.mjs' : 'index.cjs');
    }),
  );
  const [esm = '', cjs = ''] = formats;
  const [first, second] = await alternate(esm, cjs, endpoint);
  return `ESM against CJS, ${name}: ${ratios(first, second)}`;
};

/** Milliseconds on the clock and of processor time; the second hardly notices what else the machine does. */
interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

interface Start {
  readonly init: Spent;
  /** Init and first call. */
  readonly whole: Spent;
}

/** Starts two bundles in turn, each time in a fresh process. */
const alternate = async (first: string, second: string, endpoint: string): Promise<readonly [readonly Start[], readonly Start[]]> => {
  const start = async (file: string): Promise<Start> => {
    const { output } = await run({ command: process.execPath, args: [join(root, '.bench', 'doors', 'probe.mjs'), file], env: environment(file, endpoint) });
    return JSON.parse(output.slice(output.lastIndexOf('PROBE ') + 6)) as Start;
  };
  const ones: Start[] = [];
  const others: Start[] = [];
  for (let round = 0; round < RUNS; round += 1) {
    ones.push(await start(first));
    others.push(await start(second));
  }
  return [ones, others];
};

/** `init 0.40 x (cpu 0.38 x), init + first call 0.45 x (cpu 0.43 x)`: the first against the second, by medians. */
const ratios = (first: readonly Start[], second: readonly Start[]): string => {
  const ratio = (part: keyof Start, kind: keyof Spent): string => {
    const of = (starts: readonly Start[]): number => median(starts.map((start) => start[part][kind]));
    return (of(first) / of(second)).toFixed(2);
  };
  return `init ${ratio('init', 'wall')} x (cpu ${ratio('init', 'cpu')} x), init + first call ${ratio('whole', 'wall')} x (cpu ${ratio('whole', 'cpu')} x)`;
};

const compareDoor = async (name: string, ours: string, theirs: string, endpoint: string): Promise<string> => {
  const [first, second] = await alternate(ours, theirs, endpoint);
  const size = Math.round(statSync(ours).size / 1024);
  const cpu = (part: keyof Start): string => median(first.map((start) => start[part].cpu)).toFixed(0);
  return `${name.padEnd(20)} ${String(size).padStart(4)} KiB  ${ratios(first, second)}  (cpu ${cpu('init')} and ${cpu('whole')} ms)`;
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
