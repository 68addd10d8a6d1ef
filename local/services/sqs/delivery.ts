// Sending, receiving and removing messages of a queue, with dead letters.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { duplicateOf, forgetOld, md5, receivable, type Message, type MessageAttribute, type Queue } from './queue.ts';

export interface Sending {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly dedupId?: string;
  readonly delaySeconds?: number;
  readonly sender?: string;
}

export interface Sent {
  readonly id: string;
  readonly md5: string;
  readonly sequence: number;
}

const parameter = (name: string, why: string): AwsError =>
  new AwsError('InvalidParameterValue', `Value for parameter ${name} is invalid. Reason: ${why}`);
const missing = (why: string): AwsError => new AwsError('MissingParameter', why);

const sizeOf = ({ body, attributes = {} }: Sending): number =>
  Buffer.byteLength(body) +
  Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + name.length + value.DataType.length + (value.StringValue?.length ?? value.BinaryValue?.length ?? 0),
    0,
  );

const dedupIdOf = (queue: Queue, message: Sending): string | undefined => {
  if (!queue.settings.fifo) {
    if (message.dedupId !== undefined)
      throw parameter('MessageDeduplicationId', 'The request include parameter that is not valid for this queue type.');
    return undefined;
  }
  if (message.groupId === undefined) throw missing('The request must contain the parameter MessageGroupId.');
  if (message.dedupId !== undefined) return message.dedupId;
  if (queue.settings.contentDeduplication) return md5(message.body);
  throw new AwsError(
    'InvalidParameterValue',
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
};

/** Puts a message into the queue. Throws InvalidParameterValue above the size limit; a FIFO duplicate changes nothing. */
export const sendTo = (world: World, queue: Queue, message: Sending): Sent => {
  const now = world.clock.now;
  if (message.body === '') throw missing('The request must contain the parameter MessageBody.');
  if (sizeOf(message) > queue.settings.maximumBytes) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.maximumBytes} bytes.`,
    );
  }
  const dedupId = dedupIdOf(queue, message);
  const duplicate = duplicateOf(queue, dedupId, now);
  if (duplicate !== undefined) return { ...duplicate, md5: md5(message.body) };
  queue.sequence += 1;
  const delay = (queue.settings.fifo ? undefined : message.delaySeconds) ?? queue.settings.delaySeconds;
  const stored: Message = {
    id: world.random.stream(`sqs.${queue.name}`).uuid(),
    body: message.body,
    md5: md5(message.body),
    attributes: message.attributes ?? {},
    groupId: message.groupId,
    dedupId,
    sequence: queue.sequence,
    sender: message.sender ?? world.account,
    sentAt: now,
    visibleAt: now + delay * 1000,
    receives: 0,
    firstReceivedAt: undefined,
    handle: undefined,
  };
  forgetOld(queue, now);
  queue.messages.push(stored);
  if (dedupId !== undefined) queue.recent.set(dedupId, { at: now, id: stored.id, sequence: stored.sequence });
  announce(queue);
  return { id: stored.id, md5: stored.md5, sequence: stored.sequence };
};

/** Tells everyone who polls the queue to look again. */
export const announce = (queue: Queue): void => {
  for (const listener of queue.listeners) listener();
};

/** Receives up to `count` messages; a message received too often moves to the dead-letter queue instead. */
export const receiveFrom = (
  world: World,
  queue: Queue,
  count: number,
  visibilitySeconds: number,
  deadLetters: (arn: string) => Queue | undefined,
): readonly Message[] => {
  const now = world.clock.now;
  forgetOld(queue, now);
  const received: Message[] = [];
  for (const message of receivable(queue, now)) {
    if (received.length === count) break;
    const { redrive } = queue.settings;
    const target = redrive === undefined ? undefined : deadLetters(redrive.deadLetterTargetArn);
    if (redrive !== undefined && target !== undefined && message.receives >= redrive.maxReceiveCount) {
      moveTo(world, queue, target, message);
      continue;
    }
    message.receives += 1;
    message.firstReceivedAt ??= now;
    message.visibleAt = now + visibilitySeconds * 1000;
    message.handle = Buffer.from(`${message.id} ${message.receives}`).toString('base64');
    // Standard queues deliver at least once: now and then a message stays visible although it was received.
    const again = !queue.settings.fifo && world.faults.happens('sqs.duplicate', queue.name);
    if (again) message.visibleAt = now;
    received.push(message);
  }
  if (received.length > 0) announce(queue);
  return received;
};

/** Moves a message; it keeps its id and, in standard queues, the age that counts for retention. */
const moveTo = (world: World, from: Queue, to: Queue, message: Message): void => {
  from.messages = from.messages.filter((other) => other !== message);
  to.messages.push({
    ...message,
    visibleAt: world.clock.now,
    receives: 0,
    handle: undefined,
    sentAt: to.settings.fifo ? world.clock.now : message.sentAt,
  });
  world.trail.add({
    kind: 'message',
    who: from.name,
    what: `message moved to the dead-letter queue ${to.name}`,
    detail: { messageId: message.id, receives: message.receives },
  });
  announce(to);
};

/** The message a receipt handle stands for; an outdated handle of a standard queue still names its message. */
export const byHandle = (queue: Queue, handle: string): Message | undefined => {
  const match = /^([0-9a-f-]{36}) \d+$/.exec(Buffer.from(handle, 'base64').toString());
  if (match === null)
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`, 404);
  return queue.messages.find((message) => message.id === match[1]);
};

/** Deletes by receipt handle; deleting what has gone already is no error. */
export const deleteFrom = (queue: Queue, handle: string): void => {
  const found = byHandle(queue, handle);
  if (found === undefined) return;
  queue.messages = queue.messages.filter((message) => message !== found);
  announce(queue);
};

export const changeVisibility = (world: World, queue: Queue, handle: string, seconds: number): void => {
  const found = byHandle(queue, handle);
  if (found === undefined || found.visibleAt <= world.clock.now) {
    throw new AwsError(
      'MessageNotInflight',
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  }
  found.visibleAt = world.clock.now + seconds * 1000;
  announce(queue);
};

/** A message's system attributes as ReceiveMessage and Lambda see them. */
export const systemAttributes = (message: Message): Readonly<Record<string, string>> => ({
  ApproximateReceiveCount: String(message.receives),
  SentTimestamp: String(message.sentAt),
  SenderId: message.sender,
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
  ...(message.dedupId === undefined
    ? {}
    : { MessageDeduplicationId: message.dedupId, SequenceNumber: String(message.sequence).padStart(20, '0') }),
});
