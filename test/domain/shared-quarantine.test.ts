// What an image that failed in one service means for the services beside it, as a table (R10).
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../shared/domain/image-references.ts';
import { failedBeside } from '../../shared/domain/shared-quarantine.ts';
import { afterPardon, afterQuarantine, BLANK } from '../../shared/domain/service-memory.ts';
import { at, ref } from './own-progress.ts';

const bad = digestOf(ref('b')) ?? '';
const own = { name: 'worker', found: { worker: { digest: bad } }, released: { worker: ref('a') }, atWork: { worker: ref('a') }, quarantine: [] };
const failed = { container: 'api', digest: bad, reason: 'it crashed' };

describe('failedBeside', () => {
  it.each([
    ['the image itself failed in another service', {}, { ...failed, itself: true }, true],
    ['something else was to blame there: AWS refused, a person went back, its group failed', {}, failed, false],
    ['another image failed', {}, { ...failed, digest: digestOf(ref('c')) ?? '', itself: true }, false],
    ['it has released the image itself', { released: { worker: ref('b') } }, { ...failed, itself: true }, false],
    ['its own tasks run it, and are judged', { atWork: { worker: ref('b') } }, { ...failed, itself: true }, false],
    ['it knows already', { quarantine: [{ container: 'worker', digest: bad, reason: 'known' }] }, { ...failed, itself: true }, false],
    ['a person let it go here', { vouched: [bad] }, { ...failed, itself: true }, false],
    ['the service that failed is itself', { name: 'api' }, { ...failed, itself: true }, false],
  ])('R2, R10: %s', (_words, more, entry, keptOut) => {
    const learnt = [{ container: 'worker', digest: bad, reason: 'it failed in api: it crashed', beside: 'api' }];
    expect(failedBeside({ ...own, ...more }, [{ name: 'api', quarantine: [entry] }])).toEqual(keptOut ? learnt : []);
  });

  it('R10: a person who lets it go here is remembered, because it stays quarantined where it failed', () => {
    const [learnt] = failedBeside(own, [{ name: 'api', quarantine: [{ ...failed, itself: true }] }]);
    const memory = afterPardon(afterQuarantine(BLANK, [learnt!, { ...failed, digest: 'sha256:other' }], 'r1', at), [bad, 'sha256:other']);
    expect(memory).toMatchObject({ quarantine: [], vouched: [bad] });
  });
});
