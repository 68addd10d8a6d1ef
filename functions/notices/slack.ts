// Takes notices from the queue to Slack: in order, one a second, nothing twice, nothing lost (N2).
import { door } from '../door.ts';
import { letterOf, QueueBatch } from '../../shared/contracts/notices.ts';
import { inOrder } from '../../shared/domain/delivery.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { mailbox } from '../../shared/aws/mailbox.ts';
import { notices } from '../../shared/aws/notices.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { slackRoad } from '../../shared/web/slack.ts';
import { deliver } from '../../shared/web/road.ts';

export const { make, handler } = door({
  name: 'notices/slack',
  input: QueueBatch,
  needs: { ledger, mailbox, notices, slack: slackRoad(secrets) },
}, async ({ Records }, { ledger, mailbox, notices, slack, manifest, now }) => {
  const letters = inOrder(Records.map(letterOf));
  const kept: string[] = [];
  const lease = await ledger.lease('road#slack', letters[0]?.messageId ?? 'none', 30, new Date(now()).toISOString());
  for (const letter of letters) {
    const fate = lease === null ? { keep: true, seconds: 3 } : await deliver(letter, { road: 'slack', ledger, mailbox, notices, chat: slack, manifest, now });
    if (!fate.keep) continue;
    kept.push(letter.messageId);
    await mailbox.later(letter, fate.seconds + kept.length - 1);
  }
  if (lease !== null) await ledger.release(lease);
  return { batchItemFailures: kept.map((itemIdentifier) => ({ itemIdentifier })) };
});
