// What the month before has saved is told once, whichever of its nights was cut short (S14).
import { describe, expect, it } from 'vitest';
import { tellMonth } from '../../shared/aws/month-end.ts';
import type { NightRecord } from '../../shared/contracts/ledger.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import type { Ledger } from '../../shared/ports.ts';

const manifest = { id: 'shop-dev', title: 'Shop', stage: 'dev', site: null, hours: { timeZone: 'Europe/Berlin' } } as unknown as Manifest;

const slept = (asleepAt: string | null): NightRecord =>
  ({ asleepAt, awakeAt: '2026-11-01T05:00:00Z', certificate: null, saved: { compute: 1, database: 0.5, keptBilling: 0.25 } }) as unknown as NightRecord;

/** Titles of what people hear when the newest of these nights is over. */
const heard = async (nights: Readonly<Record<string, NightRecord>>): Promise<readonly string[]> => {
  const entries = Object.entries(nights).map(([key, value]) => ({ key, value }));
  const list = (_kind: string, range: { from?: string; limit?: number } = {}) =>
    Promise.resolve(range.limit === undefined ? entries.filter(({ key }) => key >= (range.from ?? '')) : [...entries].reverse().slice(0, range.limit));
  const titles: string[] = [];
  const send = async ({ title }: Notice): Promise<void> => void titles.push(title);
  await tellMonth(manifest, { list, note: async () => {} } as unknown as Pick<Ledger, 'list' | 'note'>, { send }, '2026-12-02T06:00:00Z');
  return titles;
};

const november = { '2026-11-29T19:00Z': slept('2026-11-29T19:10:00Z') };

describe('the month before', () => {
  it('S14: is told with its first night of the next month over, also when that night or the last of the month never quite began', async () => {
    const told = ['Shop dev: 1 night of November 2026 saved $1.50'];
    expect(await heard({ ...november, '2026-12-01T19:00Z': slept('2026-12-01T19:10:00Z') })).toEqual(told);
    expect(await heard({ ...november, '2026-12-01T19:00Z': slept(null) })).toEqual(told);
    expect(await heard({ ...november, '2026-11-30T19:00Z': slept(null), '2026-12-01T19:00Z': slept('2026-12-01T19:10:00Z') })).toEqual(told);
  });

  it('S14: is told once, by the platform’s own calendar', async () => {
    const first = { ...november, '2026-12-01T19:00Z': slept(null) };
    expect(await heard({ ...first, '2026-12-02T19:00Z': slept('2026-12-02T19:10:00Z') })).toEqual([]);
    expect(await heard({ ...november, '2026-11-30T22:30Z': slept('2026-11-30T22:40:00Z') })).toEqual([]);
    expect(await heard({ ...november, '2026-11-30T23:30Z': slept('2026-11-30T23:40:00Z') })).toEqual(['Shop dev: 1 night of November 2026 saved $1.50']);
  });
});
