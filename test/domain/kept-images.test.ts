// Which images get a tag of the automation's own, and by which rules a repository forgets the others, as tables (R5, R10, R12).
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../local/services/events/pattern.ts';
import { pushPattern } from '../../shared/contracts/redeploy.ts';
import { expiryRules, keptImages, stagedImages, tagForGood } from '../../shared/domain/kept-images.ts';
import type { WatchedImage } from '../../shared/domain/manifest.ts';
import type { Image, Platform, Tag } from '../../shared/domain/platform.ts';
import { watchedTags } from '../../shared/domain/wiring.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const ref = (letter: string, repository = 'shop'): string => `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${repository}@${digest(letter)}`;
const own: WatchedImage = { registry: 'ecr', repository: 'shop', tag: { kind: 'fixed', value: 'latest' }, own: true };
const { own: _own, ...existing } = own;
const oci: WatchedImage = { ...existing, registry: 'oci', repository: 'ghcr.io/example/shop' };
const service = (image: WatchedImage | null) => ({ name: 'api', containers: [{ name: 'app', image, parameter: '/api' }] });

describe('keptImages', () => {
  const released = { repository: 'shop', tag: 'dayshift-released-api.app', digest: digest('b') };
  const previous = { repository: 'shop', tag: 'dayshift-previous-api.app', digest: digest('a') };

  it.each([
    ['its first release', own, { released: { app: ref('b') }, previous: null }, [released]],
    ['a release with one before it, that one first', own, { released: { app: ref('b') }, previous: { app: ref('a') } }, [previous, released]],
    ['no release yet', own, { released: {}, previous: null }, []],
    ['a release from the repository the file named before', own, { released: { app: ref('b') }, previous: { app: ref('a', 'old') } }, [released]],
    ['a repository somebody else made', existing, { released: { app: ref('b') }, previous: null }, []],
    ['another registry', oci, { released: { app: `ghcr.io/example/shop@${digest('b')}` }, previous: null }, []],
    ['an image that is never rolled', null, { released: {}, previous: null }, []],
  ])('R5, R10: of %s', (_, image, memory, kept) => {
    expect(keptImages(service(image), memory)).toEqual(kept);
  });

  it('R12: what is staged has a tag of its own', () => {
    expect(stagedImages(service(own), { app: ref('c') })).toEqual([{ repository: 'shop', tag: 'dayshift-staged-api.app', digest: digest('c') }]);
    expect(stagedImages(service(existing), { app: ref('c') })).toEqual([]);
  });

  it('R5: where tags are immutable the image has a tag for itself', () => {
    expect(tagForGood(released)).toBe('dayshift-released-api.app-bbbbbbbbbbbb');
  });
});

const image = (kind: 'repository' | 'existing', tag: Tag): Image => ({ kind, repository: 'shop', tag });
const platformOf = (...images: readonly Image[]): Platform => {
  const containers = Object.fromEntries(images.map((one, index) => [`container${index}`, { image: one }]));
  return { services: { web: { containers } } } as unknown as Platform;
};

describe('rules of a repository', () => {
  it.each([
    ['a fixed tag, once', [image('repository', { kind: 'fixed', value: 'latest' }), image('repository', { kind: 'fixed', value: 'latest' })], ['latest']],
    ['versions, whatever the range', [image('repository', { kind: 'semver', value: '^2.1' })], ['*.*.*']],
    ['a pattern', [image('repository', { kind: 'pattern', value: 'release-*' })], ['release-*']],
    ['a pattern with more stars than ECR takes, wider', [image('repository', { kind: 'pattern', value: 'b*u*i*l*d*-x' })], ['b*u*i*l*']],
    ['a repository somebody else made', [image('existing', { kind: 'fixed', value: 'latest' })], []],
  ])('R12, S4: what is watched in it: %s', (_, images, patterns) => {
    expect(watchedTags(platformOf(...images), 'shop')).toEqual(patterns);
  });

  it('R5, R10, R12: what runs first, then what is watched, then the newest of all', () => {
    expect(expiryRules(['latest', 'release-*'], 10).map(({ rulePriority, selection }) => [rulePriority, selection])).toEqual([
      [1, { tagStatus: 'tagged', tagPatternList: ['dayshift-*'], countType: 'imageCountMoreThan', countNumber: 1_000 }],
      [2, { tagStatus: 'tagged', tagPatternList: ['latest'], countType: 'imageCountMoreThan', countNumber: 1 }],
      [3, { tagStatus: 'tagged', tagPatternList: ['release-*'], countType: 'imageCountMoreThan', countNumber: 10 }],
      [4, { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 }],
    ]);
  });
});

describe('the event rule of pushes', () => {
  it.each([
    ['a tag that a build gave', { 'image-tag': 'latest' }, true],
    ['a tag by which an image is kept', { 'image-tag': 'dayshift-released-api.app' }, false],
    ['none', {}, false],
  ])('R1, R5: %s', (_, tagged, starts) => {
    const detail = { 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': 'shop', ...tagged };
    expect(compilePattern(pushPattern(['shop']))({ source: 'aws.ecr', 'detail-type': 'ECR Image Action', detail })).toBe(starts);
  });
});
