// Carrying one message to one subscription: per protocol, with AWS's retries and the subscription's dead-letter queue (aws-facts F, H5).
import type { World } from '../../world.ts';
import type { Publication, Subscription, Topic } from './topic.ts';

/** A message on its way, as every protocol sees it. */
export interface Notice {
  readonly id: string;
  readonly publishedAt: number;
  readonly publication: Publication;
}

/** A delivery that failed; `final` ones (the endpoint refused for good) are not tried again. */
interface Failure {
  readonly final: boolean;
  readonly why: string;
}
type Attempt = () => Promise<Failure | undefined>;

const minute = 60_000;

/** Pauses between attempts: none for queues and functions in the rehearsal's reach except SNS's own backoff, 3 × 20 s for HTTP, over 6 h for mail. */
const pauses: Readonly<Record<Subscription['protocol'], readonly number[]>> = {
  sqs: [1000, 1000, 20_000, 20_000, minute, 5 * minute, 20 * minute, 60 * minute],
  lambda: [1000, 1000, 20_000, 20_000, minute, 5 * minute, 20 * minute, 60 * minute],
  https: [20_000, 20_000, 20_000],
  http: [20_000, 20_000, 20_000],
  email: [10_000, 10_000, minute, 10 * minute, 30 * minute, 60 * minute, 120 * minute, 120 * minute],
  'email-json': [10_000, 10_000, minute, 10 * minute, 30 * minute, 60 * minute, 120 * minute, 120 * minute],
};

/** Delivers with retries; what can not be delivered goes to the dead-letter queue, or is lost with a failure counted. */
export const deliver = async (world: World, topic: Topic, subscription: Subscription, notice: Notice): Promise<void> => {
  const attempt = attemptFor(world, topic, subscription, notice);
  let failure = await attempt();
  for (const pause of pauses[subscription.protocol]) {
    if (failure === undefined || failure.final) break;
    await world.clock.sleep(pause);
    failure = await attempt();
  }
  const dimensions = { TopicName: topic.name };
  if (failure === undefined) {
    world.services.cloudwatch.record({ namespace: 'AWS/SNS', name: 'NumberOfNotificationsDelivered', dimensions, value: 1 });
    return;
  }
  world.services.cloudwatch.record({ namespace: 'AWS/SNS', name: 'NumberOfNotificationsFailed', dimensions, value: 1 });
  world.trail.add({
    kind: 'message',
    who: topic.name,
    what: `delivery to ${subscription.protocol} ${subscription.endpoint} failed`,
    detail: { messageId: notice.id, why: failure.why },
  });
  deadLetter(world, topic, subscription, notice);
};

const deadLetter = (world: World, topic: Topic, subscription: Subscription, notice: Notice): void => {
  if (subscription.deadLetterArn === undefined) return;
  world.services.sqs.send(
    subscription.deadLetterArn,
    { body: JSON.stringify(envelope(world, topic, subscription, notice)) },
    { principal: 'sns.amazonaws.com', sourceArn: topic.arn },
  );
};

const attemptFor = (world: World, topic: Topic, subscription: Subscription, notice: Notice): Attempt => {
  switch (subscription.protocol) {
    case 'email':
    case 'email-json':
      return async () => mail(world, topic, subscription, notice);
    case 'sqs':
      return async () => toQueue(world, topic, subscription, notice);
    case 'lambda':
      return () => toFunction(world, topic, subscription, notice);
    case 'https':
    case 'http':
      return () => toEndpoint(world, topic, subscription, notice);
  }
};

/** The text for a protocol: with `MessageStructure: json` its own, else the default. */
const textFor = (subscription: Subscription, publication: Publication): string => {
  if (publication.messageStructure !== 'json') return publication.message;
  const texts = JSON.parse(publication.message) as Readonly<Record<string, string>>;
  return texts[subscription.protocol] ?? texts.default!;
};

