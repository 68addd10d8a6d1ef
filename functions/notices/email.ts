// Takes notices from the queue to people's mail boxes through Amazon SES: in order, nothing twice, nothing lost (N1, N2).
import { door } from '../door.ts';
import { QueueBatch } from '../../shared/contracts/notices.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { mailRoad } from '../../shared/aws/mail.ts';
import { mailbox } from '../../shared/aws/mailbox.ts';
import { notices } from '../../shared/aws/notices.ts';
import { pictures } from '../../shared/aws/pictures.ts';
import { deliverBatch } from '../../shared/web/road.ts';

export const { make, handler } = door(
  {
    name: 'notices/email',
    input: QueueBatch,
    needs: { ledger, mailbox, notices, chat: mailRoad(pictures) },
  },
  (batch, tools) => deliverBatch(batch, { road: 'email', ...tools }),
);
