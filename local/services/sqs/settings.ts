// Queue attributes as the API and CloudFormation write them, and back.
import { AwsError } from '../../simulated.ts';
import { isInFlight, isVisible, type Queue, type QueueSettings } from './queue.ts';

type Attributes = Readonly<Record<string, unknown>>;

const number = (name: string, value: unknown, least: number, most: number): number => {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < least || parsed > most)
    throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  return parsed;
};

const document = <T>(value: unknown): T | undefined => {
  if (value === undefined || value === '') return undefined;
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
};

const writers: Readonly<Record<string, (settings: QueueSettings, value: unknown) => void>> = {
  VisibilityTimeout: (settings, value) => void (settings.visibilitySeconds = number('VisibilityTimeout', value, 0, 43_200)),
  DelaySeconds: (settings, value) => void (settings.delaySeconds = number('DelaySeconds', value, 0, 900)),
  MessageRetentionPeriod: (settings, value) => void (settings.retentionSeconds = number('MessageRetentionPeriod', value, 60, 1_209_600)),
  MaximumMessageSize: (settings, value) => void (settings.maximumBytes = number('MaximumMessageSize', value, 1024, 1_048_576)),
  ReceiveMessageWaitTimeSeconds: (settings, value) => void (settings.waitSeconds = number('ReceiveMessageWaitTimeSeconds', value, 0, 20)),
  FifoQueue: (settings, value) => void (settings.fifo = String(value) === 'true'),
  ContentBasedDeduplication: (settings, value) => void (settings.contentDeduplication = String(value) === 'true'),
  KmsMasterKeyId: (settings, value) => void (settings.kmsKey = value as string),
  Policy: (settings, value) => void (settings.policy = document(value)),
  RedrivePolicy: (settings, value) => {
    const policy = document<{ deadLetterTargetArn: string; maxReceiveCount: number | string }>(value);
    settings.redrive =
      policy === undefined
        ? undefined
        : { deadLetterTargetArn: policy.deadLetterTargetArn, maxReceiveCount: Number(policy.maxReceiveCount) };
  },
  RedriveAllowPolicy: () => undefined,
  SqsManagedSseEnabled: () => undefined,
  KmsDataKeyReusePeriodSeconds: () => undefined,
  DeduplicationScope: () => undefined,
  FifoThroughputLimit: () => undefined,
};

/** Writes attributes into the settings; throws InvalidAttributeName for one that SQS does not know. */
export const applyAttributes = (settings: QueueSettings, attributes: Attributes): void => {
  for (const [name, value] of Object.entries(attributes)) {
    const write = writers[name];
    if (write === undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (value !== undefined) write(settings, value);
  }
};

const readAll = (queue: Queue, now: number): Readonly<Record<string, string>> => {
  const { settings } = queue;
  const visible = queue.messages.filter((message) => isVisible(message, now)).length;
  const inFlight = queue.messages.filter((message) => isInFlight(message, now)).length;
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(queue.messages.length - visible - inFlight),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    VisibilityTimeout: String(settings.visibilitySeconds),
    DelaySeconds: String(settings.delaySeconds),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    MaximumMessageSize: String(settings.maximumBytes),
    ReceiveMessageWaitTimeSeconds: String(settings.waitSeconds),
    ...(settings.fifo ? { FifoQueue: 'true', ContentBasedDeduplication: String(settings.contentDeduplication) } : {}),
    ...(settings.redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(settings.policy === undefined ? {} : { Policy: JSON.stringify(settings.policy) }),
    ...(settings.kmsKey === undefined ? {} : { KmsMasterKeyId: settings.kmsKey }),
  };
};

export const describeAttributes = (queue: Queue, wanted: readonly string[], now: number): Readonly<Record<string, string>> => {
  const all = readAll(queue, now);
  if (wanted.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
};
