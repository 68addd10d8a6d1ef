// What a rollout owes to people, once each, as tables (X1).
import { describe, expect, it } from 'vitest';
import { awaitsLastWords, debtsAfter } from '../../shared/domain/rollout-debts.ts';
import { own } from './own-progress.ts';

describe('debtsAfter', () => {
  it('X1: a failure and an end are owed once', () => {
    const failing = { progress: { a: own('failing') }, owed: [] };
    expect(debtsAfter(failing, { a: own('going-back') })).toEqual(['failed']);
    const going = { progress: { a: own('going-back') }, owed: [] };
    expect(debtsAfter(going, { a: own('back') })).toEqual(['finished']);
    expect(debtsAfter({ progress: { a: own('back') }, owed: [] }, { a: own('back') })).toEqual([]);
    expect(debtsAfter(failing, { a: own('failed') })).toEqual(['failed']);
    expect(debtsAfter(going, { a: own('failed') })).toEqual(['finished']);
  });

  it('R13: what only follows another service back is told with that one, however much later its migration ended', () => {
    const before = { progress: { a: own('going-back'), b: own('failing', { reason: 'group-failed' }) }, owed: [] };
    expect(debtsAfter(before, { a: own('going-back'), b: own('going-back', { reason: 'group-failed' }) })).toEqual(['followed']);
    expect(debtsAfter(before, { a: own('going-back'), b: own('failed', { reason: 'no-good-image' }) })).toEqual(['failed']);
  });

  it('X1: what was merely taken over is history, not news', () => {
    expect(debtsAfter({ progress: { a: own('rolling') }, owed: [] }, { a: own('superseded') })).toEqual([]);
  });
});

describe('awaitsLastWords', () => {
  const failed = { progress: { a: own('failed', { reason: 'migration-failed', since: '2026-11-23T10:00:00.000Z' }) }, owed: ['failed'] };

  it.each([
    ['right after a task failed', failed, [], '2026-11-23T10:00:01.000Z', true],
    ['when they are there', failed, ['KeyError'], '2026-11-23T10:00:01.000Z', false],
    ['when they did not come', failed, [], '2026-11-23T10:00:05.000Z', false],
    ['of a failure nobody has words for', { ...failed, progress: { a: own('failed', { reason: 'smoke-failed', since: '2026-11-23T10:00:00.000Z' }) } }, [], '2026-11-23T10:00:01.000Z', false],
    ['when nothing is to be told', { ...failed, owed: [] }, [], '2026-11-23T10:00:01.000Z', false],
  ] as const)('R10: %s', (_, rollout, lines, at, waits) => {
    expect(awaitsLastWords(rollout, lines, at)).toBe(waits);
  });
});
