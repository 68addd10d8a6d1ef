import { subscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { World } from '../../local/world.ts';
import { makeThreads, type Seat } from '../../local/services/lambda/threads.ts';
import { bundleDoor, doorWorld, removeBundle, type Setup } from './lambda-door.ts';

let directory = '';
beforeAll(async () => { directory = await bundleDoor(); });
afterAll(() => removeBundle(directory));

const worlds: World[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

const makeDoor = async (setup: Omit<Setup, 'directory'> = {}) => {
  const made = await doorWorld({ directory, ...setup });
  worlds.push(made.world);
  return made;
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

  test('waiting moves virtual time only', async () => {
    const { world, ask } = await makeDoor({ properties: { Timeout: 120 } });
    expect(await ask({ do: 'sleep', ms: 60_000 })).toEqual({ ok: true, payload: 61_000 });
    expect(world.trail.of('invoke').at(-1)?.detail).toMatchObject({ billedMs: 61_226 });
  });

  test('a request to the outside lands there, and a timer can win against a slow one', async () => {
    const { ask } = await makeDoor();
    expect(await ask({ do: 'post', url: 'https://hooks.slack.com/services/T/B/x' })).toEqual({ ok: true, payload: { status: 201, text: 'got {"text":"hello"}' } });
    expect(await ask({ do: 'post', url: 'https://gone.example.com/' })).toMatchObject({ ok: false, errorMessage: 'ENOTFOUND gone.example.com' });
    expect(await ask({ do: 'fetch' })).toMatchObject({ ok: false, errorMessage: 'the rehearsal carries node:http and node:https requests, not fetch' });
    expect(await ask({ do: 'race' })).toEqual({ ok: true, payload: 'gave up' });
    expect(await ask({ do: 'tables' })).toEqual({ ok: true, payload: ['ledger'] });
  });

  test('an invocation that leaves requests behind blocks nobody: several at the same instant all end, and so does the next', async () => {
    const { world, ask } = await makeDoor();
    const together = [1, 2, 3, 4].map(() => world.services.lambda.invoke({ name: 'decide', payload: { do: 'leave' } }));
    expect((await world.clock.finish(Promise.all(together))).map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(await ask({ do: 'tables' })).toEqual({ ok: true, payload: ['ledger'] });
    expect(await ask({ do: 'leave' })).toEqual({ ok: true, payload: 'left' });
    expect(await ask({ do: 'many' })).toEqual({ ok: true, payload: 6 });
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

  test('functions at work at the same time keep environment, module state and clock apart, and one that dies takes no other with it', async () => {
    const { world, add } = await makeDoor();
    await add({ FunctionName: 'other', Environment: { Variables: { LEDGER: 'another' } } });
    const invoke = (name: string, payload: unknown) => world.services.lambda.invoke({ name, payload });
    const napping = [invoke('decide', { do: 'nap', ms: 5_000 }), invoke('other', { do: 'nap', ms: 9_000 }), invoke('other', { do: 'nap', ms: 7_000 })];
    const dying = ['exit', 'throw', 'forget', 'nothing'].map((what) => invoke('decide', { do: what }));
    const [one, two, three, ...dead] = await world.clock.finish(Promise.all([...napping, ...dying]));
    expect(one).toEqual({ ok: true, payload: { invocations: 1, environment: 'ledger', imported: 'ledger', time: '2026-11-23T07:00:05.220Z' } });
    expect(two).toEqual({ ok: true, payload: { invocations: 1, environment: 'another', imported: 'another', time: '2026-11-23T07:00:09.220Z' } });
    expect(three).toEqual({ ok: true, payload: { invocations: 1, environment: 'another', imported: 'another', time: '2026-11-23T07:00:07.220Z' } });
    expect(dead.map((answer) => (answer.ok ? '' : answer.errorMessage.replace(/^RequestId: \S+ /, '')))).toEqual([
      'Error: Runtime exited with error: exit status 3', 'Error: Runtime exited with error: out of nowhere', 'Error: Runtime exited with error: nobody caught it',
      'Error: Runtime exited with error: undefined',
    ]);
    expect(await world.clock.finish(invoke('decide', { do: 'identity' }))).toMatchObject({ payload: { invocations: 2, environment: 'ledger' } });
  });

  test('what a process left behind fails beside another one at work: only the one that left it dies', async () => {
    const { world, ask, add } = await makeDoor();
    await add({ FunctionName: 'other' });
    const invoke = (name: string, payload: unknown) => world.services.lambda.invoke({ name, payload });
    const both = Promise.all([invoke('decide', { do: 'late' }), invoke('other', { do: 'nap', ms: 1_000 })]);
    expect(await world.clock.finish(both)).toMatchObject([{ payload: 'left' }, { payload: { invocations: 1 } }]);
    expect(await world.clock.finish(invoke('other', { do: 'nap', ms: 1_000 }))).toMatchObject({ payload: { invocations: 2 } });
    expect(await ask({ do: 'nap', ms: 1_000 })).toMatchObject({ payload: { invocations: 1 } });
  });

  test('a callback of a timer or a request runs in the asynchronous context that asked for it', async () => {
    const { ask } = await makeDoor();
    expect(await ask({ do: 'context' })).toEqual({ ok: true, payload: [['one', 'one', 'one'], ['two', 'two', 'two']] });
  });

  test('a thread that many processes have lived in is followed by another, and ends with the last of its own', async () => {
    const threads = makeThreads(2);
    const exits: Promise<unknown>[] = [];
    subscribe('worker_threads', (message) => void exits.push(new Promise((resolve) => (message as { readonly worker: Worker }).worker.on('exit', resolve))));
    const begin = (seed: string) => new Promise<{ readonly said: string; readonly seat: Seat }>((resolve) => {
      const seat = threads.seat(({ kind }) => resolve({ said: kind, seat }));
      seat.post({ kind: 'start', directory: join(directory, 'bundle'), handler: 'index.handler', environment: { AWS_REGION: 'eu-central-1' }, logFormat: 'Text', seed, now: 0 });
    });
    const first = await begin('1');
    const second = await begin('2');
    first.seat.leave();
    const third = await begin('3');
    second.seat.leave();
    await exits[0];
    expect([first, second, third].map(({ said }) => said)).toEqual(['ready', 'ready', 'ready']);
    const fourth = await begin('4');
    expect(fourth.said).toBe('ready');
    for (const { seat } of [third, fourth]) seat.leave();
    await exits[1];
    expect(exits).toHaveLength(2);
    await threads.close();
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
