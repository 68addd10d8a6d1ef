// Writes the morning's or the month's summary and sends it on its way, once however often the schedule asks (L5).
import { door } from '../door.ts';
import { DigestInput } from '../../shared/contracts/digest.ts';
import { digestNotice, digestPeriod } from '../../shared/domain/digest.ts';
import { instantWords } from '../../shared/domain/instants.ts';
import { digests } from '../../shared/aws/digest.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';

export const { make, handler } = door(
  {
    name: 'notices/digest',
    input: DigestInput,
    needs: { digests, ledger, notices },
  },
  async (input, { digests, ledger, notices, manifest }) => {
    const timeZone = manifest.hours?.timeZone ?? 'UTC';
    const period = digestPeriod(input.kind, input.scheduled, timeZone);
    const key = `digest#${input.kind}#${period.to}`;
    if ((await ledger.recall('press', key)) !== null) return { action: 'told-before' as const };
    const facts = await digests.facts(period.from, period.to);
    const place = { platform: manifest.platform, title: manifest.title, stage: manifest.stage, timeZone };
    const notice = digestNotice(facts, period, place, period.to);
    await notices.send(notice);
    const span = { from: instantWords(period.from, timeZone), to: instantWords(period.to, timeZone) };
    await ledger.note({ id: notice.id, story: 'operator', service: null, action: 'nothing', reason: 'summary-told', facts: span }, period.to);
    await ledger.remember('press', key, { by: 'schedule', verb: 'digest', subject: input.kind }, { expect: 'any', at: period.to });
    return { action: 'told' as const };
  },
);
