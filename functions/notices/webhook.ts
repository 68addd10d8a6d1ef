// Takes notices from the queue to the platform's own webhook: signed, in order, nothing twice, nothing lost (N1, N2).
import { door } from '../door.ts';
import { QueueBatch } from '../../shared/contracts/notices.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { mailbox } from '../../shared/aws/mailbox.ts';
import { notices } from '../../shared/aws/notices.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { deliverBatch } from '../../shared/web/road.ts';
import { webhookRoad } from '../../shared/web/webhook.ts';

export const { make, handler } = door(
  {
    name: 'notices/webhook',
    input: QueueBatch,
    needs: { ledger, mailbox, notices, chat: webhookRoad(secrets) },
  },
  (batch, tools) => deliverBatch(batch, { road: 'webhook', ...tools }),
);
