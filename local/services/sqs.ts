// The simulated SQS: standard and FIFO queues, dead letters, and the polling that feeds Lambda.
import { AwsError, type Made, type ResourceType, type SimulatedService } from '../simulated.ts';
import type { Cancel } from '../clock.ts';
import type { World } from '../world.ts';
import { sendTo, type Sending } from './sqs/delivery.ts';
import { queueOperations } from './sqs/operations.ts';
import { defaults, type Queue } from './sqs/queue.ts';
import { makeQueues, type Queues } from './sqs/queues.ts';
import { applyAttributes } from './sqs/settings.ts';
import { poll, type Subscription } from './sqs/subscription.ts';

export type { SqsRecord, Subscription } from './sqs/subscription.ts';

/** Which AWS service sends, and for which resource: the queue's policy must allow it. */
export interface SendingService {
  readonly principal: string;
  readonly sourceArn: string;
}

export interface Sqs extends SimulatedService {
  /** Sends as this account (no `by`) or as an AWS service, whose right the queue policy decides. Answers the message id. */
  send(queueArn: string, message: Sending, by?: SendingService): string;
  /** The queue with its messages; undefined when there is none. */
  queue(arn: string): Queue | undefined;
  /** Every queue, in the order of creation. */
  all(): readonly Queue[];
  /** Feeds a consumer (a Lambda event source mapping) until cancelled. */
  subscribe(queueArn: string, subscription: Subscription): Cancel;
}

const attributesOf = ({ QueueName: _name, Tags: _tags, FifoQueue: _fifo, ...properties }: any): Readonly<Record<string, unknown>> =>
  properties;

const made = (queue: Queue): Made => ({ ref: queue.url, attributes: { Arn: queue.arn, QueueName: queue.name, QueueUrl: queue.url } });

const resources = (queues: Queues): Readonly<Record<string, ResourceType>> => ({
  'AWS::SQS::Queue': {
    create: (properties, context) => {
      const name = properties.QueueName ?? `${context.generatedName(75)}${properties.FifoQueue === true ? '.fifo' : ''}`;
      const tags = Object.fromEntries((properties.Tags ?? []).map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]));
      return made(queues.create(name, attributesOf(properties), tags));
    },
    update: (before, properties) => {
      const queue = queues.existing(before.ref);
      const { policy, tags } = queue.settings;
      Object.assign(queue.settings, { ...defaults(queue.settings.fifo), policy, tags });
      applyAttributes(queue.settings, attributesOf(properties));
      return made(queue);
    },
    remove: (before) => queues.drop(before.ref.split('/').at(-1)!),
    replaceOn: ['QueueName', 'FifoQueue'],
  },
  'AWS::SQS::QueuePolicy': {
    create: (properties, context) => {
      for (const url of properties.Queues) queues.existing(url).settings.policy = properties.PolicyDocument;
      return { ref: context.generatedName(), attributes: { Id: context.generatedName() } };
    },
    update: (before, properties) => {
      for (const url of properties.Queues) queues.existing(url).settings.policy = properties.PolicyDocument;
      return before;
    },
    remove: (_, properties) => {
      for (const url of properties.Queues) {
        const queue = queues.byUrl(url);
        if (queue !== undefined) queue.settings.policy = undefined;
      }
    },
  },
});

export const makeSqs = (world: World): Sqs => {
  const queues = makeQueues(world);
  const existing = (arn: string): Queue => {
    const queue = queues.byArn(arn);
    if (queue === undefined) throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${arn}`);
    return queue;
  };
  const authorize = (queue: Queue, by: SendingService): void => {
    const answer = world.services.iam.allowsService(by.principal, {
      action: 'sqs:SendMessage',
      resource: queue.arn,
      context: { 'aws:SourceArn': by.sourceArn, 'aws:SourceAccount': world.account },
      resourcePolicy: queue.settings.policy ?? { Statement: [] },
    });
    if (!answer.allowed) throw new AwsError('AccessDenied', `${by.principal} may not send to ${queue.name}: ${answer.why}`, 403);
  };
  return {
    signingName: 'sqs',
    operations: queueOperations(world, queues),
    resources: resources(queues),
    send: (arn, message, by) => {
      const queue = existing(arn);
      if (by !== undefined) authorize(queue, by);
      return sendTo(world, queue, message).id;
    },
    queue: queues.byArn,
    all: () => queues.all(),
    subscribe: (arn, subscription) => poll(world, existing(arn), subscription, queues.byArn),
    support: {
      does: [
        'Standard and FIFO queues: visibility timeout, delay, receive count, redrive to a dead-letter queue, retention, message groups, deduplication for 5 minutes',
        'Long polling, batches of 10 with per-entry failures, message attributes, StartMessageMoveTask, queue policies for AWS services',
        'Polling for Lambda event source mappings: batch size, window, partial batch failures',
        'Metrics: messages visible, not visible, age of the oldest',
        'CloudFormation: AWS::SQS::Queue, AWS::SQS::QueuePolicy',
      ],
      doesNot: [
        'Duplicates and reordering of standard queues, encryption keys, RedriveAllowPolicy',
        'The pace of StartMessageMoveTask (all at once)',
      ],
    },
  };
};
