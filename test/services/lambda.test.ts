import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { request } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type WorldOptions } from '../../local/create-world.ts';
import type { Factories } from '../../local/factories.ts';
import type { PolicyDocument, ResourceContext } from '../../local/simulated.ts';
import type { HostedDoorHost, Hosts, World } from '../../local/world.ts';

const ROOT = join(import.meta.dirname, '../..');
const TRUST: PolicyDocument = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const EVERYTHING: PolicyDocument = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** A door of the kind the platform has: two SDK clients, timers, a web request, logs; what it does comes with the event. */
const DOOR = `
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ECSClient, ListClustersCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { request } from 'node:https';
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
let invocations = 0;
const does = {
  identity: async () => ({ invocations, time: new Date().toISOString(), environment: process.env.LEDGER, root: process.env.LAMBDA_TASK_ROOT !== undefined }),
  tables: async () => (await dynamodb.send(new ListTablesCommand({}))).TableNames,
  many: async () => Promise.all([1, 2, 3].flatMap((n) => [dynamodb.send(new ListTablesCommand({ Limit: n })), ecs.send(new ListClustersCommand({ maxResults: n }))])).then((all) => all.length),
  sleep: async ({ ms }) => { const before = Date.now(); await new Promise((resolve) => setTimeout(resolve, ms)); await wait(1000); return Date.now() - before; },
  race: async () => Promise.race([post('https://slow.example.com/', ''), wait(2000, 'gave up')]),
  post: async ({ url }) => post(url, JSON.stringify({ text: 'hello' })),
  fail: async () => { throw Object.assign(new Error('no such thing'), { name: 'InvalidInput' }); },
  log: async () => { console.log('plain', { a: 1 }); process.stdout.write('{"raw":true}\\n'); return null; },
  hang: async () => new Promise(() => undefined),
  exit: async () => process.exit(3),
  random: async () => [Math.random(), crypto.randomUUID()],
  token: async () => { await ecs.send(new RunTaskCommand({ taskDefinition: 'migrate' })); return 'started'; },
};
export const handler = async (event) => { invocations += 1; return does[event.do](event); };
`;

