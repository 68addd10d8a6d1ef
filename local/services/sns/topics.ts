// The account's topics and subscriptions by ARN.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { ownerPolicy, type Protocol, type Subscription, type Topic } from './topic.ts';

export interface Topics {
  readonly arn: (name: string) => string;
  readonly get: (arn: string) => Topic | undefined;
  /** Throws NotFoundException. */
  readonly existing: (arn: string) => Topic;
  readonly create: (
    name: string,
    options?: { readonly fifo?: boolean; readonly displayName?: string; readonly contentDeduplication?: boolean },
  ) => Topic;
  readonly drop: (arn: string) => void;
  readonly all: () => readonly Topic[];
  /** Throws NotFoundException. */
  readonly subscription: (arn: string) => Subscription;
  /** The same protocol and endpoint again answers the subscription there is. E-mail waits for confirmation. */
  readonly subscribe: (topicArn: string, protocol: string, endpoint: string) => Subscription;
  readonly unsubscribe: (arn: string) => void;
}

const protocols: readonly string[] = ['email', 'email-json', 'sqs', 'lambda', 'https', 'http'];
const confirmedByThemselves: readonly string[] = ['sqs', 'lambda'];

const newSubscription = (world: World, topicArn: string, protocol: Protocol, endpoint: string): Subscription => ({
  arn: `${topicArn}:${world.random.stream('sns.subscriptions').uuid()}`,
  topicArn,
  protocol,
  endpoint,
  confirmed: confirmedByThemselves.includes(protocol),
  filterPolicy: undefined,
  filterScope: 'MessageAttributes',
  raw: false,
  deadLetterArn: undefined,
});

export const makeTopics = (world: World): Topics => {
  const topics = new Map<string, Topic>();
  const arn = (name: string): string => `arn:aws:sns:${world.region}:${world.account}:${name}`;
  const existing = (given: string): Topic => {
    const topic = topics.get(given);
    if (topic === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    return topic;
  };
  const subscribe = (topicArn: string, protocol: string, endpoint: string): Subscription => {
    const topic = existing(topicArn);
    if (!protocols.includes(protocol))
      throw new AwsError('InvalidParameterException', `Invalid parameter: Does not support this protocol string: ${protocol}`);
    const same = [...topic.subscriptions.values()].find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (same !== undefined) return same;
    const subscription = newSubscription(world, topicArn, protocol as Protocol, endpoint);
    topic.subscriptions.set(subscription.arn, subscription);
    if (!subscription.confirmed) askForConfirmation(world, topic, subscription);
    return subscription;
  };
  return {
    arn,
    existing,
    subscribe,
    get: (given) => topics.get(given),
    create: (name, options = {}) => {
      const known = topics.get(arn(name));
      if (known !== undefined) return known;
      const topic: Topic = {
        name,
        arn: arn(name),
        fifo: options.fifo === true || name.endsWith('.fifo'),
        contentDeduplication: options.contentDeduplication === true,
        displayName: options.displayName ?? '',
        policy: ownerPolicy(arn(name), world.account),
        kmsKey: undefined,
        tags: [],
        subscriptions: new Map(),
        recent: new Map(),
      };
      topics.set(topic.arn, topic);
      return topic;
    },
    drop: (given) => void topics.delete(given),
    all: () => [...topics.values()],
    subscription: (given) => {
      const found = topics.get(given.slice(0, given.lastIndexOf(':')))?.subscriptions.get(given);
      if (found === undefined) throw new AwsError('NotFoundException', 'Subscription does not exist', 404);
      return found;
    },
    unsubscribe: (given) => void topics.get(given.slice(0, given.lastIndexOf(':')))?.subscriptions.delete(given),
  };
};

/** Sends the confirmation an e-mail or HTTP endpoint must answer; HTTPS endpoints confirm by visiting the URL, which a person does here. */
const askForConfirmation = (world: World, topic: Topic, subscription: Subscription): void => {
  if (!subscription.protocol.startsWith('email')) return;
  const url = `https://sns.${world.region}.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic.arn}&Token=${world.random.stream('sns.tokens').hex(64)}`;
  world.clock.after(
    2000,
    () =>
      world.services.outside.mail.deliver({
        to: subscription.endpoint,
        from: 'AWS Notifications <no-reply@sns.amazonaws.com>',
        subject: 'AWS Notification - Subscription Confirmation',
        body: `You have chosen to subscribe to the topic:\n${topic.arn}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n${url}`,
      }),
    `confirmation mail ${subscription.endpoint}`,
  );
};
