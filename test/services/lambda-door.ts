// A function for the Lambda tests: a real bundle, a role, and the smallest neighbours it needs.
import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld, type WorldOptions } from '../../local/create-world.ts';
import type { Factories } from '../../local/factories.ts';
import type { PolicyDocument, ResourceContext } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';

const ROOT = join(import.meta.dirname, '../..');
const TRUST: PolicyDocument = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const EVERYTHING: PolicyDocument = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** A door of the kind the platform has: two SDK clients, timers, a web request, logs; what it does comes with the event. */
const DOOR = `
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ECSClient, ListClustersCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { AsyncLocalStorage } from 'node:async_hooks';
import { request } from 'node:https';
import { readFile } from 'node:fs';
import { env } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
const dynamodb = new DynamoDBClient({});
const ecs = new ECSClient({});
const post = (url, body) => new Promise((resolve, reject) => {
  const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => { text += chunk; });
    response.on('end', () => resolve({ status: response.statusCode, text }));
  });
  sent.on('error', reject);
  sent.end(body);
});
const context = new AsyncLocalStorage();
let invocations = 0;
const does = {
  identity: async () => ({ invocations, time: new Date().toISOString(), environment: process.env.LEDGER, root: process.env.LAMBDA_TASK_ROOT !== undefined }),
  tables: async () => (await dynamodb.send(new ListTablesCommand({}))).TableNames,
  many: async () => Promise.all([1, 2, 3].flatMap((n) => [dynamodb.send(new ListTablesCommand({ Limit: n })), ecs.send(new ListClustersCommand({ maxResults: n }))])).then((all) => all.length),
  sleep: async ({ ms }) => { const before = Date.now(); await new Promise((resolve) => setTimeout(resolve, ms)); await wait(1000); return Date.now() - before; },
  race: async () => Promise.race([post('https://slow.example.com/', ''), wait(2000, 'gave up')]),
  leave: async () => { for (const n of [1, 2, 3]) { dynamodb.send(new ListTablesCommand({ Limit: n })).catch(() => undefined); ecs.send(new ListClustersCommand({ maxResults: n })).catch(() => undefined); } post('https://slow.example.com/', '').catch(() => undefined); return 'left'; },
  post: async ({ url }) => post(url, JSON.stringify({ text: 'hello' })),
  fail: async () => { throw Object.assign(new Error('no such thing'), { name: 'InvalidInput' }); },
  log: async () => { console.log('plain', { a: 1 }); process.stdout.write('{"raw":true}\\n'); return null; },
  fetch: async () => (await fetch('https://example.com/')).status,
  hang: async () => new Promise(() => undefined),
  exit: async () => process.exit(3),
  nap: async ({ ms }) => { await new Promise((resolve) => setTimeout(resolve, ms)); await new Promise((resolve) => setImmediate(resolve)); return { invocations, environment: process.env.LEDGER, imported: env.LEDGER, time: new Date().toISOString() }; },
  throw: async () => { setImmediate(() => { throw new Error('out of nowhere'); }); await new Promise(() => undefined); },
  forget: async () => { Promise.reject(new Error('nobody caught it')); await new Promise(() => undefined); },
  nothing: async () => { setImmediate(() => { throw undefined; }); await new Promise(() => undefined); },
  late: async () => { readFile(new URL(import.meta.url), () => { throw new Error('too late'); }); return 'left'; },
  context: async () => Promise.all(['one', 'two'].map((name) => context.run(name, () => Promise.all([
    new Promise((resolve) => setTimeout(() => resolve(context.getStore()), 5)),
    new Promise((resolve) => request('https://quick.example.com/', () => resolve(context.getStore())).end()),
    new Promise((resolve) => process.nextTick(() => queueMicrotask(() => resolve(context.getStore())))),
  ])))),
  random: async () => [Math.random(), crypto.randomUUID()],
  token: async () => { await ecs.send(new RunTaskCommand({ taskDefinition: 'migrate' })); return 'started'; },
};
export const handler = async (event) => { invocations += 1; return does[event.do](event); };
`;