const unsubscribeUrl = (world: World, subscription: Subscription): string =>
  `https://sns.${world.region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;

const envelope = (world: World, topic: Topic, subscription: Subscription, { id, publishedAt, publication }: Notice) => ({
  Type: 'Notification',
  MessageId: id,
  TopicArn: topic.arn,
  ...(publication.subject === undefined ? {} : { Subject: publication.subject }),
  Message: textFor(subscription, publication),
  Timestamp: new Date(publishedAt).toISOString(),
  SignatureVersion: '1',
  Signature: 'EXAMPLE',
  SigningCertURL: `https://sns.${world.region}.amazonaws.com/SimpleNotificationService-0000000000000000.pem`,
  UnsubscribeURL: unsubscribeUrl(world, subscription),
  ...(publication.attributes === undefined
    ? {}
    : {
        MessageAttributes: Object.fromEntries(
          Object.entries(publication.attributes).map(([name, value]) => [name, { Type: value.DataType, Value: value.StringValue }]),
        ),
      }),
});

const mail = (world: World, topic: Topic, subscription: Subscription, notice: Notice): Failure | undefined => {
  const text =
    subscription.protocol === 'email'
      ? textFor(subscription, notice.publication)
      : JSON.stringify(envelope(world, topic, subscription, notice));
  const accepted = world.services.outside.mail.deliver({
    to: subscription.endpoint,
    from: `${topic.displayName === '' ? 'AWS Notifications' : topic.displayName} <no-reply@sns.amazonaws.com>`,
    subject: notice.publication.subject ?? 'AWS Notification Message',
    body: [
      text,
      '',
      '--',
      'If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:',
      unsubscribeUrl(world, subscription),
      '',
      'Please do not reply directly to this email. If you have any questions or comments regarding this email, please contact us at https://aws.amazon.com/support',
    ].join('\n'),
  });
  return accepted ? undefined : { final: false, why: 'the mail server did not accept the message' };
};

const toQueue = (world: World, topic: Topic, subscription: Subscription, notice: Notice): Failure | undefined => {
  const { publication } = notice;
  const raw = subscription.raw;
  try {
    world.services.sqs.send(
      subscription.endpoint,
      {
        body: raw ? textFor(subscription, publication) : JSON.stringify(envelope(world, topic, subscription, notice)),
        ...(raw && publication.attributes !== undefined ? { attributes: publication.attributes } : {}),
        ...(publication.groupId === undefined ? {} : { groupId: publication.groupId, dedupId: publication.dedupId ?? notice.id }),
      },
      { principal: 'sns.amazonaws.com', sourceArn: topic.arn },
    );
    return undefined;
  } catch (error) {
    return { final: true, why: (error as Error).message };
  }
};

const toFunction = async (world: World, topic: Topic, subscription: Subscription, notice: Notice): Promise<Failure | undefined> => {
  const { UnsubscribeURL, SigningCertURL, MessageAttributes = {}, Subject = null, ...rest } = envelope(world, topic, subscription, notice);
  const sns = { ...rest, Subject, SigningCertUrl: SigningCertURL, UnsubscribeUrl: UnsubscribeURL, MessageAttributes };
  const payload = { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription.arn, Sns: sns }] };
  try {
    await world.services.lambda.invoke({
      functionArn: subscription.endpoint,
      payload,
      source: { principal: 'sns.amazonaws.com', sourceArn: topic.arn },
      async: true,
    });
    return undefined;
  } catch (error) {
    return { final: true, why: (error as Error).message };
  }
};

const toEndpoint = async (world: World, topic: Topic, subscription: Subscription, notice: Notice): Promise<Failure | undefined> => {
  const body = subscription.raw ? textFor(subscription, notice.publication) : JSON.stringify(envelope(world, topic, subscription, notice));
  const answer = await world.services.outside.http({
    method: 'POST',
    url: subscription.endpoint,
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': notice.id,
      'x-amz-sns-topic-arn': topic.arn,
    },
    body,
  });
  if (answer.status >= 200 && answer.status < 300) return undefined;
  return { final: answer.status >= 400 && answer.status < 500 && answer.status !== 429, why: `HTTP ${answer.status}` };
};
