// When the first night of a month is over, people hear what the month before has saved (S14).
import type { Manifest } from '../domain/manifest.ts';
import { later } from '../domain/instants.ts';
import { nightBegan } from '../domain/night.ts';
import { monthSaved } from '../domain/night-notices.ts';
import { savingsReport } from '../domain/savings-report.ts';
import { wallWords } from '../domain/wall-clock.ts';
import type { Ledger, Notices } from '../ports.ts';
import { placeOf } from './night-place.ts';

/** A month begins earlier in some places than in UTC. */
const DAY = 86_400;

/** Looks at the last two nights only, unless a month has ended between them. */
export const tellMonth = async (manifest: Manifest, ledger: Pick<Ledger, 'list' | 'note'>, notices: Notices, at: string): Promise<void> => {
  const zone = manifest.hours?.timeZone ?? 'UTC';
  const monthOf = (instant: string): string => wallWords(Date.parse(instant), zone).slice(0, 7);
  // By when they began: a night that somebody ended while it fell asleep is one of them, too.
  const [current, previous] = (await ledger.list('night', { newestFirst: true, limit: 2 })).map(({ key }) => nightBegan(key));
  if (current === undefined || previous === undefined || monthOf(current) === monthOf(previous)) return;
  const begins = later(`${monthOf(previous)}-01T00:00:00.000Z`, -DAY);
  const nights = (await ledger.list('night', { from: begins })).map(({ key, value }) => ({
    night: key,
    asleepAt: value.asleepAt,
    awakeAt: value.awakeAt,
    saved: value.saved,
    differences: value.certificate?.differences.length ?? 0,
  }));
  const report = savingsReport(nights, monthOf);
  const month = report.months.find((one) => one.month === monthOf(previous));
  if (month === undefined) return;
  const notice = monthSaved(placeOf(manifest), month, report.unpriced, at);
  await notices.send(notice);
  const facts = { month: month.month, nights: month.nights, saved: month.saved.toFixed(2) };
  await ledger.note({ id: notice.id, story: 'wake', service: null, action: 'nothing', reason: 'month-saved', facts }, at);
};
