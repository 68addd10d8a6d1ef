// The vocabulary of faults: each word does to a world what the day-file guide says, here alone or in a case of a story.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { faultWords, type Fault, type FaultWord } from '../../local/rehearsal/day-faults.ts';
import { happeningKinds } from '../../local/rehearsal/day.ts';
import { playFault } from '../../local/rehearsal/play-faults.ts';
import type { World } from '../../local/world.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { CLUSTER, runningShop, SERVICE } from '../services/shop.ts';

const root = join(import.meta.dirname, '..', '..');
const manifest = { cluster: CLUSTER, services: [{ name: 'web', serviceName: SERVICE }], databases: [{ name: 'db', identifier: 'shop-db' }] } as unknown as Manifest;
const START = Date.parse('2026-11-23T09:00:00Z');
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:inbox';
const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/inbox';

const call = (world: World, service: string, operation: string, input: object): Promise<any> => world.call({ service, operation, input, caller: { kind: 'operator' } });
const later = (world: World, seconds: number): Promise<void> => world.clock.run(world.clock.now + seconds * 1000);
const bodies = (world: World): readonly string[] => world.services.sqs.queue(QUEUE)?.messages.map(({ body }) => body) ?? [];

/** A world with a queue that takes every event of `team`, and what a fault has befallen. */
const listening = async (fault: Fault): Promise<World> => {
  const world = createWorld({ start: START, seed: 'faults' });
  const Policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' }] });
  await call(world, 'sqs', 'CreateQueue', { QueueName: 'inbox', Attributes: { Policy } });
  await call(world, 'events', 'PutRule', { Name: 'all', EventPattern: '{"source":["aws.ecr"]}' });
  await call(world, 'events', 'PutTargets', { Rule: 'all', Targets: [{ Id: '1', Arn: QUEUE, InputPath: '$.detail.n' }] });
  playFault(fault, { world, manifest });
  return world;
};
const emit = (world: World, n: number): string => world.services.events.emit({ source: 'aws.ecr', detailType: 'ECR Image Action', resources: [], detail: { n } });

const scheduled = async (fault: Fault): Promise<World> => {
  const world = await listening(fault);
  const statement = (Action: string) => ({ Statement: [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action, Resource: '*' }] });
  const RoleArn = world.services.iam.createRole({ name: 'schedule', trust: statement('sts:AssumeRole'), policies: { send: { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] } } });
  const Target = { Arn: QUEUE, RoleArn, Input: 'fired' };
  await call(world, 'scheduler', 'CreateSchedule', { Name: 'evening', ScheduleExpression: 'at(2026-11-23T10:00:00)', FlexibleTimeWindow: { Mode: 'OFF' }, Target });
  await world.clock.run(START + 3_661_000);
  return world;
};

const outcome = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'done', (error: { readonly code: string }) => error.code);

const invocations = async (fault: Fault): Promise<number> => {
  let count = 0;
  const hosts = () => () => async () => {
    count += 1;
  };
  const world = createWorld({ start: START, seed: 'faults', hosts, assets: new Map([['a'.repeat(64), root]]) });
  const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  const Role = world.services.iam.createRole({ name: 'door', trust, policies: {} });
  const context = { world, stackName: 'ops', logicalId: 'Door', generatedName: () => 'door' };
  await world.services.lambda.resources?.['AWS::Lambda::Function']?.create({ FunctionName: 'door', Role, Handler: 'index.handler', Runtime: 'nodejs24.x', Code: { S3Bucket: 'b', S3Key: `${'a'.repeat(64)}.zip` } }, context);
  playFault(fault, { world, manifest });
  await call(world, 'lambda', 'Invoke', { FunctionName: 'door', InvocationType: 'Event', Payload: Buffer.from('{}') });
  await later(world, 300);
  await world.close();
  return count;
};

