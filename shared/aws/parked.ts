// Messages that a road's door parked because nobody could read them: see them, and send them on their way again (N2).
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Manifest } from '../domain/manifest.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface ParkedHost extends ClientHost {
  readonly manifest: Manifest;
}

export interface Parked {
  /** Sends every parked message of the road again and answers what they were and why they were parked. */
  redrive(road: 'slack' | 'webhook' | 'email'): Promise<readonly { readonly body: string; readonly why: string }[]>;
}

/** Seconds a message stays hidden while it is moved; a crash in between leaves it parked. */
const HIDDEN_SECONDS = 60;

export const parked = (host: ParkedHost): Parked => {
  const sqs = client(SQSClient, host);
  const urlOf = async (name: string): Promise<string> => {
    const answer = await attempt('sqs:GetQueueUrl', name, () => sqs.send(new GetQueueUrlCommand({ QueueName: name })));
    return answer.QueueUrl ?? '';
  };
  const take = async (queue: string): Promise<readonly Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queue,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageAttributeNames: ['why'],
    });
    return (await attempt('sqs:ReceiveMessage', queue, () => sqs.send(command))).Messages ?? [];
  };
  const move = async (message: Message, from: string, to: string): Promise<void> => {
    // Sent before it is deleted: twice is better than never, and the road knows what it has delivered.
    const body = message.Body ?? '';
    await attempt('sqs:SendMessage', to, () => sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: body })));
    await attempt('sqs:DeleteMessage', from, () =>
      sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle })),
    );
  };
  return {
    redrive: async (road) => {
      const [from, to] = await Promise.all([urlOf(`${host.manifest.id}-${road}-parked`), urlOf(`${host.manifest.id}-${road}`)]);
      const moved: { readonly body: string; readonly why: string }[] = [];
      for (let batch = await take(from); batch.length > 0; batch = await take(from)) {
        for (const message of batch) {
          await move(message, from, to);
          moved.push({ body: message.Body ?? '', why: message.MessageAttributes?.['why']?.StringValue ?? 'received too often' });
        }
      }
      return moved;
    },
  };
};
