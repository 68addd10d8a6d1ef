// The strip of days and the page's address.
import { describe, expect, it } from 'vitest';
import { atTheStart, readAddress, writeAddress } from '../../local/console/page/address.ts';
import { nightsIn, stretchAround } from '../../local/console/page/strip.ts';
import { clockWords, dayWords, short, spanWords } from '../../local/console/page/words.ts';

const sydney = 'Australia/Sydney';
const hours = { words: 'mon-fri 07:00-20:00', timeZone: sydney, windows: [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }], holidays: [], exceptions: [] };
const at = (text: string): number => Date.parse(text);
const iso = (stretch: { readonly from: number; readonly to: number }): readonly string[] => [new Date(stretch.from).toISOString(), new Date(stretch.to).toISOString()];

describe('the strip', () => {
  it('shows whole local days', () => {
    expect(iso(stretchAround(at('2026-11-23T01:00Z'), at('2026-11-22T21:00Z'), at('2026-11-23T01:00Z'), 2, sydney))).toEqual(['2026-11-22T13:00:00.000Z', '2026-11-24T13:00:00.000Z']);
  });

  it('moves to the past one looks at', () => {
    expect(iso(stretchAround(at('2026-11-23T01:00Z'), at('2026-11-22T21:00Z'), at('2026-11-29T01:00Z'), 1, sydney))).toEqual(['2026-11-22T13:00:00.000Z', '2026-11-23T13:00:00.000Z']);
  });

  it('has a day of 25 hours when the clock is put back', () => {
    const { from, to } = stretchAround(at('2027-04-03T20:00Z'), at('2027-04-01T00:00Z'), at('2027-04-03T20:00Z'), 1, sydney);
    expect((to - from) / 3_600_000).toBe(25);
  });

  it('knows the nights of the working hours', () => {
    const nights = nightsIn({ from: at('2026-11-22T13:00Z'), to: at('2026-11-24T13:00Z') }, hours);
    expect(nights.map(iso)).toEqual([
      ['2026-11-22T13:00:00.000Z', '2026-11-22T20:00:00.000Z'],
      ['2026-11-23T09:00:00.000Z', '2026-11-23T20:00:00.000Z'],
      ['2026-11-24T09:00:00.000Z', '2026-11-24T13:00:00.000Z'],
    ]);
  });

  it('has no night without working hours', () => {
    expect(nightsIn({ from: 0, to: 86_400_000 }, null)).toEqual([]);
  });
});

describe('the address', () => {
  it('is read as it was written', () => {
    const address = { ...atTheStart, at: at('2026-11-23T00:31:29.985Z'), seq: 1395, panel: 'messages' as const, shown: ['event', 'call'] as const, words: 'roll back', machine: 'sleep' };
    expect(writeAddress(address)).toBe('#at=2026-11-23T00:31:29.985Z&seq=1395&panel=messages&show=event,call&words=roll+back&machine=sleep');
    expect(readAddress(writeAddress(address))).toEqual({ ...address, shown: ['event', 'call'] });
  });

  it('is empty at the start and forgives what makes no sense', () => {
    expect(writeAddress(atTheStart)).toBe('');
    expect(readAddress('#at=yesterday&seq=-3&panel=attic&show=ghosts')).toEqual({ ...atTheStart, shown: [] });
  });
});

describe('short forms', () => {
  it('leave out what every line would repeat', () => {
    expect(short('arn:aws:ecs:us-east-1:111122223333:task/web/0f3a moved to sha256:adf9b35951e1ff3c36fba567a123336db7364f32c23073636fc7b31a7fe3ebe8')).toBe('0f3a moved to sha256:adf9b35951e1');
    expect([spanWords(4_200), spanWords(89_000), spanWords(7_500_000)]).toEqual(['4 s', '1 min 29 s', '2 h 05 min']);
    expect(`${dayWords(at('2026-11-22T21:05:09Z'), sydney)} ${clockWords(at('2026-11-22T21:05:09Z'), sydney)}`).toBe('Mon 23 Nov 08:05:09');
  });
});
