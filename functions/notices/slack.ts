// Takes notices from the queue to Slack: in order, one a second, nothing twice, nothing lost (N2).
import { door } from '../door.ts';
import { QueueBatch } from '../../shared/contracts/notices.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { mailbox } from '../../shared/aws/mailbox.ts';
import { notices } from '../../shared/aws/notices.ts';
import { pictures } from '../../shared/aws/pictures.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { deliverBatch } from '../../shared/web/road.ts';
import { slackRoad } from '../../shared/web/slack.ts';

export const { make, handler } = door(
  {
    name: 'notices/slack',
    input: QueueBatch,
    needs: { ledger, mailbox, notices, chat: slackRoad(secrets, pictures) },
  },
  (batch, tools) => deliverBatch(batch, { road: 'slack', ...tools }),
);