/** What each word does, and what is seen of it. Words that are not here are shown by a case of a story. */
const seen: { readonly [W in FaultWord]?: () => Promise<readonly [unknown, unknown]> } = {
  'drop-events': async () => {
    const world = await listening({ what: 'drop-events', source: 'aws.ecr', next: 1 });
    for (const n of [1, 2]) emit(world, n);
    await later(world, 10);
    return [bodies(world), ['2']];
  },
  'duplicate-events': async () => {
    const world = await listening({ what: 'duplicate-events', source: 'aws.ecr', next: 1 });
    for (const n of [1, 2]) emit(world, n);
    await later(world, 60);
    return [bodies(world).toSorted(), ['1', '1', '2']];
  },
  'delay-events': async () => {
    const world = await listening({ what: 'delay-events', source: 'aws.ecr', next: 1 });
    emit(world, 1);
    await later(world, 3);
    const soon = [...bodies(world)];
    await later(world, 120);
    return [[soon, bodies(world)], [[], ['1']]];
  },
  'reorder-events': async () => {
    const world = await listening({ what: 'reorder-events', source: 'aws.ecr' });
    emit(world, 1);
    await later(world, 1);
    emit(world, 2);
    await later(world, 180);
    return [bodies(world), ['2', '1']];
  },
  'late-schedule': async () => {
    const world = await scheduled({ what: 'late-schedule', schedule: 'evening' });
    const inTime = [...bodies(world)];
    await later(world, 6 * 3600);
    return [[inTime, bodies(world)], [[], ['fired']]];
  },
  'duplicate-schedule': async () => {
    const world = await scheduled({ what: 'duplicate-schedule', schedule: 'evening' });
    await later(world, 600);
    return [bodies(world), ['fired', 'fired']];
  },
  'duplicate-invoke': async () => [await invocations({ what: 'duplicate-invoke', function: 'door', next: 1 }), 2],
  throttle: async () => {
    const world = await listening({ what: 'throttle', service: 'sqs', operation: 'SendMessage', caller: undefined, minutes: undefined, from: 2, times: 1 });
    const send = () => outcome(call(world, 'sqs', 'SendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'x' }));
    return [[await send(), await send(), await send()], ['done', 'ThrottlingException', 'done']];
  },
  'throttle-bucket': async () => {
    const shop = await runningShop(1);
    playFault({ what: 'throttle-bucket', bucket: 'service modify', minutes: 2 }, { world: shop.world, manifest });
    const ask = async () => [await outcome(shop.update({ desiredCount: 2 })), await outcome(shop.describe())];
    const spent = await ask();
    await later(shop.world, 120);
    const empty = await ask();
    await later(shop.world, 1);
    const filling = [await outcome(shop.update({ desiredCount: 2 })), await outcome(Promise.all(Array.from({ length: 5 }, () => shop.update({ desiredCount: 2 }))))];
    return [[spent, empty, filling], [['ThrottlingException', 'done'], ['ThrottlingException', 'done'], ['done', 'ThrottlingException']]];
  },
  timeout: async () => {
    const world = await listening({ what: 'timeout', service: 'sqs', operation: undefined, caller: undefined, minutes: undefined, from: 1, times: 1, effect: true });
    const answer = await outcome(call(world, 'sqs', 'SendMessage', { QueueUrl: QUEUE_URL, MessageBody: 'arrived' }));
    return [[answer, bodies(world)], ['TimeoutError', ['arrived']]];
  },
  'slow-tasks': async () => {
    const shop = await runningShop(1);
    playFault({ what: 'slow-tasks', service: 'web', next: 1 }, { world: shop.world, manifest });
    await shop.update({ desiredCount: 3 });
    await later(shop.world, 60);
    const soon = (await shop.describe()).runningCount;
    await later(shop.world, 300);
    return [[soon, (await shop.describe()).runningCount], [2, 3]];
  },
  'spot-interruption': async () => {
    const shop = await runningShop(1, { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] });
    playFault({ what: 'spot-interruption', service: 'web' }, { world: shop.world, manifest });
    await later(shop.world, 5);
    const warned = shop.eventsOf('ECS Task State Change').filter(({ detail }) => detail['stopCode'] === 'SpotInterruption');
    return [warned.map(({ detail }) => [detail['lastStatus'], detail['desiredStatus'], detail['stoppedReason']]), [['RUNNING', 'STOPPED', 'Your Spot Task was interrupted.'], ['RUNNING', 'STOPPED', 'Your Spot Task was interrupted.']]];
  },
  'failing-database': async () => {
    const world = createWorld({ start: START, seed: 'faults' });
    const db = { DBInstanceIdentifier: 'shop-db' };
    world.services.rds.createInstance('shop-db', { Engine: 'postgres', DBInstanceClass: 'db.t3.micro', AllocatedStorage: '20', BackupRetentionPeriod: 0 });
    await call(world, 'rds', 'StopDBInstance', db);
    await later(world, 3600);
    playFault({ what: 'failing-database', database: 'db', next: 1 }, { world, manifest });
    const start = () => outcome(call(world, 'rds', 'StartDBInstance', db));
    return [[await start(), await start()], ['InsufficientDBInstanceCapacityFault', 'done']];
  },
};

const cases = readdirSync(join(root, 'test', 'cases'), { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile() && file.name.endsWith('.json'))
  .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'));
const inCases = (pattern: RegExp): boolean => cases.some((text) => pattern.test(text));

describe('the vocabulary of faults', () => {
  it.each(Object.entries(seen))('X1: %s', async (_, show) => {
    const [found, expected] = await show();
    expect(found).toEqual(expected);
  });

  it('each word is shown here or in a case of a story', () => {
    expect(faultWords.filter((word) => seen[word] === undefined && !inCases(new RegExp(`"what":\\s*"${word}"`)))).toEqual([]);
  });
});

describe('the guide to day files', () => {
  const guide = readFileSync(join(root, 'docs', 'day-file.md'), 'utf8');
  it('names each kind of happening and each fault', () => {
    expect([...happeningKinds, ...faultWords].filter((word) => !guide.includes(`\`${word}\``))).toEqual([]);
  });
});
