// Hours as people write them, and what is told to those who write something else.
import { describe, expect, it } from 'vitest';
import { isDate, readWindows, spanOf } from '../../shared/domain/hours-words.ts';

describe('hours in words', () => {
  it.each([
    ['mon-fri 07:00-20:00', [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }]],
    ['weekdays 7-20', [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }]],
    ['daily 06:00-22:00', [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '22:00' }]],
    ['06:00-22:00', [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '22:00' }]],
    [
      'mon, wed 07:00-12:00; sat 09:00-13:00',
      [
        { days: [1, 3], from: '07:00', to: '12:00' },
        { days: [6], from: '09:00', to: '13:00' },
      ],
    ],
    ['Mon - Fri 07:00 - 20:00', [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }]],
    ['fri-mon 22:00-02:00', [{ days: [1, 5, 6, 7], from: '22:00', to: '02:00' }]],
    ['sunday 00:00-24:00', [{ days: [7], from: '00:00', to: '00:00' }]],
    ['tuesday and thursday 08:30-17:15', [{ days: [2, 4], from: '08:30', to: '17:15' }]],
  ])('S1: %s', (words, windows) => {
    expect(readWindows(words)).toEqual({ ok: true, windows });
  });

  it.each([
    ['', 'no window is named'],
    ['mon-fry 07:00-20:00', "'mon-fry' is not a day"],
    ['mon-fri', "'mon-fri' has no time span such as 07:00-20:00"],
    ['mon-fri 07:00-25:00', "'mon-fri 07:00-25:00' has no time span such as 07:00-20:00"],
    ['mon-fri 09:00-09:00', "'mon-fri 09:00-09:00' has no time span such as 07:00-20:00"],
  ])('S1: %j is refused', (words, problem) => {
    expect(readWindows(words)).toEqual({ ok: false, problem });
  });

  it('S1: a span of one day', () => {
    expect(spanOf('07:00-12:00')).toEqual({ from: '07:00', to: '12:00' });
    expect(spanOf('noon')).toBeNull();
  });

  it('S1: a date exists or it does not', () => {
    expect(['2024-02-29', '2026-02-29', '2026-13-01', '2026-12-25', 'Christmas'].map(isDate)).toEqual([true, false, false, true, false]);
  });
});
