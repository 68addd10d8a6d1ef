// What a service's record keeps of an image that is held while another one is rolled out (R8, R10).
import { expect, it } from 'vitest';
import { afterHolding, afterQuarantine, afterRelease, BLANK } from '../../shared/domain/service-memory.ts';
import { at, ref } from './own-progress.ts';

const released = { ...BLANK, released: { api: ref('a') }, releasedAt: '2026-11-01T00:00:00.000Z' };

it('R8, R10: a newer image that is held waits on, whatever becomes of the rollout before it; an older one is over with it', () => {
  const held = afterHolding(released, { api: ref('c') }, 'approval-due', 'approve it', '2026-11-02T09:05:00.000Z');
  const after = (images: Record<string, string>, began: string) => afterRelease(held, images, 'rev:8', 'r1', '2026-11-02T09:20:00.000Z', began).staged;
  expect(after({ api: ref('b') }, '2026-11-02T09:00:00.000Z')).toMatchObject({ images: { api: ref('c') } });
  expect(after({ api: ref('c') }, '2026-11-02T09:00:00.000Z')).toBeNull();
  expect(after({ api: ref('b') }, '2026-11-02T09:10:00.000Z')).toBeNull();
  const bad = (letter: string) => afterQuarantine(held, [{ container: 'api', digest: `sha256:${letter.repeat(64)}`, reason: 'crash' }], 'r1', at).staged;
  expect(bad('b')).toMatchObject({ images: { api: ref('c') } });
  expect(bad('c')).toBeNull();
});
