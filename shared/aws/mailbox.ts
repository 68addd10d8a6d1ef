// The queue in front of a road: put a letter back for later, or park one that nobody can read (N2).
import { ChangeMessageVisibilityCommand, SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { roadEnvironment } from '../contracts/notices.ts';
import type { Mailbox } from '../ports.ts';
import { client, required, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface MailboxHost extends ClientHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The queue named by ROAD_QUEUE and its parking place PARKED_QUEUE (both URLs). */
export const mailbox = (host: MailboxHost): Mailbox => {
  const sqs = client(SQSClient, host);
  const queue = required(host.environment, roadEnvironment.queue);
  const parked = required(host.environment, roadEnvironment.parked);
  return {
    later: async (letter, seconds) => {
      const command = new ChangeMessageVisibilityCommand({
        QueueUrl: queue,
        ReceiptHandle: letter.receipt,
        VisibilityTimeout: Math.ceil(seconds),
      });
      await attempt('sqs:ChangeMessageVisibility', letter.messageId, () => sqs.send(command));
    },
    park: async (letter, why) => {
      const command = new SendMessageCommand({
        QueueUrl: parked,
        MessageBody: letter.body,
        MessageAttributes: { why: { DataType: 'String', StringValue: why } },
      });
      await attempt('sqs:SendMessage', letter.messageId, () => sqs.send(command));
    },
  };
};
