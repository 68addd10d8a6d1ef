// The waking page's own time in a warm function: the bundled door against an AWS that answers at once, so that only our part is measured.
import { createServer, type IncomingMessage } from 'node:http';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDoors } from '../infra/bundle.ts';
import { manifestFrom } from '../test/assembly.ts';
import { run } from './measure.ts';

const root = join(import.meta.dirname, '..');
const WARM_UP = 50;
const CALLS = 500;

/** What a door asks of the ledger and of Step Functions, answered for a platform that sleeps. */
const answerOf = (request: IncomingMessage): object => {
  const target = String(request.headers['x-amz-target'] ?? '');
  const platform = { state: 'asleep', since: '2026-11-23T09:01:42.000Z', by: 'schedule', night: '2026-11-23T09:00Z' };
  const item = { kind: { S: 'platform' }, key: { S: 'platform' }, version: { N: '7' }, at: { S: platform.since }, value: { S: JSON.stringify(platform) } };
  if (target.endsWith('.GetItem')) return { Item: item };
  if (target.endsWith('.Query')) return { Items: [], Count: 0, ScannedCount: 0 };
  return { executionArn: 'arn:aws:states:us-east-1:111122223333:execution:x:y', startDate: 1_795_460_000 };
};

/** Calls the handler again and again in one process. With `step` the clock jumps before each call, so that what was known is read afresh. */
const probe = `
const [file, step] = process.argv.slice(2);
const { handler } = await import(file);
const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36', accept: 'text/html', 'sec-fetch-mode': 'navigate', 'x-forwarded-for': '203.0.113.7' };
const event = { httpMethod: 'GET', path: '/', headers: browser };
const context = { getRemainingTimeInMillis: () => 10000, awsRequestId: 'probe', functionName: 'probe', memoryLimitInMB: '256', invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:probe' };
let shift = 0;
const real = Date.now;
Date.now = () => real() + shift;
const took = [];
for (let call = 0; call < ${WARM_UP + CALLS}; call += 1) {
  shift += Number(step);
  const began = performance.now();
  const { statusCode, body } = await handler(event, context);
  const milliseconds = performance.now() - began;
  if (statusCode !== 503 || !body.includes('is waking up')) throw new Error('no waking page: ' + statusCode);
  if (call >= ${WARM_UP}) took.push(milliseconds);
}
took.sort((one, other) => one - other);
process.stdout.write('\\nPROBE ' + JSON.stringify({ median: took[Math.floor(took.length / 2)], worst: took[Math.floor(took.length * 0.99)] }));
process.exit(0);
`;

interface Took {
  readonly median: number;
  readonly worst: number;
}

/** One line per way a visitor may find the function. */
export const page = async (): Promise<readonly string[]> => {
  const work = join(root, '.bench', 'page');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'probe.mjs'), probe);
  writeFileSync(join(work, 'platform.json'), JSON.stringify(await manifestFrom('wizelit')));
  copyFileSync(join(await bundleDoors(), 'wake/visit', 'index.mjs'), join(work, 'index.mjs'));
  const aws = createServer((request, response) => request.resume().on('end', () => response.end(JSON.stringify(answerOf(request))))).listen(0, '127.0.0.1');
  await new Promise((resolve) => aws.on('listening', resolve));
  const env = environment(work, `http://127.0.0.1:${(aws.address() as { port: number }).port}`);
  const measure = async (step: number): Promise<Took> => {
    const { output } = await run({ command: process.execPath, args: [join(work, 'probe.mjs'), join(work, 'index.mjs'), String(step)], env });
    return JSON.parse(output.slice(output.lastIndexOf('PROBE ') + 6)) as Took;
  };
  const words = ({ median, worst }: Took): string => `median ${median.toFixed(2)} ms, 99 of 100 within ${worst.toFixed(1)} ms`;
  const lines = [
    `a visitor in the two seconds after another:    ${words(await measure(0))}`,
    `a visitor for whom the ledger is read afresh:  ${words(await measure(3_000))}`,
    `the first of five minutes, who wakes it:       ${words(await measure(300_000))}`,
  ];
  aws.close();
  return [...lines, 'AWS answers at once here; on AWS the second adds one read of the ledger, the third one start of a machine. Target 30 ms'];
};

const environment = (directory: string, endpoint: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'probe',
  AWS_SECRET_ACCESS_KEY: 'probe',
  LAMBDA_TASK_ROOT: directory,
  LEDGER_TABLE: 'ledger',
  MACHINE_PREFIX: 'arn:aws:states:us-east-1:111122223333:stateMachine:wizelit-dev-',
  NOTICE_TOPIC: 'arn:aws:sns:us-east-1:111122223333:topic',
  PLATFORM_ID: 'wizelit-dev',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
});
