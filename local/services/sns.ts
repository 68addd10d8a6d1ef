// The simulated SNS: topics that carry messages to mail boxes, queues, functions and HTTP endpoints.
import { AwsError, type Caller, type Made, type ResourceType, type SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { setSubscriptionAttribute, topicOperations } from './sns/operations.ts';
import { publishTo } from './sns/publish.ts';
import { ownerPolicy, type Publication, type Topic } from './sns/topic.ts';
import { makeTopics, type Topics } from './sns/topics.ts';

export type { Publication } from './sns/topic.ts';

/** An AWS service that publishes for one of its resources: the topic's policy must allow it. */
export interface PublishingService {
  readonly principal: string;
  readonly sourceArn: string;
}

export interface Sns extends SimulatedService {
  /** Publishes as a caller (already authorized) or as an AWS service, whose right the topic policy decides. Answers the message id. */
  publish(publication: Publication, by: Caller | PublishingService): string;
  /** A person confirms every subscription that waits for this address. Answers how many. */
  confirm(endpoint: string): number;
  topic(arn: string): Topic | undefined;
}

const made = (topic: Topic): Made => ({ ref: topic.arn, attributes: { TopicArn: topic.arn, TopicName: topic.name } });

const subscriptionAttributes: readonly string[] = ['FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy'];

const applySubscription = (topics: Topics, arn: string, properties: any): Made => {
  const subscription = topics.subscription(arn);
  Object.assign(subscription, { filterPolicy: undefined, filterScope: 'MessageAttributes', raw: false, deadLetterArn: undefined });
  for (const name of subscriptionAttributes)
    if (properties[name] !== undefined) setSubscriptionAttribute(subscription, name, properties[name]);
  return { ref: subscription.arn, attributes: { Arn: subscription.arn } };
};

const applyTopic = (topic: Topic, properties: any): Made => {
  topic.displayName = properties.DisplayName ?? '';
  topic.kmsKey = properties.KmsMasterKeyId;
  topic.contentDeduplication = properties.ContentBasedDeduplication === true;
  topic.tags = properties.Tags ?? [];
  return made(topic);
};

const policyResource = (world: World, topics: Topics, topicsOf: (properties: any) => readonly string[]): ResourceType => {
  const apply = (properties: any): void => {
    for (const arn of topicsOf(properties)) topics.existing(arn).policy = properties.PolicyDocument;
  };
  return {
    create: (properties, context) => {
      apply(properties);
      return { ref: context.generatedName(), attributes: { Id: context.generatedName() } };
    },
    update: (before, properties) => {
      apply(properties);
      return before;
    },
    remove: (_, properties) => {
      for (const arn of topicsOf(properties)) {
        const topic = topics.get(arn);
        if (topic !== undefined) topic.policy = ownerPolicy(arn, world.account);
      }
    },
  };
};

const resources = (world: World, topics: Topics): Readonly<Record<string, ResourceType>> => ({
  'AWS::SNS::Topic': {
    create: (properties, context) => {
      const name = properties.TopicName ?? `${context.generatedName(250)}${properties.FifoTopic === true ? '.fifo' : ''}`;
      const topic = topics.create(name, { fifo: properties.FifoTopic === true });
      for (const { Protocol, Endpoint } of properties.Subscription ?? []) topics.subscribe(topic.arn, Protocol, Endpoint);
      return applyTopic(topic, properties);
    },
    update: (before, properties) => applyTopic(topics.existing(before.ref), properties),
    remove: (before) => topics.drop(before.ref),
    replaceOn: ['TopicName', 'FifoTopic'],
  },
  'AWS::SNS::Subscription': {
    create: (properties) =>
      applySubscription(topics, topics.subscribe(properties.TopicArn, properties.Protocol, properties.Endpoint).arn, properties),
    update: (before, properties) => applySubscription(topics, before.ref, properties),
    remove: (before) => topics.unsubscribe(before.ref),
    replaceOn: ['TopicArn', 'Protocol', 'Endpoint'],
  },
  'AWS::SNS::TopicPolicy': policyResource(world, topics, (properties) => properties.Topics),
  'AWS::SNS::TopicInlinePolicy': policyResource(world, topics, (properties) => [properties.TopicArn]),
});

/** Services that publish for the owning account and say so, which the default topic policy accepts. */
const actForOwner: readonly string[] = ['cloudwatch.amazonaws.com', 'rds.amazonaws.com'];

export const makeSns = (world: World): Sns => {
  const topics = makeTopics(world);
  const authorize = (topic: Topic, by: PublishingService): void => {
    const owner: Readonly<Record<string, string>> = actForOwner.includes(by.principal) ? { 'aws:SourceOwner': world.account } : {};
    const context = { 'aws:SourceArn': by.sourceArn, 'aws:SourceAccount': world.account, ...owner };
    const answer = world.services.iam.allowsService(by.principal, {
      action: 'sns:Publish',
      resource: topic.arn,
      context,
      resourcePolicy: topic.policy,
    });
    if (!answer.allowed)
      throw new AwsError(
        'AuthorizationErrorException',
        `${by.principal} is not authorized to perform: SNS:Publish on resource: ${topic.arn} ${answer.why}`,
        403,
      );
  };
  return {
    signingName: 'sns',
    operations: topicOperations(world, topics),
    resources: resources(world, topics),
    topic: topics.get,
    publish: (publication, by) => {
      const topic = topics.existing(publication.topicArn);
      if ('principal' in by && 'sourceArn' in by) authorize(topic, by);
      return publishTo(world, topic, publication);
    },
    confirm: (endpoint) => {
      const pending = topics
        .all()
        .flatMap((topic) => [...topic.subscriptions.values()])
        .filter((one) => one.endpoint === endpoint && !one.confirmed);
      for (const subscription of pending) subscription.confirmed = true;
      return pending.length;
    },
    support: {
      does: [
        'Topics and subscriptions: email, email-json, sqs (raw or enveloped), lambda, https; confirmation of e-mail; filter policies on attributes and body (F, H5)',
        'Delivery retries per protocol, dead-letter queue per subscription, Subject and size rules, per-protocol texts, FIFO deduplication',
        "Topic policies for AWS services; the default policy lets alarms publish, and a policy of one's own must say so",
        'CloudFormation: AWS::SNS::Topic, Subscription, TopicPolicy, TopicInlinePolicy',
      ],
      doesNot: [
        'SMS, mobile push, Firehose, message archives',
        'Signatures that verify, encryption keys, 10 mails a second',
        'All 100,015 attempts to queues and functions (8 here)',
      ],
    },
  };
};
