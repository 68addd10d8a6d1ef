// Whether an interruption of the night is news: the same cause meets every attempt, people hear of it once (X1).
import { describe, expect, it } from 'vitest';
import { causeOf, isTold, type Interruption } from '../../shared/domain/interruption.ts';

const told: Interruption = { story: 'sleep', night: '2026-11-23T09:00Z', cause: 'AccessDenied: no', at: '2026-11-23T09:00:30Z', by: 'evening' };
const next: Interruption = { ...told, at: '2026-11-23T09:20:00Z', by: 'reconcile-1' };

describe('isTold', () => {
  it.each([
    ['the next attempt meets the same cause', told, next, true],
    ['hours later in the same night as well', told, { ...next, at: '2026-11-24T12:00:00Z' }, true],
    ['another cause is news', told, { ...next, cause: 'AccessDenied: not this either' }, false],
    ['another story is news', told, { ...next, story: 'wake' }, false],
    ['another night is news', told, { ...next, night: '2026-11-24T09:00Z' }, false],
    ['X1: the execution that told it tells it again, its door may have died before it could', told, { ...next, by: 'evening' }, false],
    ['nothing was told before', undefined, next, false],
    ['before a night began the evening counts', { ...told, night: null }, { ...next, night: null }, true],
    ['and the next evening is another', { ...told, night: null }, { ...next, night: null, at: '2026-11-24T09:00:30Z' }, false],
  ] as const)('%s', (_, known, now, expected) => {
    expect(isTold(known, now)).toBe(expected);
  });

  it('what AWS names anew at each attempt makes no other cause', () => {
    expect(causeOf('Sandbox.Timedout: 2026-11-23T09:00:30.123Z RequestId: 0f0e0d0c-1111-4222-8333-444455556666 Error: Task timed out after 30.00 seconds')).toBe(
      'Sandbox.Timedout: … RequestId: … Error: Task timed out after 30.00 seconds',
    );
  });
});
