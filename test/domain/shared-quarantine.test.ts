// What an image that failed in one service means for the services beside it, as a table (R10).
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../shared/domain/image-references.ts';
import { failedBeside, leaveOutBad } from '../../shared/domain/shared-quarantine.ts';
import { afterPardon, afterQuarantine, BLANK } from '../../shared/domain/service-memory.ts';
import type { Progress } from '../../shared/domain/rollout-progress.ts';
import { at, own as inStep, ref } from './own-progress.ts';

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

describe('leaveOutBad', () => {
  const failing = (reason: string) => inStep('failing', { reason, facts: { detail: 'it exited with 3' } });
  const after = (reason: string, worker: Progress): Progress | undefined => leaveOutBad({ api: failing(reason), worker }, at)['worker'];
  const failedIn = { service: 'api', why: 'The migration failed: it exited with 3.' };

  it.each([
    ['queued', 'migration-failed', {}, 'failing'],
    ['snapshotting', 'migration-failed', {}, 'failing'],
    ['queued', 'rollout-refused', {}, 'queued'],
    ['queued', 'migration-failed', { images: { api: ref('c') } }, 'queued'],
    ['queued', 'migration-failed', { good: { api: ref('b') } }, 'queued'],
    ['queued', 'migration-failed', { group: 'front' }, 'failing'],
    ['rolling', 'migration-failed', {}, 'rolling'],
    ['migrating', 'migration-failed', {}, 'migrating'],
  ] as const)('R10: what is %s beside one that failed by %s, with %j, is then %s', (step, reason, more, then) => {
    expect(after(reason, inStep(step, more))?.step).toBe(then);
  });

  it('R13: a member of the failed one’s own group falls with the group', () => {
    const group = { api: inStep('failing', { reason: 'migration-failed', group: 'front' }), worker: inStep('queued', { group: 'front' }) };
    expect(leaveOutBad(group, at)).toEqual(group);
  });

  it('R8, R10: a migration that runs beside it ends first, and then its image is left out, however long ago the other failed', () => {
    const running = after('migration-failed', inStep('migrating', { migrate: true, migration: 'task/1' }));
    expect(running).toMatchObject({ step: 'migrating', failedIn });
    const passed = { ...running!, step: 'queued' as const, migrate: false };
    expect(leaveOutBad({ api: inStep('back'), worker: passed }, at)['worker']).toMatchObject({ step: 'failing', reason: 'failed-beside', failedIn });
  });
});
