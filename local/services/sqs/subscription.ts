// The polling side of a Lambda event source mapping: batches, batch window, partial failures, concurrency.
import type { Cancel } from '../../clock.ts';
import type { World } from '../../world.ts';
import { deleteFrom, receiveFrom, systemAttributes } from './delivery.ts';
import { nextVisible, receivable, type Message, type Queue } from './queue.ts';

/** One record of the event Lambda gets. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export interface Subscription {
  /** Most records per delivery, default 10. */
  readonly batchSize?: number;
  /** How long a batch may wait to fill, seconds, default 0. */
  readonly windowSeconds?: number;
  /** Deliveries at the same time, default 5. */
  readonly maximumConcurrency?: number;
  /** Handles one batch. Answers the ids of messages that failed (they come back after their visibility timeout); a rejection fails them all. */
  readonly deliver: (records: readonly SqsRecord[]) => Promise<{ readonly failed: readonly string[] }>;
}

const recordOf = (world: World, queue: Queue, message: Message): SqsRecord => ({
  messageId: message.id,
  receiptHandle: message.handle!,
  body: message.body,
  attributes: systemAttributes(message),
  messageAttributes: Object.fromEntries(
    Object.entries(message.attributes).map(([name, value]) => [
      name,
      { stringValue: value.StringValue, dataType: value.DataType, stringListValues: [], binaryListValues: [] },
    ]),
  ),
  md5OfBody: message.md5,
  eventSource: 'aws:sqs',
  eventSourceARN: queue.arn,
  awsRegion: world.region,
});

/** Starts polling the queue; answers how to stop. Nothing runs while the queue has nothing to give. */
export const poll = (world: World, queue: Queue, subscription: Subscription, deadLetters: (arn: string) => Queue | undefined): Cancel => {
  const { batchSize = 10, windowSeconds = 0, maximumConcurrency = 5 } = subscription;
  const random = world.random.stream(`sqs.poll.${queue.name}`);
  let running = 0;
  let armed: { readonly time: number; readonly cancel: Cancel } | undefined;
  let waitingSince: number | undefined;
  let stopped = false;

  const arm = (): void => {
    const next = nextVisible(queue);
    if (stopped || next === undefined || running >= maximumConcurrency) return;
    const now = world.clock.now;
    if (next <= now && receivable(queue, now).length === 0) return;
    const time = Math.max(next, now) + random.between(20, 120);
    if (armed !== undefined && armed.time <= time) return;
    armed?.cancel();
    armed = { time, cancel: world.clock.at(time, pump, `poll ${queue.name}`) };
  };

  const pump = (): unknown => {
    armed = undefined;
    if (stopped || running >= maximumConcurrency) return undefined;
    const now = world.clock.now;
    const ready = receivable(queue, now).length;
    if (ready === 0) return arm();
    waitingSince ??= now;
    const due = waitingSince + windowSeconds * 1000;
    if (ready < batchSize && now < due) {
      armed = { time: due, cancel: world.clock.at(due, pump, `batch window ${queue.name}`) };
      return undefined;
    }
    waitingSince = undefined;
    const messages = receiveFrom(world, queue, batchSize, queue.settings.visibilitySeconds, deadLetters);
    arm();
    return messages.length === 0 ? undefined : handle(messages);
  };

  const handle = async (messages: readonly Message[]): Promise<void> => {
    running += 1;
    const handles = new Map(messages.map((message) => [message.id, message.handle!]));
    const outcome = await subscription
      .deliver(messages.map((message) => recordOf(world, queue, message)))
      .catch(() => ({ failed: [...handles.keys()] }));
    running -= 1;
    for (const [id, receipt] of handles) if (!outcome.failed.includes(id)) deleteFrom(queue, receipt);
    arm();
  };

  queue.listeners.add(arm);
  arm();
  return () => {
    stopped = true;
    armed?.cancel();
    queue.listeners.delete(arm);
  };
};
