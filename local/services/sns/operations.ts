// The SNS API.
import { AwsError, type Operation } from '../../simulated.ts';
import { page } from '../paging.ts';
import type { World } from '../../world.ts';
import { publishTo } from './publish.ts';
import type { Publication, Subscription, Topic } from './topic.ts';
import type { Topics } from './topics.ts';

const publicationOf = (topicArn: string, input: any): Publication => ({
  topicArn,
  message: input.Message,
  subject: input.Subject,
  messageStructure: input.MessageStructure,
  attributes: input.MessageAttributes,
  groupId: input.MessageGroupId,
  dedupId: input.MessageDeduplicationId,
});

const shown = (subscription: Subscription, account: string) => ({
  SubscriptionArn: subscription.confirmed ? subscription.arn : 'PendingConfirmation',
  Owner: account,
  Protocol: subscription.protocol,
  Endpoint: subscription.endpoint,
  TopicArn: subscription.topicArn,
});

const parseDocument = (value: unknown): any => (typeof value === 'string' ? JSON.parse(value) : value);

/** Writes one subscription attribute; throws InvalidParameterException for one that is unknown. */
export const setSubscriptionAttribute = (subscription: Subscription, name: string, value: unknown): void => {
  switch (name) {
    case 'FilterPolicy':
      subscription.filterPolicy = parseDocument(value);
      return;
    case 'FilterPolicyScope':
      subscription.filterScope = value as Subscription['filterScope'];
      return;
    case 'RawMessageDelivery':
      subscription.raw = String(value) === 'true';
      return;
    case 'RedrivePolicy':
      subscription.deadLetterArn = parseDocument(value)?.deadLetterTargetArn;
      return;
    default:
      throw new AwsError('InvalidParameterException', `Invalid parameter: AttributeName ${name} is not simulated`);
  }
};

export const setTopicAttribute = (topic: Topic, name: string, value: string): void => {
  switch (name) {
    case 'DisplayName':
      topic.displayName = value;
      return;
    case 'Policy':
      topic.policy = parseDocument(value);
      return;
    case 'KmsMasterKeyId':
      topic.kmsKey = value;
      return;
    case 'ContentBasedDeduplication':
      topic.contentDeduplication = value === 'true';
      return;
    default:
      throw new AwsError('InvalidParameterException', `Invalid parameter: AttributeName ${name} is not simulated`);
  }
};

const topicAttributes = (topic: Topic, account: string) => ({
  TopicArn: topic.arn,
  Owner: account,
  DisplayName: topic.displayName,
  Policy: JSON.stringify(topic.policy),
  SubscriptionsConfirmed: String([...topic.subscriptions.values()].filter((one) => one.confirmed).length),
  SubscriptionsPending: String([...topic.subscriptions.values()].filter((one) => !one.confirmed).length),
  ...(topic.fifo ? { FifoTopic: 'true', ContentBasedDeduplication: String(topic.contentDeduplication) } : {}),
});

const publishBatch = (world: World, topic: Topic, entries: readonly any[]) => {
  if (entries.length > 10)
    throw new AwsError('TooManyEntriesInBatchRequestException', 'The batch request contains more entries than permissible.');
  const outcome = { Successful: [] as object[], Failed: [] as object[] };
  for (const entry of entries) {
    try {
      outcome.Successful.push({ Id: entry.Id, MessageId: publishTo(world, topic, publicationOf(topic.arn, entry)) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      outcome.Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return outcome;
};

const subscribeWith = (topics: Topics, input: any): object => {
  const subscription = topics.subscribe(input.TopicArn, input.Protocol, input.Endpoint);
  for (const [name, value] of Object.entries(input.Attributes ?? {})) setSubscriptionAttribute(subscription, name, value);
  return { SubscriptionArn: subscription.confirmed || input.ReturnSubscriptionArn === true ? subscription.arn : 'pending confirmation' };
};

const subscriptionOperations = (world: World, topics: Topics): Readonly<Record<string, Operation>> => {
  const bySubscription = (action: string, run: (subscription: Subscription, input: any) => unknown): Operation => ({
    needs: (input) => [{ action: `sns:${action}`, resource: input.SubscriptionArn.slice(0, input.SubscriptionArn.lastIndexOf(':')) }],
    run: (input) => run(topics.subscription(input.SubscriptionArn), input),
  });
  return {
    Unsubscribe: bySubscription('Unsubscribe', (subscription) => {
      topics.unsubscribe(subscription.arn);
      return {};
    }),
    SetSubscriptionAttributes: bySubscription('SetSubscriptionAttributes', (subscription, input) => {
      setSubscriptionAttribute(subscription, input.AttributeName, input.AttributeValue);
      return {};
    }),
    GetSubscriptionAttributes: bySubscription('GetSubscriptionAttributes', (subscription) => ({
      Attributes: {
        ...shown(subscription, world.account),
        SubscriptionArn: subscription.arn,
        PendingConfirmation: String(!subscription.confirmed),
        RawMessageDelivery: String(subscription.raw),
        ...(subscription.filterPolicy === undefined
          ? {}
          : { FilterPolicy: JSON.stringify(subscription.filterPolicy), FilterPolicyScope: subscription.filterScope }),
      },
    })),
  };
};

export const topicOperations = (world: World, topics: Topics): Readonly<Record<string, Operation>> => {
  const on = (action: string, run: (topic: Topic, input: any) => unknown): Operation => ({
    needs: (input) => {
      const policy = topics.get(input.TopicArn ?? input.TargetArn)?.policy;
      return [
        {
          action: `sns:${action}`,
          resource: input.TopicArn ?? input.TargetArn ?? '*',
          ...(policy === undefined ? {} : { resourcePolicy: policy }),
        },
      ];
    },
    run: (input) => run(topics.existing(input.TopicArn ?? input.TargetArn), input),
  });
  const list = (subscriptions: readonly Subscription[], token: string | undefined) => {
    const { items, nextToken } = page(subscriptions, 100, token);
    return { Subscriptions: items.map((one) => shown(one, world.account)), ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  };
  return {
    Publish: on('Publish', (topic, input) => ({ MessageId: publishTo(world, topic, publicationOf(topic.arn, input)) })),
    PublishBatch: on('Publish', (topic, input) => publishBatch(world, topic, input.PublishBatchRequestEntries)),
    Subscribe: on('Subscribe', (_, input) => subscribeWith(topics, input)),
    ListSubscriptionsByTopic: on('ListSubscriptionsByTopic', (topic, input) => list([...topic.subscriptions.values()], input.NextToken)),
    GetTopicAttributes: on('GetTopicAttributes', (topic) => ({ Attributes: topicAttributes(topic, world.account) })),
    SetTopicAttributes: on('SetTopicAttributes', (topic, input) => {
      setTopicAttribute(topic, input.AttributeName, input.AttributeValue);
      return {};
    }),
    DeleteTopic: on('DeleteTopic', (topic) => {
      topics.drop(topic.arn);
      return {};
    }),
    CreateTopic: {
      needs: (input) => [{ action: 'sns:CreateTopic', resource: topics.arn(input.Name) }],
      run: (input) => ({
        TopicArn: topics.create(input.Name, {
          fifo: input.Attributes?.FifoTopic === 'true',
          displayName: input.Attributes?.DisplayName ?? '',
        }).arn,
      }),
    },
    ListTopics: {
      needs: () => [{ action: 'sns:ListTopics', resource: '*' }],
      run: () => ({ Topics: topics.all().map(({ arn }) => ({ TopicArn: arn })) }),
    },
    ...subscriptionOperations(world, topics),
  };
};
