// Which tag counts: fixed, semver range or pattern (R4).
import { describe, expect, it } from 'vitest';
import { compareVersions, inRange, matches, selectTag, type TaggedImage } from '../../shared/domain/redeploy-tags.ts';

const image = (digest: string, tags: readonly string[], pushedAt: string | null = null): TaggedImage => ({ digest, tags, pushedAt });

describe('tag rules', () => {
  it('R4: a fixed tag is whatever it points to now', () => {
    const images = [image('sha256:old', ['v1']), image('sha256:new', ['v2', 'latest'])];
    expect(selectTag({ kind: 'fixed', value: 'latest' }, images)?.image.digest).toBe('sha256:new');
    expect(selectTag({ kind: 'fixed', value: 'stable' }, images)).toBeNull();
  });

  it('R4: of a semver range the highest version wins, not the newest push', () => {
    const images = [
      image('sha256:a', ['2.10.0'], '2026-01-01T00:00:00Z'),
      image('sha256:b', ['2.9.9'], '2026-02-01T00:00:00Z'),
      image('sha256:c', ['3.0.0'], '2026-03-01T00:00:00Z'),
    ];
    expect(selectTag({ kind: 'semver', value: '^2.1' }, images)).toMatchObject({ tag: '2.10.0', image: { digest: 'sha256:a' } });
  });

  it('R4: of a pattern the newest push wins', () => {
    const images = [
      image('sha256:a', ['main-9'], '2026-01-02T00:00:00Z'),
      image('sha256:b', ['main-10'], '2026-01-01T00:00:00Z'),
      image('sha256:c', ['dev-1'], '2026-01-03T00:00:00Z'),
    ];
    expect(selectTag({ kind: 'pattern', value: 'main-*' }, images)?.tag).toBe('main-9');
  });

  it('R4: of a pattern the highest number wins where the registry does not tell when a tag was pushed', () => {
    const images = ['build-9', 'build-10', 'build-8'].map((tag) => ({ digest: tag, tags: [tag], pushedAt: null }));
    expect(selectTag({ kind: 'pattern', value: 'build-*' }, images)?.tag).toBe('build-10');
  });

  it.each([
    ['1.2.3', '^1.2.0', true],
    ['v1.2.3', '^1.2.0', true],
    ['2.0.0', '^1.2.0', false],
    ['0.2.9', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['1.2.9', '~1.2.3', true],
    ['1.3.0', '~1.2.3', false],
    ['1.9.0', '~1', true],
    ['2.4.1', '2.x', true],
    ['2.4.1', '2', true],
    ['3.0.0', '2', false],
    ['2.4.1', '>=2.1 <2.5', true],
    ['2.5.0', '>=2.1 <2.5', false],
    ['2.5.0', '<=2.5.0', true],
    ['2.5.0', '>2.5.0', false],
    ['1.0.0', '*', true],
    ['1.0.0-rc.1', '*', false],
    ['1.0.0-rc.1', '>=1.0.0-rc.0', true],
    ['latest', '*', false],
    ['20240101', '*', false],
  ])('R4: %s in %s is %s', (tag, range, expected) => {
    expect(inRange(tag, range)).toBe(expected);
  });

  it('R4: a range nobody can read is an error, never "any version"', () => {
    expect(() => inRange('1.0.0', 'newest')).toThrow('Version range part "newest" is not understood');
  });

  it.each([
    ['1.0.0-alpha', '1.0.0-alpha.1', -1],
    ['1.0.0-alpha.1', '1.0.0-alpha.beta', -1],
    ['1.0.0-beta.2', '1.0.0-beta.11', -1],
    ['1.0.0-rc.1', '1.0.0', -1],
    ['1.10.0', '1.9.0', 1],
  ])('R4: %s compared with %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });

  it('R4: a pattern takes its other characters literally', () => {
    expect(matches('release-1.2', 'release-*')).toBe(true);
    expect(matches('v1x2', 'v1.2')).toBe(false);
  });
});