let directory = '';
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'door-'));
  mkdirSync(join(directory, 'bundle'));
  await build({
    stdin: { contents: DOOR, resolveDir: ROOT, loader: 'js' }, bundle: true, platform: 'node', format: 'esm', target: 'node24', minify: true, logLevel: 'error',
    mainFields: ['module', 'main'], outfile: join(directory, 'bundle/index.mjs'),
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  writeFileSync(join(directory, 'bundle/platform.json'), '{"id":"plat"}');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const worlds: World[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

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
    cloudwatch: () => ({ signingName: 'monitoring', operations: {}, addSource: () => undefined }),
    logs: () => ({ signingName: 'logs', operations: {}, write: (_group: string, _stream: string, line: string) => { seen.lines.push(line); } }),
    outside: (world: World) => ({
      http: async ({ url, body }: { url: string; body: string }) => {
        if (url.startsWith('https://slow.')) await world.clock.sleep(60_000);
        if (url.startsWith('https://gone.')) throw new Error('ENOTFOUND gone.example.com');
        return { status: 201, headers: {}, body: `got ${body}` };
      },
    }),
  } as unknown as Factories;
};

interface Setup {
  readonly options?: Partial<WorldOptions>;
  readonly policy?: PolicyDocument;
  readonly properties?: Record<string, unknown>;
}

const makeDoor = async ({ options = {}, policy = EVERYTHING, properties = {} }: Setup = {}) => {
  const seen = { lines: [] as string[], sent: [] as unknown[], tokens: [] as string[] };
  const assets = new Map([['a'.repeat(64), join(directory, 'bundle')]]);
  const world = createWorld({ start: '2026-11-23T07:00:00Z', seed: 7, assets, factories: neighbours(seen), ...options });
  worlds.push(world);
  const roleArn = world.services.iam.createRole({ name: 'door', trust: TRUST, policies: { least: policy } });
  const context: ResourceContext = { world, stackName: 'ops', logicalId: 'Door', generatedName: () => 'ops-Door' };
  const types = world.services.lambda.resources!;
  const base = {
    FunctionName: 'decide', Role: roleArn, Handler: 'index.handler', Runtime: 'nodejs24.x', MemorySize: 256, Timeout: 30,
    Code: { S3Bucket: 'assets', S3Key: `${'a'.repeat(64)}.zip` }, Environment: { Variables: { LEDGER: 'ledger' } },
  };
  await types['AWS::Lambda::Function']!.create({ ...base, ...properties }, context);
  const ask = (payload: unknown) => world.clock.finish(world.services.lambda.invoke({ name: 'decide', payload }));
  return { world, seen, context, types, ask };
};

describe('a bundle in a worker thread', () => {
  test('sees virtual time, its environment and its module state, and is billed its modelled duration', async () => {
    const { world, ask } = await makeDoor();
    expect(await ask({ do: 'identity' })).toEqual({ ok: true, payload: { invocations: 1, time: '2026-11-23T07:00:00.220Z', environment: 'ledger', root: true } });
    expect(await ask({ do: 'identity' })).toMatchObject({ payload: { invocations: 2 } });
    expect(world.trail.of('invoke').filter(({ what }) => what === 'answered').map(({ detail }) => [detail?.['billedMs'], detail?.['memoryMb'], detail?.['cold']]))
      .toEqual([[226, 256, true], [6, 256, false]]);
    await world.clock.run(world.clock.now + 16 * 60_000);
    await ask({ do: 'identity' });
    expect(world.trail.of('invoke').at(-1)?.detail).toMatchObject({ cold: true });
  });

  test('X2: reaches the simulated services as its own role, with retries of the SDK left on', async () => {
    const { world, ask } = await makeDoor({ policy: { Statement: [{ Effect: 'Allow', Action: ['dynamodb:ListTables', 'logs:*'], Resource: '*' }] } });
    expect(await ask({ do: 'tables' })).toEqual({ ok: true, payload: ['ledger'] });
    expect(await ask({ do: 'token' })).toMatchObject({
      ok: false, errorType: 'AccessDeniedException',
      errorMessage: 'User: arn:aws:sts::111122223333:assumed-role/door/decide is not authorized to perform: ecs:RunTask on resource: * ' +
        'because no identity-based policy allows the ecs:RunTask action',
    });
    expect(world.trail.of('call').map(({ who, what }) => `${who} ${what}`)).toEqual(['door/decide dynamodb:ListTables']);
  });

  test('X1: a throttled call is retried by the SDK in virtual time', async () => {
    const { world, ask } = await makeDoor({
      options: { faults: { rules: [{ kind: 'error', when: 'before-effect', operation: 'ListTables', times: 2, error: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 } }] } },
    });
    expect(await ask({ do: 'tables' })).toEqual({ ok: true, payload: ['ledger'] });
    const calls = world.trail.of('call').filter(({ what }) => what === 'dynamodb:ListTables');
    expect(calls).toHaveLength(3);
    expect(calls[2]!.at).toBeGreaterThan(calls[0]!.at);
  });

  test('waiting moves virtual time only: a minute and a second pass in a moment', async () => {
    const { world, ask } = await makeDoor({ properties: { Timeout: 120 } });
    const before = performance.now();
    expect(await ask({ do: 'sleep', ms: 60_000 })).toEqual({ ok: true, payload: 61_000 });
    expect(performance.now() - before).toBeLessThan(3000);
    expect(world.trail.of('invoke').at(-1)?.detail).toMatchObject({ billedMs: 61_226 });
  });

  test('a request to the outside lands there, and a timer can win against a slow one', async () => {
    const { ask } = await makeDoor();
    expect(await ask({ do: 'post', url: 'https://hooks.slack.com/services/T/B/x' })).toEqual({ ok: true, payload: { status: 201, text: 'got {"text":"hello"}' } });
    expect(await ask({ do: 'post', url: 'https://gone.example.com/' })).toMatchObject({ ok: false, errorMessage: 'ENOTFOUND gone.example.com' });
    expect(await ask({ do: 'race' })).toEqual({ ok: true, payload: 'gave up' });
    expect(await ask({ do: 'tables' })).toEqual({ ok: true, payload: ['ledger'] });
  });

  test('errors, timeouts and a dying process answer in the words of Lambda', async () => {
    const { world, ask } = await makeDoor({ properties: { Timeout: 3 } });
    expect(await ask({ do: 'fail' })).toMatchObject({ ok: false, errorType: 'InvalidInput', errorMessage: 'no such thing' });
    const started = world.clock.now;
    expect(await ask({ do: 'hang' })).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout', errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 3\.00 seconds$/) });
    expect(world.clock.now - started).toBe(3000);
    expect(await ask({ do: 'exit' })).toMatchObject({ ok: false, errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('Error: Runtime exited with error: exit status 3') });
    expect(await ask({ do: 'identity' })).toMatchObject({ payload: { invocations: 1 } });
  });

  test('log lines arrive in order and only with permission', async () => {
    const { seen, ask } = await makeDoor();
    await ask({ do: 'log' });
    expect(seen.lines.map((line) => line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'ID'))).toEqual([
      'START RequestId: ID Version: $LATEST',
      "2026-11-23T07:00:00.220Z\tID\tINFO\tplain { a: 1 }",
      '{"raw":true}',
      'REPORT RequestId: ID\tDuration: 6.00 ms\tBilled Duration: 226 ms\tMemory Size: 256 MB\tInit Duration: 220.00 ms',
    ]);
    const mute = await makeDoor({ policy: { Statement: [] } });
    await mute.ask({ do: 'log' });
    expect(mute.seen.lines).toEqual([]);
    expect(mute.world.trail.of('fault').map(({ what }) => what)).toEqual(['its role may not write logs']);
  });

  test('the same seed leaves the same trail, chance and tokens included; another seed does not', async () => {
    const play = async (seed: number): Promise<readonly [string, unknown, readonly string[]]> => {
      const { world, seen, ask } = await makeDoor({ options: { seed } });
      await ask({ do: 'many' });
      await ask({ do: 'token' });
      const drawn = await ask({ do: 'random' });
      await world.clock.finish(Promise.all([1, 2, 3].map(() => world.services.lambda.invoke({ name: 'decide', payload: { do: 'many' } }))));
      return [world.trail.digest(), drawn, seen.tokens];
    };
    const [first, again, other] = [await play(7), await play(7), await play(8)];
    expect(first).toEqual(again);
    expect(first[1]).not.toEqual(other[1]);
    expect(first[2]).toHaveLength(1);
  });

  test('X1: a door killed around its nth call has had exactly the effects before it', async () => {
    const { world, ask } = await makeDoor({
      options: { faults: { rules: [{ kind: 'kill', functionName: 'decide', when: 'after-call', call: 2 }, { kind: 'kill', functionName: 'decide', when: 'before-call', call: 1, invocation: 2 }] } },
    });
    expect(await ask({ do: 'many' })).toMatchObject({ ok: false, errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: killed') });
    expect(world.trail.of('call')).toHaveLength(2);
    expect(await ask({ do: 'tables' })).toMatchObject({ ok: false });
    expect(world.trail.of('call')).toHaveLength(2);
    expect(await ask({ do: 'tables' })).toMatchObject({ ok: true });
  });

  test('a warm invocation with two calls takes a few real milliseconds', async () => {
    const { ask } = await makeDoor();
    const coldBefore = performance.now();
    await ask({ do: 'tables' });
    const cold = performance.now() - coldBefore;
    const before = performance.now();
    for (let turn = 0; turn < 50; turn += 1) await ask({ do: 'tables' });
    expect((performance.now() - before) / 50).toBeLessThan(10);
    expect(cold).toBeLessThan(1500);
  });
});

describe('asynchronous invocation', () => {
  test('X1: a failing event is retried after one and two minutes and then sent to the dead-letter queue', async () => {
    const queue = 'arn:aws:sqs:us-east-1:111122223333:dead';
    const { world, seen } = await makeDoor({ properties: { DeadLetterConfig: { TargetArn: queue } } });
    const start = world.clock.now;
    expect(await world.services.lambda.invoke({ name: 'decide', payload: { do: 'fail' }, async: true })).toEqual({ ok: true, payload: null });
    await world.clock.run(start + 10 * 60_000);
    const attempts = world.trail.of('invoke').filter(({ what }) => what === 'started').map(({ at }) => Math.floor((at - start) / 60_000));
    expect(attempts).toEqual([0, 1, 3]);
    expect(seen.sent).toMatchObject([{ QueueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/dead', MessageBody: '{"do":"fail"}', MessageAttributes: { ErrorMessage: { StringValue: 'no such thing' } } }]);
  });

  test('a destination gets the whole story, and fewer retries when so configured', async () => {
    const { world, seen, types, context } = await makeDoor();
    await types['AWS::Lambda::EventInvokeConfig']!.create(
      { FunctionName: 'decide', Qualifier: '$LATEST', MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:111122223333:failed' } } }, context,
    );
    await world.services.lambda.invoke({ name: 'decide', payload: { do: 'fail' }, async: true });
    await world.clock.run(world.clock.now + 10 * 60_000);
    const body = JSON.parse((seen.sent[0] as { MessageBody: string }).MessageBody) as unknown;
    expect(body).toMatchObject({ requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 }, requestPayload: { do: 'fail' }, responsePayload: { errorType: 'InvalidInput' } });
  });

  test('reserved concurrency refuses a synchronous caller with 429 and lets an event wait', async () => {
    const { world } = await makeDoor({ properties: { ReservedConcurrentExecutions: 1, Timeout: 120 } });
    const slow = world.services.lambda.invoke({ name: 'decide', payload: { do: 'sleep', ms: 5000 } });
    await expect(world.services.lambda.invoke({ name: 'decide', payload: { do: 'identity' } })).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
    await world.services.lambda.invoke({ name: 'decide', payload: { do: 'identity' }, async: true });
    await world.clock.finish(slow);
    await world.clock.run(world.clock.now + 60_000);
    expect(world.trail.of('invoke').filter(({ what }) => what === 'answered')).toHaveLength(2);
  });
});

describe('who may invoke', () => {
  test('X2: a service needs a permission of the function for its very resource', async () => {
    const { world, types, context } = await makeDoor();
    const rule = 'arn:aws:events:us-east-1:111122223333:rule/push';
    const fire = (sourceArn: string) => world.services.lambda.invoke({ name: 'decide', payload: { do: 'identity' }, async: true, source: { principal: 'events.amazonaws.com', sourceArn } });
    await expect(fire(rule)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    const permission = { Action: 'lambda:InvokeFunction', FunctionName: 'decide', Principal: 'events.amazonaws.com', SourceArn: rule };
    const made = await types['AWS::Lambda::Permission']!.create(permission, context);
    expect(await fire(rule)).toEqual({ ok: true, payload: null });
    await expect(fire(`${rule}-other`)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await types['AWS::Lambda::Permission']!.remove!(made, permission, context);
    await expect(fire(rule)).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  test('a function is not created with a role Lambda cannot assume', async () => {
    const { world, types, context } = await makeDoor();
    const roleArn = world.services.iam.createRole({ name: 'other' });
    expect(() => types['AWS::Lambda::Function']!.create({ FunctionName: 'x', Role: roleArn, Handler: 'index.handler' }, context)).toThrow('The role defined for the function cannot be assumed by Lambda.');
  });

  test('a function URL answers the public only with AuthType NONE and its permission', async () => {
    const { world, types, context } = await makeDoor();
    const url = await types['AWS::Lambda::Url']!.create({ TargetFunctionArn: 'decide', AuthType: 'NONE' }, context);
    const visit = () => world.clock.finish(world.services.lambda.visit({ method: 'GET', url: `${String(url.attributes['FunctionUrl'])}slack?x=1`, headers: {}, body: '' }));
    expect(await visit()).toMatchObject({ status: 403 });
    await types['AWS::Lambda::Permission']!.create({ Action: 'lambda:InvokeFunctionUrl', FunctionName: 'decide', Principal: '*', FunctionUrlAuthType: 'NONE' }, context);
    expect(await visit()).toMatchObject({ status: 502 });
    expect(world.trail.of('invoke').find(({ what }) => what === 'started')?.detail?.['event']).toMatchObject({ rawPath: '/slack', queryStringParameters: { x: '1' } });
  });
});

describe('a door in process', () => {
  /** What a door of the house does: a client connected through its host, its manifest, a paced wait, a web request. */
  const door = (host: HostedDoorHost) => {
    const dynamodb = new DynamoDBClient({ region: 'us-east-1' });
    host.connect(dynamodb, 'DynamoDBClient');
    const list = async (): Promise<unknown> => (await dynamodb.send(new ListTablesCommand({}))).TableNames;
    const post = (): Promise<number | undefined> => new Promise((resolve, reject) => {
      const sent = request('https://hooks.slack.com/x', { method: 'POST' }, (response) => { response.resume(); resolve(response.statusCode); });
      sent.on('error', reject);
      sent.end('hi');
    });
    return async (input: unknown): Promise<unknown> => {
      const { act } = input as { act: string };
      if (act === 'fail') throw Object.assign(new Error('no such thing'), { name: 'InvalidInput' });
      if (act === 'pace') {
        const before = host.now();
        await list();
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        await list();
        return host.now() - before;
      }
      host.log.info('asked', { act });
      return { id: host.manifest.id, ledger: host.environment['LEDGER'], tables: await list(), slack: await post() };
    };
  };
  const hosts: Hosts = ({ functionName }) => (functionName === 'decide' ? door : undefined);

  test('X2: has its manifest, environment, role and virtual time; requests and timers stay inside the world', async () => {
    const { world, seen, ask } = await makeDoor({ options: { hosts } });
    expect(await ask({ act: 'look' })).toEqual({ ok: true, payload: { id: 'plat', ledger: 'ledger', tables: ['ledger'], slack: 201 } });
    expect(await ask({ act: 'pace' })).toEqual({ ok: true, payload: 10_000 });
    expect(await ask({ act: 'fail' })).toMatchObject({ ok: false, errorType: 'InvalidInput' });
    expect(seen.lines.some((line) => line.includes('"message":"asked"'))).toBe(true);
    expect(world.trail.of('call').map(({ who }) => who)).toEqual(['door/decide', 'door/decide', 'door/decide']);
    const bare = await makeDoor({ options: { hosts }, policy: { Statement: [] } });
    expect(await bare.ask({ act: 'look' })).toMatchObject({ ok: false, errorType: 'AccessDeniedException' });
  });

  test('X1: dies around its nth call like a process does, and starts afresh', async () => {
    const { world, ask } = await makeDoor({ options: { hosts, faults: { rules: [{ kind: 'kill', functionName: 'decide', when: 'after-call', call: 1 }] } } });
    expect(await ask({ act: 'pace' })).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
    expect(world.trail.of('call')).toHaveLength(1);
    await world.clock.run(world.clock.now + 60_000);
    expect(world.trail.of('call')).toHaveLength(1);
    expect(await ask({ act: 'pace' })).toEqual({ ok: true, payload: 10_000 });
    expect(world.trail.of('invoke').at(-1)?.detail).toMatchObject({ cold: true });
  });

  test('is bounded by the function’s timeout in virtual time', async () => {
    const { world, ask } = await makeDoor({ options: { hosts }, properties: { Timeout: 5 } });
    expect(await ask({ act: 'pace' })).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
    await world.clock.run(world.clock.now + 60_000);
    expect(world.trail.of('call')).toHaveLength(1);
  });

  test('costs well under a millisecond of real time', async () => {
    const { ask } = await makeDoor({ options: { hosts } });
    await ask({ act: 'look' });
    const before = performance.now();
    for (let turn = 0; turn < 200; turn += 1) await ask({ act: 'look' });
    expect((performance.now() - before) / 200).toBeLessThan(2);
  });
});