/** Bundles the door as the platform does; answers the asset directory's parent. */
export const bundleDoor = async (): Promise<string> => {
  const directory = mkdtempSync(join(tmpdir(), 'door-'));
  mkdirSync(join(directory, 'bundle'));
  await build({
    stdin: { contents: DOOR, resolveDir: ROOT, loader: 'js' }, bundle: true, platform: 'node', format: 'esm', target: 'node24', minify: true, logLevel: 'error',
    mainFields: ['module', 'main'], outfile: join(directory, 'bundle/index.mjs'),
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  writeFileSync(join(directory, 'bundle/platform.json'), '{"id":"plat"}');
  return directory;
};

export const removeBundle = (directory: string): void => rmSync(directory, { recursive: true, force: true });

/** The smallest neighbours Lambda needs: logs that keep lines, metrics that are counted, a table service, queues, the outside. */
const neighbours = (seen: { readonly lines: string[]; readonly sent: unknown[]; readonly tokens: string[] }): Factories => {
  const simple = (signingName: string, operations: Readonly<Record<string, (input: any, world: World) => unknown>>) => (world: World) => ({
    signingName, support: { does: [], doesNot: [] },
    operations: Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, {
      needs: () => [{ action: `${signingName}:${name}`, resource: '*' }], run: (input: unknown) => run(input, world),
    }])),
  });
  return {
    dynamodb: simple('dynamodb', { ListTables: () => ({ TableNames: ['ledger'] }) }),
    ecs: simple('ecs', {
      ListClusters: () => ({ clusterArns: [] }),
      RunTask: ({ clientToken }) => { seen.tokens.push(clientToken); return { tasks: [], failures: [] }; },
    }),
    sqs: simple('sqs', { SendMessage: (input) => { seen.sent.push(input); return { MessageId: '1' }; } }),
    logs: () => ({ signingName: 'logs', operations: {}, write: (_group: string, _stream: string, line: string | (() => string)) => { seen.lines.push(typeof line === 'string' ? line : line()); } }),
    outside: (world: World) => ({
      http: async ({ url, body }: { url: string; body: string }) => {
        if (url.startsWith('https://slow.')) await world.clock.sleep(60_000);
        if (url.startsWith('https://gone.')) throw new Error('ENOTFOUND gone.example.com');
        return { status: 201, headers: {}, body: `got ${body}` };
      },
    }),
  } as unknown as Factories;
};

export interface Setup {
  readonly directory: string;
  readonly options?: Partial<WorldOptions>;
  readonly policy?: PolicyDocument;
  readonly properties?: Record<string, unknown>;
}

/** A world with one function `decide` made from the bundle, and `ask` to invoke it while the clock runs. */
export const doorWorld = async ({ directory, options = {}, policy = EVERYTHING, properties = {} }: Setup) => {
  const seen = { lines: [] as string[], sent: [] as unknown[], tokens: [] as string[] };
  const assets = new Map([['a'.repeat(64), join(directory, 'bundle')]]);
  const world = createWorld({ start: '2026-11-23T07:00:00Z', seed: 7, assets, factories: neighbours(seen), ...options });
  const roleArn = world.services.iam.createRole({ name: 'door', trust: TRUST, policies: { least: policy } });
  const context: ResourceContext = { world, stackName: 'ops', logicalId: 'Door', generatedName: () => 'ops-Door' };
  const types = world.services.lambda.resources!;
  const base = {
    FunctionName: 'decide', Role: roleArn, Handler: 'index.handler', Runtime: 'nodejs24.x', MemorySize: 256, Timeout: 30,
    Code: { S3Bucket: 'assets', S3Key: `${'a'.repeat(64)}.zip` }, Environment: { Variables: { LEDGER: 'ledger' } },
  };
  const add = (more: Record<string, unknown>) => types['AWS::Lambda::Function']!.create({ ...base, ...more }, context);
  await add(properties);
  const ask = (payload: unknown) => world.clock.finish(world.services.lambda.invoke({ name: 'decide', payload }));
  return { world, seen, context, types, ask, add };
};
