// A mail that did not arrive: people hear of it by another road, once a day per address (N2).
import { door } from '../door.ts';
import { BouncedEvent, bouncedOf } from '../../shared/contracts/mail.ts';
import { bounceKey, bouncedNotice, recordOfTrouble } from '../../shared/domain/mail-road.ts';
import { hasRoadBesideMail, roadSettings } from '../../shared/domain/roads.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';

export const { make, handler } = door(
  {
    name: 'notices/bounced',
    input: BouncedEvent,
    needs: { ledger, notices },
  },
  async (event, { ledger, notices, manifest }) => {
    const bounced = bouncedOf(event);
    const key = bounceKey(bounced, manifest.hours?.timeZone ?? 'UTC');
    if ((await ledger.recall('press', key)) !== null) return { action: 'told-before' as const };
    const otherRoads = hasRoadBesideMail(roadSettings(manifest.notices));
    const notice = bouncedNotice(bounced, { platform: manifest.platform, stage: manifest.stage, otherRoads });
    await notices.send(notice);
    await ledger.note(recordOfTrouble(notice.id, bounced), bounced.at);
    await ledger.remember('press', key, { by: 'Amazon SES', verb: bounced.kind, subject: bounced.subject }, { expect: 'any', at: bounced.at });
    return { action: 'told' as const };
  },
);
