// Publishing: what SNS refuses, and the fan-out to the subscriptions that want the message.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { deliver, type Notice } from './deliver.ts';
import { wants } from './filter.ts';
import type { Publication, Topic } from './topic.ts';

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', `Invalid parameter: ${message}`);

const checkMessage = (topic: Topic, publication: Publication): void => {
  const { message, subject, messageStructure } = publication;
  if (message === undefined || message === '') throw invalid('Empty message');
  const size =
    Buffer.byteLength(message) +
    Object.entries(publication.attributes ?? {}).reduce((sum, [name, value]) => sum + name.length + (value.StringValue?.length ?? 0), 0);
  if (size > 262_144) throw invalid('Message too long');
  if (subject !== undefined) checkSubject(subject);
  if (messageStructure !== undefined) checkStructure(messageStructure, message);
  if (topic.fifo && publication.groupId === undefined) throw invalid('The MessageGroupId parameter is required for FIFO topics');
  if (topic.fifo && publication.dedupId === undefined && !topic.contentDeduplication) {
    throw invalid('The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly');
  }
};

/** Subjects: 1 to 99 characters, no line breaks or control characters, and no leading blank (aws-facts H5). */
const checkSubject = (subject: string): void => {
  if (subject.length === 0 || subject.length >= 100 || /\p{Cc}/u.test(subject) || /^\s/.test(subject)) throw invalid('Subject');
};

const checkStructure = (structure: string, message: string): void => {
  if (structure !== 'json') throw invalid('MessageStructure');
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  if (typeof (texts as { default?: unknown } | null)?.default !== 'string')
    throw invalid('Message Structure - No default entry in JSON message body');
};

/** Publishes and answers the message id. Deliveries follow by themselves, each tenths of a second later. */
export const publishTo = (world: World, topic: Topic, publication: Publication): string => {
  checkMessage(topic, publication);
  const now = world.clock.now;
  const random = world.random.stream(`sns.${topic.name}`);
  const dedupId = topic.fifo ? (publication.dedupId ?? publication.message) : undefined;
  const known = dedupId === undefined ? undefined : topic.recent.get(dedupId);
  if (known !== undefined && now - known.at < 300_000) return known.messageId;
  const notice: Notice = { id: random.uuid(), publishedAt: now, publication };
  if (dedupId !== undefined) topic.recent.set(dedupId, { at: now, messageId: notice.id });
  world.trail.add({
    kind: 'message',
    who: topic.name,
    what: `published ${publication.subject ?? 'without subject'}`,
    detail: { messageId: notice.id, message: publication.message },
  });
  world.services.cloudwatch.record({
    namespace: 'AWS/SNS',
    name: 'NumberOfMessagesPublished',
    dimensions: { TopicName: topic.name },
    value: 1,
  });
  for (const subscription of topic.subscriptions.values()) {
    if (!subscription.confirmed || !wants(subscription, publication)) continue;
    const times = world.faults.happens('sns.duplicate', topic.name) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const pause = topic.fifo ? 100 : random.between(30, 900);
      world.clock.after(pause, () => deliver(world, topic, subscription, notice), `sns ${topic.name} to ${subscription.protocol}`);
    }
  }
  return notice.id;
};
