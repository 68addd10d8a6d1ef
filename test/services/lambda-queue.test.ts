// Lambda fed by the simulated SQS: batches, partial failures, dead letters, and the poller's permissions.
import { afterEach, expect, test } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { PolicyDocument, ResourceContext } from '../../local/simulated.ts';
import type { Hosts, World } from '../../local/world.ts';

const TRUST: PolicyDocument = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const POLL: PolicyDocument = { Statement: [{ Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'logs:*'], Resource: '*' }] };

const worlds: World[] = [];
afterEach(async () => { for (const world of worlds.splice(0)) await world.close(); });

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

const queueWorld = async (policy: PolicyDocument, handle: (batch: Batch) => unknown) => {
  const hosts: Hosts = () => () => async (event) => handle(event as Batch);
  const world = createWorld({ start: '2026-11-23T07:00:00Z', seed: 3, hosts });
  worlds.push(world);
  const context: ResourceContext = { world, stackName: 'ops', logicalId: 'X', generatedName: () => 'ops-X' };
  const create = (type: string, properties: object) => {
    const services = Object.values(world.services) as { resources?: Record<string, { create: (properties: object, context: ResourceContext) => unknown }> }[];
    const found = services.find(({ resources }) => resources !== undefined && type in resources)!;
    return found.resources![type]!.create(properties, context) as { ref: string; attributes: Record<string, string> };
  };
  const dead = create('AWS::SQS::Queue', { QueueName: 'dead' });
  const queue = create('AWS::SQS::Queue', {
    QueueName: 'notices', VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: dead.attributes['Arn'], maxReceiveCount: 3 },
  });
  const roleArn = world.services.iam.createRole({ name: 'slack', trust: TRUST, policies: { least: policy } });
  create('AWS::Lambda::Function', { FunctionName: 'slack', Role: roleArn, Handler: 'index.handler', Code: {} });
  const arn = String(queue.attributes['Arn']);
  const map = () => create('AWS::Lambda::EventSourceMapping', { FunctionName: 'slack', EventSourceArn: arn, BatchSize: 5, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  const send = (...bodies: readonly string[]) => { for (const body of bodies) world.services.sqs.send(arn, { body }); };
  return { world, map, send, dead: String(dead.attributes['Arn']), arn };
};

test('N2: only the messages the door names come back; the poisonous one ends in the dead-letter queue', async () => {
  const seen: string[][] = [];
  const { world, map, send, dead, arn } = await queueWorld(POLL, ({ Records }) => {
    seen.push(Records.map(({ body }) => body));
    return { batchItemFailures: Records.filter(({ body }) => body === 'poison').map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  map();
  send('one', 'poison', 'two');
  await world.clock.run(world.clock.now + 10 * 60_000);
  expect(seen).toEqual([['one', 'poison', 'two'], ['poison'], ['poison']]);
  const left = async (QueueUrl: string) => (await world.call({ service: 'sqs', operation: 'GetQueueAttributes', input: { QueueUrl, AttributeNames: ['All'] }, caller: { kind: 'operator' } })) as { Attributes: Record<string, string> };
  const url = (queue: string): string => `https://sqs.us-east-1.amazonaws.com/111122223333/${queue.split(':').at(-1)}`;
  expect((await left(url(arn))).Attributes['ApproximateNumberOfMessages']).toBe('0');
  expect((await left(url(dead))).Attributes['ApproximateNumberOfMessages']).toBe('1');
});

test('N2: a door that fails gets the whole batch again after the visibility timeout', async () => {
  let attempts = 0;
  const { world, map, send } = await queueWorld(POLL, () => {
    attempts += 1;
    if (attempts === 1) throw new Error('Slack is down');
    return { batchItemFailures: [] };
  });
  map();
  send('one', 'two');
  const start = world.clock.now;
  await world.clock.run(start + 10 * 60_000);
  expect(attempts).toBe(2);
  const started = world.trail.of('invoke').filter(({ what }) => what === 'started');
  expect(Math.round((started[1]!.at - started[0]!.at) / 1000)).toBe(60);
});

test('X2: a mapping is refused when the function’s role may not poll', async () => {
  const { map } = await queueWorld({ Statement: [{ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: '*' }] }, () => null);
  expect(map).toThrow('The provided execution role does not have permissions to call DeleteMessage on SQS');
});
