// The hours at an instant and their edges: windows, holidays, exceptions, midnight, and both clock shifts in both hemispheres.
import { describe, expect, it } from 'vitest';
import { clockShifts, edges, nextEdge, scheduledState } from '../../shared/domain/hours-decisions.ts';
import { askSchedules } from '../../shared/domain/hours-schedules.ts';
import type { Hours } from '../../shared/domain/hours.ts';

const office: Hours = {
  words: 'mon-fri 07:00-20:00',
  timeZone: 'Australia/Sydney',
  windows: [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }],
  holidays: [],
  exceptions: [],
};
const late: Hours = { ...office, words: 'fri 22:00-02:00', windows: [{ days: [5], from: '22:00', to: '02:00' }] };
const early = (timeZone: string): Hours => ({
  words: 'sun 02:30-05:00',
  timeZone,
  windows: [{ days: [7], from: '02:30', to: '05:00' }],
  holidays: [],
  exceptions: [],
});

describe('scheduledState', () => {
  it.each([
    ['Monday a second before seven', '2026-11-22T19:59:59Z', 'off'],
    ['Monday at seven', '2026-11-22T20:00:00Z', 'at-work'],
    ['Monday a second before eight in the evening', '2026-11-23T08:59:59Z', 'at-work'],
    ['Monday at eight in the evening', '2026-11-23T09:00:00Z', 'off'],
    ['Saturday at noon', '2026-11-28T01:00:00Z', 'off'],
  ])('S1: in Sydney %s is %s', (_, at, state) => {
    expect(scheduledState(office, at)).toBe(state);
  });

  it('S1: a window past midnight belongs to the day it began on', () => {
    expect(scheduledState(late, '2026-11-27T14:59:00Z')).toBe('at-work');
    expect(scheduledState(late, '2026-11-27T15:00:00Z')).toBe('off');
    expect(scheduledState(late, '2026-11-26T14:00:00Z')).toBe('off');
  });

  it('S1: on a holiday no window begins, and an exception has windows of its own', () => {
    const hours: Hours = {
      ...office,
      holidays: ['2026-11-23'],
      exceptions: [{ date: '2026-11-28', windows: [{ from: '10:00', to: '12:00' }], why: 'release' }],
    };
    expect(scheduledState(hours, '2026-11-22T23:00:00Z')).toBe('off');
    expect(scheduledState(hours, '2026-11-27T23:30:00Z')).toBe('at-work');
    expect(
      scheduledState({ ...office, exceptions: [{ date: '2026-11-24', windows: [], why: 'stocktaking' }] }, '2026-11-23T23:00:00Z'),
    ).toBe('off');
  });

  it('S1: windows that touch are one', () => {
    const always: Hours = { ...office, windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00' }] };
    expect(scheduledState(always, '2026-11-23T13:00:00Z')).toBe('at-work');
    expect(edges(always, '2026-11-23T00:00:00Z', 14)).toEqual([]);
    expect(nextEdge(always, '2026-11-23T00:00:00Z')).toBeNull();
  });
});

describe('edges', () => {
  it('S1: a week has ten of them', () => {
    const week = edges(office, '2026-11-22T00:00:00Z', 7);
    expect(week).toHaveLength(10);
    expect(week.slice(0, 3)).toEqual([
      { at: '2026-11-22T20:00:00.000Z', to: 'at-work', shift: 'none' },
      { at: '2026-11-23T09:00:00.000Z', to: 'off', shift: 'none' },
      { at: '2026-11-23T20:00:00.000Z', to: 'at-work', shift: 'none' },
    ]);
  });

  it('S1: the clock goes forward in Sydney: an edge inside the gap falls on its end, and the day is marked', () => {
    expect(edges(early('Australia/Sydney'), '2026-10-03T00:00:00Z', 2)).toEqual([
      { at: '2026-10-03T16:00:00.000Z', to: 'at-work', shift: 'forward' },
      { at: '2026-10-03T18:00:00.000Z', to: 'off', shift: 'forward' },
    ]);
  });

  it('S1: the clock goes back in Sydney: an edge inside the repeated hour happens once, at its first time', () => {
    expect(edges(early('Australia/Sydney'), '2027-04-03T00:00:00Z', 2)).toEqual([
      { at: '2027-04-03T15:30:00.000Z', to: 'at-work', shift: 'back' },
      { at: '2027-04-03T19:00:00.000Z', to: 'off', shift: 'back' },
    ]);
  });

  it('S1: both shifts in New York, with 02:30 in the gap and 01:30 in the repeated hour', () => {
    expect(edges(early('America/New_York'), '2027-03-14T00:00:00Z', 1).map(({ at }) => at)).toEqual([
      '2027-03-14T07:00:00.000Z',
      '2027-03-14T09:00:00.000Z',
    ]);
    const repeated = { ...early('America/New_York'), windows: [{ days: [7], from: '01:30', to: '05:00' }] };
    expect(edges(repeated, '2026-11-01T00:00:00Z', 1).map(({ at }) => at)).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T10:00:00.000Z',
    ]);
    expect(scheduledState(repeated, '2026-11-01T06:15:00Z')).toBe('at-work');
  });
});

describe('clockShifts', () => {
  it('S1: the day on which the clock shifts is named though no hours touch it', () => {
    expect(clockShifts('Australia/Sydney', '2026-10-01T00:00:00Z', 14)).toEqual([{ date: '2026-10-04', shift: 'forward' }]);
    expect(clockShifts('America/New_York', '2026-10-20T03:30:00Z', 14)).toEqual([{ date: '2026-11-01', shift: 'back' }]);
    expect(clockShifts('Australia/Sydney', '2026-10-03T13:30:00Z', 1)).toEqual([{ date: '2026-10-04', shift: 'forward' }]);
    expect(clockShifts('Asia/Tokyo', '2026-10-01T00:00:00Z', 14)).toEqual([]);
  });
});

describe('askSchedules', () => {
  it('S12: asks a lead before each edge, on the day that lead falls on', () => {
    expect(askSchedules(office, { wake: 30, sleep: 15 })).toEqual([
      { key: '1', to: 'at-work', expression: 'cron(30 6 ? * MON,TUE,WED,THU,FRI *)' },
      { key: '1', to: 'off', expression: 'cron(45 19 ? * MON,TUE,WED,THU,FRI *)' },
    ]);
    const midnight = { ...office, windows: [{ days: [1], from: '00:10', to: '00:05' }] };
    expect(askSchedules(midnight, { wake: 30, sleep: 15 }).map(({ expression }) => expression)).toEqual([
      'cron(40 23 ? * SUN *)',
      'cron(50 23 ? * MON *)',
    ]);
  });

  it('S1: an exception is asked for once', () => {
    const hours = {
      ...office,
      windows: [],
      exceptions: [{ date: '2026-12-24', windows: [{ from: '08:00', to: '12:00' }], why: 'Christmas Eve' }],
    };
    expect(askSchedules(hours, { wake: 30, sleep: 15 }).map(({ expression }) => expression)).toEqual([
      'at(2026-12-24T07:30:00)',
      'at(2026-12-24T11:45:00)',
    ]);
  });
});
