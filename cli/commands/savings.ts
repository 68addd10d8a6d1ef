// `dayshift savings`: what the nights saved and what kept billing, per night and month, against the record (S14, W12).
import { hibernating } from '../../shared/aws/fall-asleep.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { instantWords } from '../../shared/domain/instants.ts';
import { savedFigure, savingsReport } from '../../shared/domain/savings-report.ts';
import { wallWords } from '../../shared/domain/wall-clock.ts';
import { atPlace, jsonOption } from '../at-place.ts';
import { noMore } from '../command.ts';
import { labelled, lines, table } from '../layout.ts';

const SHOWN = 14;
const usd = (amount: number): string => amount.toFixed(2);

export const savings = atPlace(
  {
    name: 'savings',
    summary: 'What the nights have saved, per night and month',
    usage: 'savings [--platform NAME] [--stage STAGE] [--json]',
    options: jsonOption,
    example: 'npx dayshift savings --at 2026-11-24T09:00',
  },
  async ({ place, values, positionals, terminal }) => {
    noMore(positionals);
    const zone = place.manifest.hours?.timeZone ?? 'UTC';
    const nights = (await ledger(place.host).list('night')).map(({ key, value: { asleepAt, awakeAt, saved, certificate } }) => ({
      night: key,
      asleepAt,
      awakeAt,
      saved,
      differences: certificate?.differences.length ?? 0,
    }));
    const report = savingsReport(nights, (at) => wallWords(Date.parse(at), zone).slice(0, 7));
    if (values['json'] === true) {
      terminal.out(`${JSON.stringify(report, null, 2)}\n`);
      return 0;
    }
    if (report.nights.length === 0) {
      terminal.out('No night is over yet. dayshift cost tells what the hours will save.\n');
      return 0;
    }
    const caches = hibernating(place.manifest).length > 0;
    const head = ['NIGHT', 'HOURS', 'COMPUTE', caches ? 'DATABASES, CACHES' : 'DATABASES', 'STILL BILLED', 'DIFFERENCES'];
    const rows = report.nights
      .slice(-SHOWN)
      .map((night) =>
        [
          instantWords(night.night.replace('Z', ':00Z'), zone),
          night.hours.toFixed(1),
          savedFigure(night, 'compute', caches),
          savedFigure(night, 'database', caches),
          savedFigure(night, 'keptBilling', caches),
          String(night.differences),
        ].map((text) => ({ text })),
      );
    const months = report.months.map(
      ({ month, nights: count, saved, keptBilling }) =>
        `${month}: ${count} ${count === 1 ? 'night' : 'nights'} saved ${usd(saved)} USD; ${usd(keptBilling)} USD were billed all the same.`,
    );
    const unpriced =
      report.unpriced.length === 0
        ? []
        : labelled(
            terminal,
            'Price unknown',
            `in ${place.manifest.region}, not counted: ${report.unpriced.join(', ')}`,
            'warning',
            15,
          );
    terminal.out(lines(table(terminal, { head, rows, flexible: 0 }), '', months, unpriced));
    return 0;
  },
);
