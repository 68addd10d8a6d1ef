// The simulated SQS: visibility, dead letters, FIFO groups, and the polling that feeds functions.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { SqsRecord } from '../../local/services/sqs.ts';
import type { World } from '../../local/world.ts';

let world: World;
const start = Date.parse('2026-11-23T08:00:00Z');
const later = (milliseconds: number) => world.clock.run(world.clock.now + milliseconds);
const call = (operation: string, input: object): Promise<any> =>
  world.call({ service: 'sqs', operation, input, caller: { kind: 'operator' } });
const create = async (QueueName: string, Attributes: object = {}): Promise<string> =>
  (await call('CreateQueue', { QueueName, Attributes })).QueueUrl;
const arn = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;
const bodies = (answer: any): string[] => (answer.Messages ?? []).map((message: any) => message.Body);

beforeEach(() => {
  world = createWorld({ start, seed: 1 });
});

describe('messages', () => {
  it('N2: a received message is invisible until its timeout, then comes back with a higher count', async () => {
    const QueueUrl = await create('q', { VisibilityTimeout: '60' });
    await call('SendMessage', {
      QueueUrl,
      MessageBody: 'hello',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'notice' } },
    });
    const first = await call('ReceiveMessage', { QueueUrl, AttributeNames: ['All'], MessageAttributeNames: ['All'] });
    expect(first.Messages[0]).toMatchObject({
      Body: 'hello',
      Attributes: { ApproximateReceiveCount: '1' },
      MessageAttributes: { kind: { StringValue: 'notice' } },
    });
    expect(await call('ReceiveMessage', { QueueUrl })).toEqual({});
    await later(60_000);
    const second = await call('ReceiveMessage', { QueueUrl, AttributeNames: ['ApproximateReceiveCount'] });
    expect(second.Messages[0].Attributes).toEqual({ ApproximateReceiveCount: '2' });
    await call('DeleteMessage', { QueueUrl, ReceiptHandle: second.Messages[0].ReceiptHandle });
    await later(120_000);
    expect(await call('ReceiveMessage', { QueueUrl })).toEqual({});
  });

  it('N2: what fails too often moves to the dead-letter queue and can be moved back', async () => {
    await create('dead');
    const QueueUrl = await create('q', {
      VisibilityTimeout: '10',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 }),
    });
    await call('SendMessage', { QueueUrl, MessageBody: 'poison' });
    for (let i = 0; i < 2; i += 1) {
      expect(bodies(await call('ReceiveMessage', { QueueUrl }))).toEqual(['poison']);
      await later(10_000);
    }
    expect(await call('ReceiveMessage', { QueueUrl })).toEqual({});
    expect(world.services.sqs.queue(arn('dead'))!.messages).toMatchObject([{ body: 'poison', receives: 0 }]);
    await call('StartMessageMoveTask', { SourceArn: arn('dead') });
    expect(bodies(await call('ReceiveMessage', { QueueUrl }))).toEqual(['poison']);
  });

  it('delays, forgets after retention, and waits for a message by long polling', async () => {
    const QueueUrl = await create('q', { MessageRetentionPeriod: '120' });
    await call('SendMessage', { QueueUrl, MessageBody: 'slow', DelaySeconds: 5 });
    const waiting = call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
    expect(bodies(await world.clock.finish(waiting))).toEqual(['slow']);
    expect(world.clock.now - start).toBe(5000);
    await later(120_000);
    expect(await call('ReceiveMessage', { QueueUrl })).toEqual({});
  });

  it('X1: a FIFO queue keeps the order of a group, blocks it while one is in flight and drops duplicates for five minutes', async () => {
    const QueueUrl = await create('q.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    for (const [MessageBody, MessageGroupId] of [
      ['1', 'a'],
      ['2', 'a'],
      ['3', 'b'],
      ['1', 'a'],
    ])
      await call('SendMessage', { QueueUrl, MessageBody, MessageGroupId });
    const first = await call('ReceiveMessage', { QueueUrl });
    expect(bodies(first)).toEqual(['1']);
    expect(bodies(await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 }))).toEqual(['3']);
    await call('DeleteMessage', { QueueUrl, ReceiptHandle: first.Messages[0].ReceiptHandle });
    expect(bodies(await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 }))).toEqual(['2']);
  });

  it('answers batches entry by entry and refuses malformed ones', async () => {
    const QueueUrl = await create('q');
    const answer = await call('SendMessageBatch', {
      QueueUrl,
      Entries: [
        { Id: 'a', MessageBody: 'x' },
        { Id: 'b', MessageBody: '' },
      ],
    });
    expect(answer).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'MissingParameter' }] });
    await expect(call('SendMessageBatch', { QueueUrl, Entries: [] })).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(call('SendMessage', { QueueUrl: 'https://sqs/none', MessageBody: 'x' })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});

describe('services and consumers', () => {
  it('X2: another service may send only when the queue policy allows it for that resource', async () => {
    await create('q');
    const by = { principal: 'events.amazonaws.com', sourceArn: 'arn:aws:events:us-east-1:111122223333:rule/pushes' };
    expect(() => world.services.sqs.send(arn('q'), { body: 'x' }, by)).toThrow(/may not send/);
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn('q'),
      Condition: { ArnEquals: { 'aws:SourceArn': by.sourceArn } },
    };
    await call('SetQueueAttributes', {
      QueueUrl: 'x/q',
      Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
    });
    world.services.sqs.send(arn('q'), { body: 'x' }, by);
    expect(world.services.sqs.queue(arn('q'))!.messages).toHaveLength(1);
  });

  it('N2: a consumer gets batches; what it reports as failed comes back, the rest is gone', async () => {
    await create('q', { VisibilityTimeout: '30' });
    const seen: string[][] = [];
    const stop = world.services.sqs.subscribe(arn('q'), {
      batchSize: 3,
      windowSeconds: 2,
      deliver: async (records: readonly SqsRecord[]) => {
        seen.push(records.map((record) => `${record.body}#${record.attributes.ApproximateReceiveCount}`));
        return {
          failed: records
            .filter((record) => record.body === 'bad' && record.attributes.ApproximateReceiveCount === '1')
            .map((record) => record.messageId),
        };
      },
    });
    for (const body of ['a', 'bad', 'b', 'c']) world.services.sqs.send(arn('q'), { body });
    await later(10_000);
    expect(seen).toEqual([['a#1', 'bad#1', 'b#1'], ['c#1']]);
    await later(60_000);
    expect(seen[2]).toEqual(['bad#2']);
    stop();
    world.services.sqs.send(arn('q'), { body: 'late' });
    await later(60_000);
    expect(world.services.sqs.queue(arn('q'))!.messages.map((message) => message.body)).toEqual(['late']);
  });

  it('N2: an alarm on a dead-letter queue goes off for one message', async () => {
    await create('dead');
    await world.call({
      service: 'monitoring',
      operation: 'PutMetricAlarm',
      caller: { kind: 'operator' },
      input: {
        AlarmName: 'dead letters',
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: 'dead' }],
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      },
    });
    await later(300_000);
    expect(world.services.cloudwatch.state('dead letters')).toBe('OK');
    world.services.sqs.send(arn('dead'), { body: 'x' });
    await later(120_000);
    expect(world.services.cloudwatch.state('dead letters')).toBe('ALARM');
  });
});
