// What a rollout owes to people, once each, as tables (X1).
import { describe, expect, it } from 'vitest';
import { debtsAfter } from '../../shared/domain/rollout-debts.ts';
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
