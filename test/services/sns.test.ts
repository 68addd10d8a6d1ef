// The simulated SNS: what reaches whom, in which form, and what it refuses.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';

let world: World;
const account = '111122223333';
const topic = `arn:aws:sns:us-east-1:${account}:ops`;
const queue = `arn:aws:sqs:us-east-1:${account}:inbox`;
const later = (milliseconds: number) => world.clock.run(world.clock.now + milliseconds);
const call = (operation: string, input: object, service = 'sns'): Promise<any> =>
  world.call({ service, operation, input, caller: { kind: 'operator' } });
const subscribe = (Protocol: string, Endpoint: string, Attributes: object = {}) =>
  call('Subscribe', { TopicArn: topic, Protocol, Endpoint, Attributes });
const received = () => world.services.sqs.queue(queue)!.messages.map((message) => message.body);

beforeEach(async () => {
  world = createWorld({ start: '2026-11-23T08:00:00Z', seed: 1 });
  await call('CreateTopic', { Name: 'ops' });
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue,
    Condition: { ArnEquals: { 'aws:SourceArn': topic } },
  };
  await call('CreateQueue', { QueueName: 'inbox', Attributes: { Policy: JSON.stringify({ Statement: [statement] }) } }, 'sqs');
});

describe('e-mail', () => {
  it('N1: arrives as plain text with its subject, but only after the address was confirmed', async () => {
    await subscribe('email', 'ops@example.com');
    await call('Publish', { TopicArn: topic, Subject: 'web is asleep', Message: 'Good night.' });
    await later(10_000);
    expect(world.services.outside.mail.box('ops@example.com').map((mail) => mail.subject)).toEqual([
      'AWS Notification - Subscription Confirmation',
    ]);
    expect(world.services.sns.confirm('ops@example.com')).toBe(1);
    await call('Publish', { TopicArn: topic, Subject: 'web is awake', Message: 'Good morning.' });
    await call('Publish', { TopicArn: topic, Message: '{"default":"for machines","email":"for people"}', MessageStructure: 'json' });
    await later(10_000);
    const [, ...mails] = world.services.outside.mail.box('ops@example.com');
    expect(mails.map((mail) => mail.subject).toSorted()).toEqual(['AWS Notification Message', 'web is awake']);
    expect(mails.find((mail) => mail.subject === 'web is awake')!.body).toMatch(
      /^Good morning\.\n\n--\nIf you wish to stop receiving notifications/,
    );
    expect(mails.find((mail) => mail.subject === 'AWS Notification Message')!.body).toMatch(/^for people\n/);
  });

  it('N2: waits out a mail outage of an hour', async () => {
    await subscribe('email', 'ops@example.com');
    world.services.sns.confirm('ops@example.com');
    await later(5000);
    world.services.outside.mail.outage(world.clock.now + 3_600_000);
    await call('Publish', { TopicArn: topic, Subject: 'late', Message: 'x' });
    await later(3_500_000);
    expect(world.services.outside.mail.box('ops@example.com')).toHaveLength(1);
    await later(3 * 3_600_000);
    expect(world.services.outside.mail.box('ops@example.com').at(-1)!.subject).toBe('late');
  });

  it.each([
    ['a subject of 100 characters', { Subject: 's'.repeat(100), Message: 'x' }, 'Invalid parameter: Subject'],
    ['a subject with a line break', { Subject: 'two\nlines', Message: 'x' }, 'Invalid parameter: Subject'],
    ['a message over 256 KiB', { Message: 'x'.repeat(262_145) }, 'Invalid parameter: Message too long'],
    ['an empty message', { Message: '' }, 'Invalid parameter: Empty message'],
    [
      'a JSON message without default',
      { Message: '{"email":"x"}', MessageStructure: 'json' },
      'Invalid parameter: Message Structure - No default entry in JSON message body',
    ],
  ])('N1: refuses %s', async (_, input, message) => {
    await expect(call('Publish', { TopicArn: topic, ...input })).rejects.toMatchObject({ name: 'InvalidParameterException', message });
  });
});

