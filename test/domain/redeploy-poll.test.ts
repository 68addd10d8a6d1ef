// Polling a registry without events: changes, silence and patience (R1).
import { describe, expect, it } from 'vitest';
import { afterAnswer, isDue, NEVER_SEEN } from '../../shared/domain/redeploy-poll.ts';
import { restSeconds, retryAfterSeconds } from '../../shared/domain/registry-limits.ts';

const at = '2026-11-02T09:00:00.000Z';
const seen = { digest: 'sha256:a', failures: 0, askFrom: at };

describe('polling', () => {
  it('R1: a digest never seen before is a change, the same one is not', () => {
    expect(afterAnswer(NEVER_SEEN, { kind: 'digest', digest: 'sha256:a' }, at)).toEqual({ changed: true, seen });
    expect(afterAnswer(seen, { kind: 'digest', digest: 'sha256:a' }, at).changed).toBe(false);
    expect(afterAnswer({ ...seen, failures: 2 }, { kind: 'digest', digest: 'sha256:a' }, at)).toEqual({ changed: false, seen });
  });

  it('R1: a silent registry is left alone for 2, 4, 8 minutes and at most an hour', () => {
    const silent = { kind: 'silent', retryAfter: 0 } as const;
    expect(afterAnswer(seen, silent, at).seen).toEqual({ digest: 'sha256:a', failures: 1, askFrom: '2026-11-02T09:02:00.000Z' });
    expect(afterAnswer({ ...seen, failures: 2 }, silent, at).seen.askFrom).toBe('2026-11-02T09:08:00.000Z');
    expect(afterAnswer({ ...seen, failures: 9 }, silent, at).seen.askFrom).toBe('2026-11-02T10:00:00.000Z');
  });

  it('R1: what the registry says about when to come back counts', () => {
    const { seen: next } = afterAnswer(seen, { kind: 'silent', retryAfter: 7200 }, at);
    expect(next.askFrom).toBe('2026-11-02T11:00:00.000Z');
    expect(isDue(next, '2026-11-02T10:59:59.000Z')).toBe(false);
    expect(isDue(next, '2026-11-02T11:00:00.000Z')).toBe(true);
  });

  it('R1: the first answer after a silence makes up for what was missed', () => {
    expect(afterAnswer({ ...seen, failures: 3 }, { kind: 'digest', digest: 'sha256:b' }, at)).toEqual({
      changed: true,
      seen: { digest: 'sha256:b', failures: 0, askFrom: at },
    });
  });
});

describe('what registries say about their limits', () => {
  it.each([
    ['Docker Hub with nothing left', { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' }, 21_600],
    ['Docker Hub with enough', { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' }, 0],
    ['a reset in seconds', { 'ratelimit-remaining': '2', 'ratelimit-reset': '90' }, 90],
    ['GitHub, with an instant', { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '1795424700', date: 'Mon, 23 Nov 2026 09:00:00 GMT' }, 300],
    ['nothing left and no word until when', { 'ratelimit-remaining': '0' }, 3_600],
    ['more than is reasonable', { 'ratelimit-remaining': '0;w=999999' }, 21_600],
    ['no word at all', {}, 0],
  ])('R1: %s', (_, headers, seconds) => {
    expect(restSeconds(headers)).toBe(seconds);
  });

  it('R1: Retry-After is a number of seconds or a date', () => {
    expect(retryAfterSeconds({ 'retry-after': '90' })).toBe(90);
    expect(retryAfterSeconds({ 'retry-after': 'Mon, 23 Nov 2026 09:02:00 GMT', date: 'Mon, 23 Nov 2026 09:00:00 GMT' })).toBe(120);
    expect([retryAfterSeconds({}), retryAfterSeconds({ 'retry-after': 'soon' })]).toEqual([0, 0]);
  });

  it('R1: an answer that leaves no requests is the last one until there are some again', () => {
    const { seen: next, changed } = afterAnswer(seen, { kind: 'digest', digest: 'sha256:b', rest: 300 }, at);
    expect([changed, next.askFrom]).toEqual([true, '2026-11-02T09:05:00.000Z']);
  });
});
