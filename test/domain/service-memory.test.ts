// What a service's record keeps: releases, quarantine, and an image that is held while another one is rolled out (R5, R8, R10, R13).
import { describe, expect, it } from 'vitest';
import { untilWords } from '../../shared/domain/quarantine-end.ts';
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

describe('service memory', () => {
  it('R5: a release remembers the one before it', () => {
    expect(afterRelease(released, { api: ref('b') }, 'rev:8', 'r1', at)).toMatchObject({
      released: { api: ref('b') },
      previous: { api: ref('a') },
      releasedAt: at,
    });
  });

  it('X1: releasing twice does not lose the previous release', () => {
    const once = afterRelease(released, { api: ref('b') }, 'rev:8', 'r1', at);
    expect(afterRelease(once, { api: ref('b') }, 'rev:8', 'r1', at)).toMatchObject({ previous: { api: ref('a') } });
  });

  it('R5, R10: what was gone back from is no release to go back to, however often somebody asks', () => {
    const second = afterRelease(released, { api: ref('b') }, 'rev:8', 'r1', at);
    const left = afterQuarantine(second, [{ container: 'api', digest: `sha256:${'b'.repeat(64)}`, reason: 'ana went back' }], 'r2', at);
    const back = afterRelease(left, { api: ref('a') }, 'rev:9', 'r2', at);
    expect(back).toMatchObject({ released: { api: ref('a') }, previous: null });
    expect(afterRelease(back, { api: ref('c') }, 'rev:10', 'r3', at)).toMatchObject({ previous: { api: ref('a') } });
  });

  it('R10: a newer release ends the quarantine of older digests, going back does not', () => {
    const quarantined = afterQuarantine(released, [{ container: 'api', digest: `sha256:${'b'.repeat(64)}`, reason: 'crash' }], 'r1', at);
    expect(quarantined.quarantine).toHaveLength(1);
    expect(afterRelease(quarantined, { api: ref('c') }, 'rev:9', 'r2', at).quarantine).toEqual([]);
    expect(afterRelease(quarantined, { api: ref('c') }, 'rev:9', 'r1', at).quarantine).toHaveLength(1);
  });

  it('R8: an image waits since it was first held, and people are told once per reason', () => {
    const first = afterHolding(released, { api: ref('b') }, 'too-young', 'too young', '2026-11-02T09:00:00.000Z');
    expect(first.staged).toMatchObject({ since: '2026-11-02T09:00:00.000Z', told: false });
    const told = { ...first, staged: { ...first.staged!, told: true } };
    expect(afterHolding(told, { api: ref('b') }, 'too-young', 'too young', at).staged).toMatchObject({
      since: '2026-11-02T09:00:00.000Z',
      told: true,
    });
    expect(afterHolding(told, { api: ref('b') }, 'approval-due', 'approve it', at).staged).toMatchObject({
      since: '2026-11-02T09:00:00.000Z',
      told: false,
    });
    expect(afterHolding(told, { api: ref('c') }, 'too-young', 'too young', at).staged).toMatchObject({ since: at, told: false });
    expect(afterQuarantine(told, [], 'r1', at).staged).toEqual(told.staged);
  });

  it('R10, R13: a quarantine says what ends it: a newer image of its own, or of the member of the group that failed, and a person at any time', () => {
    const bad = [{ container: 'api', digest: `sha256:${'b'.repeat(64)}`, reason: 'crash' }];
    const [own] = afterQuarantine(released, bad, 'r1', at).quarantine;
    const [guilty] = afterQuarantine(released, [{ ...bad[0]!, because: 'worker' }], 'r1', at).quarantine;
    expect([own, guilty].map((entry) => entry?.until)).toEqual([
      { kind: 'newer-image', of: 'api' },
      { kind: 'newer-image-of-group', of: 'worker' },
    ]);
    expect([own, guilty].map((entry) => untilWords(entry!.until))).toEqual([
      'until a newer one is pushed or a person lets it go',
      'until worker has a newer image or a person lets it go',
    ]);
  });

  it('R10: a digest is quarantined once', () => {
    const bad = [{ container: 'api', digest: `sha256:${'b'.repeat(64)}`, reason: 'crash' }];
    expect(afterQuarantine(afterQuarantine(released, bad, 'r1', at), bad, 'r2', at).quarantine).toHaveLength(1);
  });
});