describe('queues', () => {
  it('delivers an envelope, or the raw message when asked', async () => {
    await subscribe('sqs', queue);
    await call('Publish', { TopicArn: topic, Subject: 'hi', Message: 'hello' });
    await later(5000);
    expect(JSON.parse(received()[0]!)).toMatchObject({ Type: 'Notification', TopicArn: topic, Subject: 'hi', Message: 'hello' });
    const { Subscriptions } = await call('ListSubscriptionsByTopic', { TopicArn: topic });
    await call('SetSubscriptionAttributes', {
      SubscriptionArn: Subscriptions[0].SubscriptionArn,
      AttributeName: 'RawMessageDelivery',
      AttributeValue: 'true',
    });
    await call('Publish', { TopicArn: topic, Message: 'raw' });
    await later(5000);
    expect(received()[1]).toBe('raw');
  });

  it.each([
    ['attributes', { FilterPolicy: '{"severity":["page",{"prefix":"p"}],"stage":[{"anything-but":["dev"]}]}' }, ['prod']],
    [
      'the body',
      { FilterPolicy: '{"detail":{"count":[{"numeric":[">",1,"<=",3]}]},"note":[{"exists":false}]}', FilterPolicyScope: 'MessageBody' },
      ['prod'],
    ],
  ])('filters by %s', async (_, attributes, expected) => {
    await subscribe('sqs', queue, { ...attributes, RawMessageDelivery: 'true' });
    for (const [stage, count] of [
      ['prod', 2],
      ['dev', 9],
    ] as const) {
      const MessageAttributes = {
        severity: { DataType: 'String', StringValue: 'page' },
        stage: { DataType: 'String', StringValue: stage },
      };
      await call('Publish', { TopicArn: topic, Message: JSON.stringify({ stage, detail: { count } }), MessageAttributes });
    }
    await later(5000);
    expect(received().map((body) => JSON.parse(body).stage)).toEqual(expected);
  });

  it('N2: a delivery the endpoint refuses goes to the dead-letter queue of the subscription', async () => {
    const statement = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' };
    await call('CreateQueue', { QueueName: 'dead', Attributes: { Policy: JSON.stringify({ Statement: [statement] }) } }, 'sqs');
    const dead = `arn:aws:sqs:us-east-1:${account}:dead`;
    await subscribe('sqs', `arn:aws:sqs:us-east-1:${account}:gone`, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead }) });
    await call('Publish', { TopicArn: topic, Message: 'lost?' });
    await later(5000);
    expect(JSON.parse(world.services.sqs.queue(dead)!.messages[0]!.body).Message).toBe('lost?');
  });

  it('N2: an HTTPS endpoint that fails is tried again after 20 seconds', async () => {
    const statuses = [503, 200];
    const seen: string[] = [];
    world.services.outside.host('hooks.example.com', ({ body }) => {
      seen.push(JSON.parse(body).Message);
      return { status: statuses.shift()!, headers: {}, body: '' };
    });
    const { SubscriptionArn } = await call('Subscribe', {
      TopicArn: topic,
      Protocol: 'https',
      Endpoint: 'https://hooks.example.com/ops',
      ReturnSubscriptionArn: true,
    });
    expect(SubscriptionArn).toMatch(/^arn:/);
    world.services.sns.confirm('https://hooks.example.com/ops');
    await call('Publish', { TopicArn: topic, Message: 'again' });
    await later(5000);
    expect(seen).toHaveLength(1);
    await later(21_000);
    expect(seen).toEqual(['again', 'again']);
  });
});

describe('who may publish', () => {
  const alarm = { principal: 'cloudwatch.amazonaws.com', sourceArn: `arn:aws:cloudwatch:us-east-1:${account}:alarm:cpu` };
  const rule = { principal: 'events.amazonaws.com', sourceArn: `arn:aws:events:us-east-1:${account}:rule/x` };
  const publish = (by: typeof alarm) => world.services.sns.publish({ topicArn: topic, message: 'x' }, by);

  it('X2: alarms may by the default policy, EventBridge may not', () => {
    expect(publish(alarm)).toMatch(/^[0-9a-f-]{36}$/);
    expect(() => publish(rule)).toThrow(/not authorized to perform: SNS:Publish/);
  });

  it("X2: a topic policy of one's own replaces the default, also for alarms", async () => {
    const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource: topic };
    await call('SetTopicAttributes', {
      TopicArn: topic,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify({ Statement: [statement] }),
    });
    expect(publish(rule)).toMatch(/^[0-9a-f-]{36}$/);
    expect(() => publish(alarm)).toThrow(/not authorized/);
  });
});
