// The account's queues by name, URL or ARN, with their CloudWatch metrics.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { defaults, isInFlight, isVisible, type Queue } from './queue.ts';
import { applyAttributes } from './settings.ts';

export interface Queues {
  readonly arn: (name: string) => string;
  readonly url: (name: string) => string;
  readonly byArn: (arn: string) => Queue | undefined;
  readonly byUrl: (url: string) => Queue | undefined;
  /** Throws QueueDoesNotExist. */
  readonly existing: (url: string) => Queue;
  readonly create: (name: string, attributes: Readonly<Record<string, unknown>>, tags: Readonly<Record<string, string>>) => Queue;
  readonly drop: (name: string) => void;
  readonly all: () => readonly Queue[];
}

export const makeQueues = (world: World): Queues => {
  const queues = new Map<string, Queue>();
  const arn = (name: string): string => `arn:aws:sqs:${world.region}:${world.account}:${name}`;
  const url = (name: string): string => `https://sqs.${world.region}.amazonaws.com/${world.account}/${name}`;
  const byUrl = (given: string): Queue | undefined => queues.get(String(given).split('/').at(-1)!);
  return {
    arn,
    url,
    byUrl,
    byArn: (given) => (given === arn(given.split(':').at(-1)!) ? queues.get(given.split(':').at(-1)!) : undefined),
    existing: (given) => {
      const queue = byUrl(given);
      if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', 400);
      return queue;
    },
    create: (name, attributes, tags) => {
      const settings = { ...defaults(name.endsWith('.fifo')), tags };
      applyAttributes(settings, attributes);
      if (settings.fifo !== name.endsWith('.fifo'))
        throw new AwsError(
          'InvalidParameterValue',
          'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
        );
      const known = queues.get(name);
      if (known !== undefined) return known;
      const queue: Queue = {
        name,
        arn: arn(name),
        url: url(name),
        createdAt: world.clock.now,
        settings,
        messages: [],
        recent: new Map(),
        sequence: 0,
        listeners: new Set(),
      };
      queues.set(name, queue);
      addMetrics(world, queue);
      return queue;
    },
    drop: (name) => void queues.delete(name),
    all: () => [...queues.values()],
  };
};

const addMetrics = (world: World, queue: Queue): void => {
  const dimensions = { QueueName: queue.name };
  const add = (name: string, sample: (now: number) => number): void => {
    const source = world.services.cloudwatch.addSource({
      namespace: 'AWS/SQS',
      dimensions,
      name,
      sample: () => sample(world.clock.now),
      until: () => (queue.messages.length === 0 ? Infinity : undefined),
    });
    queue.listeners.add(() => source.changed());
  };
  add('ApproximateNumberOfMessagesVisible', (now) => queue.messages.filter((message) => isVisible(message, now)).length);
  add('ApproximateNumberOfMessagesNotVisible', (now) => queue.messages.filter((message) => isInFlight(message, now)).length);
  add('ApproximateAgeOfOldestMessage', (now) =>
    queue.messages.length === 0 ? 0 : (now - Math.min(...queue.messages.map((message) => message.sentAt))) / 1000,
  );
};
