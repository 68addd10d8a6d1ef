// The SQS API.
import { AwsError, type CallContext, type Operation, type Permission } from '../../simulated.ts';
import { callerArn } from '../../caller-name.ts';
import type { World } from '../../world.ts';
import { changeVisibility, deleteFrom, receiveFrom, sendTo, systemAttributes, announce } from './delivery.ts';
import { applyAttributes, describeAttributes } from './settings.ts';
import { isInFlight, type Message, type Queue } from './queue.ts';
import type { Queues } from './queues.ts';

const sendResult = ({ id, md5, sequence }: { id: string; md5: string; sequence: number }, queue: Queue) => ({
  MessageId: id,
  MD5OfMessageBody: md5,
  ...(queue.settings.fifo ? { SequenceNumber: String(sequence).padStart(20, '0') } : {}),
});

const send = (queue: Queue, input: any, call: CallContext) =>
  sendResult(
    sendTo(call.world, queue, {
      body: input.MessageBody ?? '',
      attributes: input.MessageAttributes ?? {},
      groupId: input.MessageGroupId,
      dedupId: input.MessageDeduplicationId,
      delaySeconds: input.DelaySeconds,
      sender: callerArn(call.caller, call.world.account),
    }),
    queue,
  );

const shown = (message: Message, wanted: readonly string[], attributeNames: readonly string[]) => {
  const all = systemAttributes(message);
  const picked = wanted.includes('All') ? all : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
  const mine = Object.entries(message.attributes).filter(
    ([name]) => attributeNames.includes('All') || attributeNames.includes('.*') || attributeNames.includes(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(Object.keys(picked).length === 0 ? {} : { Attributes: picked }),
    ...(mine.length === 0 ? {} : { MessageAttributes: Object.fromEntries(mine) }),
  };
};

/** The empty answer of an operation that only does something. */
const nothing = (_done: void): object => ({});

/** Receives at once, or waits for the first message up to the long-poll time. */
const receive = async (world: World, queues: Queues, queue: Queue, input: any) => {
  const visibility = input.VisibilityTimeout ?? queue.settings.visibilitySeconds;
  const take = () => receiveFrom(world, queue, input.MaxNumberOfMessages ?? 1, visibility, queues.byArn);
  const until = world.clock.now + (input.WaitTimeSeconds ?? queue.settings.waitSeconds) * 1000;
  let messages = take();
  while (messages.length === 0 && world.clock.now < until) {
    await world.clock.sleep(Math.min(1000, until - world.clock.now));
    messages = take();
  }
  if (messages.length === 0) return {};
  const wanted = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
  return { Messages: messages.map((message) => shown(message, wanted, input.MessageAttributeNames ?? [])) };
};

/** Runs a batch; each entry fails by itself, the call only when the batch is malformed. */
const batch = (entries: readonly any[], run: (entry: any) => object) => {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10. You have sent ${entries.length}.`);
  if (new Set(entries.map((entry) => entry.Id)).size !== entries.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 'Id repeated in the batch.');
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
};

/** An operation on one queue; batches need the permission of the single operation. */
type On = (action: string, run: (queue: Queue, input: any, call: CallContext) => unknown, permission?: string) => Operation;

const messageOperations = (world: World, queues: Queues, on: On): Readonly<Record<string, Operation>> => ({
  SendMessage: on('SendMessage', send),
  SendMessageBatch: on(
    'SendMessageBatch',
    (queue, input, call) => batch(input.Entries, (entry) => send(queue, entry, call)),
    'SendMessage',
  ),
  ReceiveMessage: on('ReceiveMessage', (queue, input) => receive(world, queues, queue, input)),
  DeleteMessage: on('DeleteMessage', (queue, input) => nothing(deleteFrom(queue, input.ReceiptHandle))),
  DeleteMessageBatch: on(
    'DeleteMessageBatch',
    (queue, input) => batch(input.Entries, (entry) => nothing(deleteFrom(queue, entry.ReceiptHandle))),
    'DeleteMessage',
  ),
  ChangeMessageVisibility: on('ChangeMessageVisibility', (queue, input) =>
    nothing(changeVisibility(world, queue, input.ReceiptHandle, input.VisibilityTimeout)),
  ),
  ChangeMessageVisibilityBatch: on(
    'ChangeMessageVisibilityBatch',
    (queue, input) =>
      batch(input.Entries, (entry) => nothing(changeVisibility(world, queue, entry.ReceiptHandle, entry.VisibilityTimeout))),
    'ChangeMessageVisibility',
  ),
});

export const queueOperations = (world: World, queues: Queues): Readonly<Record<string, Operation>> => {
  const needs =
    (action: string) =>
    (input: any): readonly Permission[] => {
      const queue = queues.byUrl(input.QueueUrl);
      const policy = queue?.settings.policy;
      const resource = queue?.arn ?? queues.arn(String(input.QueueUrl).split('/').at(-1)!);
      return [{ action: `sqs:${action}`, resource, ...(policy === undefined ? {} : { resourcePolicy: policy }) }];
    };
  const on: On = (action, run, permission = action) => ({
    needs: needs(permission),
    run: (input, call) => run(queues.existing(input.QueueUrl), input, call),
  });
  const byName = (action: string, run: (input: any) => unknown): Operation => ({
    needs: (input) => [{ action: `sqs:${action}`, resource: queues.arn(input.QueueName) }],
    run,
  });
  return {
    ...messageOperations(world, queues, on),
    PurgeQueue: on('PurgeQueue', (queue) => {
      queue.messages = [];
      return {};
    }),
    GetQueueAttributes: on('GetQueueAttributes', (queue, input) => ({
      Attributes: describeAttributes(queue, input.AttributeNames ?? [], world.clock.now),
    })),
    SetQueueAttributes: on('SetQueueAttributes', (queue, input) => {
      applyAttributes(queue.settings, input.Attributes ?? {});
      return {};
    }),
    DeleteQueue: on('DeleteQueue', (queue) => nothing(queues.drop(queue.name))),
    ListQueueTags: on('ListQueueTags', (queue) => ({ Tags: queue.settings.tags })),
    TagQueue: on('TagQueue', (queue, input) => {
      queue.settings.tags = { ...queue.settings.tags, ...input.Tags };
      return {};
    }),
    CreateQueue: byName('CreateQueue', (input) => ({
      QueueUrl: queues.create(input.QueueName, input.Attributes ?? {}, input.tags ?? {}).url,
    })),
    GetQueueUrl: byName('GetQueueUrl', (input) => ({ QueueUrl: queues.existing(queues.url(input.QueueName)).url })),
    ListQueues: {
      needs: () => [{ action: 'sqs:ListQueues', resource: '*' }],
      run: (input) => ({
        QueueUrls: queues
          .all()
          .filter((queue) => queue.name.startsWith(input.QueueNamePrefix ?? ''))
          .map((queue) => queue.url),
      }),
    },
    StartMessageMoveTask: {
      needs: (input) => [{ action: 'sqs:StartMessageMoveTask', resource: input.SourceArn }],
      run: (input) => moveBack(world, queues, input),
    },
  };
};

/** Moves everything of a dead-letter queue back to where it came from (or to the named queue) at once. */
const moveBack = (world: World, queues: Queues, input: { readonly SourceArn: string; readonly DestinationArn?: string }) => {
  const source = queues.byArn(input.SourceArn);
  const origin = queues.all().find((queue) => queue.settings.redrive?.deadLetterTargetArn === input.SourceArn);
  const destination = input.DestinationArn === undefined ? origin : queues.byArn(input.DestinationArn);
  if (source === undefined || destination === undefined)
    throw new AwsError('ResourceNotFoundException', 'The source or destination queue does not exist.', 404);
  const now = world.clock.now;
  const moving = source.messages.filter((message) => !isInFlight(message, now));
  source.messages = source.messages.filter((message) => isInFlight(message, now));
  for (const message of moving) destination.messages.push({ ...message, receives: 0, visibleAt: now, handle: undefined });
  announce(destination);
  return { TaskHandle: Buffer.from(`${input.SourceArn} ${now}`).toString('base64') };
};
