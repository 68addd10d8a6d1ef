// What a waking outside the hours cost: who is counted, and from when to when.
import { describe, expect, it } from 'vitest';
import type { Hours } from '../../shared/domain/hours.ts';
import { extraSeconds } from '../../shared/domain/waking-cost.ts';

const hours: Hours = {
  words: 'mon-fri 07:00-20:00',
  timeZone: 'UTC',
  windows: [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }],
  holidays: [],
  exceptions: [],
};
const waking = (kind: string, startedAt: string) => ({ kind, by: 'mara', startedAt });

describe('a waking outside the hours', () => {
  it.each([
    ['a visit at ten in the evening is paid until it sleeps again', 'visit', '2026-11-23T22:00:00Z', '2026-11-24T00:30:00Z', 9_000],
    ['a link pressed at five is paid until work begins at seven', 'link', '2026-11-24T05:00:00Z', '2026-11-24T20:05:00Z', 7_200],
    ['on a Saturday somebody who works until four pays for it', 'operator', '2026-11-28T10:00:00Z', '2026-11-28T16:00:00Z', 21_600],
    ['the clock’s own waking costs nothing more', 'schedule', '2026-11-24T06:31:00Z', '2026-11-24T20:05:00Z', 0],
    ['the reconciler’s either', 'reconcile', '2026-11-24T07:10:00Z', '2026-11-24T20:05:00Z', 0],
    ['a visit in working hours is what the hours are for', 'visit', '2026-11-24T12:00:00Z', '2026-11-24T20:05:00Z', 0],
  ])('S10: %s', (_, kind, startedAt, asleepAt, seconds) => {
    expect(extraSeconds(waking(kind, startedAt), hours, asleepAt)).toBe(seconds);
  });

  it('S10: without hours every waking is somebody’s wish', () => {
    expect(extraSeconds(waking('visit', '2026-11-24T12:00:00Z'), null, '2026-11-24T13:00:00Z')).toBe(3_600);
  });
});
