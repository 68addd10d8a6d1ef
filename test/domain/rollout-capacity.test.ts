import { describe, expect, it } from 'vitest';
import type { Manifest, ManifestService } from '../../shared/domain/manifest.ts';
import { type CapacityFacts, forCapacity, onDemandUntil, withCapacity } from '../../shared/domain/rollout-capacity.ts';
import { dueEffects, fallTogether, type Progress } from '../../shared/domain/rollout-progress.ts';
import { afterVerdict } from '../../shared/domain/rollout-watch.ts';

const own = (more: Partial<Progress> = {}): Progress => ({
  step: 'rolling', since: '2026-11-02T09:20:00.000Z', deadline: '2026-11-02T09:40:00.000Z', images: {}, accept: {}, good: {}, tags: [], taskDefinition: 'app:2', bad: [],
  first: false, group: null, order: 0, reason: 'newer-image', facts: {}, startedAt: '2026-11-02T09:20:00.000Z', snapshot: false, migrate: false, migration: null, ...more,
});
const spot = (unplacedAt: string | null): CapacityFacts => ({ onSpot: true, missing: true, unplacedAt });
const onDemand = (unplacedAt: string | null): CapacityFacts => ({ onSpot: false, missing: true, unplacedAt });

describe('tasks that find no place', () => {
  it.each([
    ['nothing was said', spot(null), '2026-11-02T09:30:00.000Z'],
    ['it was said of the rollout before', spot('2026-11-02T09:19:59.000Z'), '2026-11-02T09:30:00.000Z'],
    ['it was said too long ago', spot('2026-11-02T09:20:30.000Z'), '2026-11-02T09:30:31.000Z'],
    ['Spot has four minutes', spot('2026-11-02T09:23:30.000Z'), '2026-11-02T09:23:59.000Z'],
    ['Spot had a place for all of them in the end', { ...spot('2026-11-02T09:23:30.000Z'), missing: false }, '2026-11-02T09:24:00.000Z'],
    ['on demand they have their time', onDemand('2026-11-02T09:39:00.000Z'), '2026-11-02T09:39:59.000Z'],
  ])('A2: nothing changes while %s', (_, facts, at) => {
    const before = own();
    expect(withCapacity(before, facts, at)).toBe(before);
  });

  it('A2: after four minutes they are to leave Spot, on the way back as well, once', () => {
    for (const step of ['rolling', 'going-back'] as const) {
      const after = withCapacity(own({ step }), spot('2026-11-02T09:23:30.000Z'), '2026-11-02T09:24:00.000Z');
      expect(after.placed).toBe('due');
      expect(dueEffects({ app: after })).toEqual([{ service: 'app', effect: 'place' }]);
    }
    const placed = own({ placed: 'on-demand' });
    expect(withCapacity(placed, spot('2026-11-02T09:30:00.000Z'), '2026-11-02T09:30:00.000Z')).toBe(placed);
    expect(dueEffects({ app: placed })).toEqual([]);
  });

  it('R9: without capacity on demand either the deadline moves on, for three hours, on the way back for two', () => {
    const late = withCapacity(own(), onDemand('2026-11-02T09:39:30.000Z'), '2026-11-02T09:40:00.000Z');
    expect(late).toMatchObject({ step: 'rolling', deadline: '2026-11-02T09:50:00.000Z' });
    const tooLate = own({ deadline: '2026-11-02T12:20:00.000Z' });
    expect(withCapacity(tooLate, onDemand('2026-11-02T12:19:30.000Z'), '2026-11-02T12:20:00.000Z')).toBe(tooLate);
    const back = own({ step: 'going-back', deadline: '2026-11-02T11:20:00.000Z' });
    expect(withCapacity(back, onDemand('2026-11-02T11:19:30.000Z'), '2026-11-02T11:20:00.000Z')).toBe(back);
  });

  it('A2: a service whose rollout has less than four minutes leaves Spot when they are over', () => {
    const short = own({ deadline: '2026-11-02T09:22:00.000Z' });
    expect(withCapacity(short, spot('2026-11-02T09:21:30.000Z'), '2026-11-02T09:21:59.000Z')).toBe(short);
    expect(withCapacity(short, spot('2026-11-02T09:21:30.000Z'), '2026-11-02T09:22:00.000Z')).toMatchObject({ step: 'rolling', placed: 'due' });
  });

  it('R10, R13: a rollout that never had its tasks goes back without blame, and its group with it; the image of one that had them is to blame', () => {
    const late = { kind: 'bad', reason: 'rollout-late', facts: { ready: 1, desired: 3, deployment: 'in progress.' } } as const;
    const [at, settings] = ['2026-11-02T12:20:00.000Z', { bakeSeconds: 300, smoke: false, deadlineSeconds: 1_200 }];
    const end = (unplacedAt: string | null, before = own({ group: 'all' })) => afterVerdict(before, forCapacity(late, before, onDemand(unplacedAt), at), settings, at);
    const waited = end('2026-11-02T12:19:30.000Z');
    expect(waited).toMatchObject({ step: 'failing', reason: 'rollout-no-capacity', blameless: true });
    expect(fallTogether({ app: waited, worker: own({ group: 'all' }) }, at)['worker']).toMatchObject({ step: 'failing', reason: 'group-failed', blameless: true });
    expect(end('2026-11-02T12:09:30.000Z')).toMatchObject({ step: 'failing', reason: 'rollout-late' });
    expect('blameless' in end(null)).toBe(false);
    expect(end('2026-11-02T12:19:30.000Z', own({ step: 'going-back' }))).toMatchObject({ step: 'failed', reason: 'rollout-no-capacity' });
  });

  it('R9: a rollout that bakes has had its tasks', () => {
    const baking = own({ step: 'baking' });
    expect(withCapacity(baking, spot('2026-11-02T09:39:30.000Z'), '2026-11-02T09:40:00.000Z')).toBe(baking);
  });

  it.each([
    ['a service that sleeps', { kind: 'zero' }, true, 'the evening'],
    ['a service that stays', { kind: 'stay' }, true, 'its next rollout'],
    ['a platform without hours', { kind: 'zero' }, false, 'its next rollout'],
  ] as const)('A2: %s goes back to Spot', (_, offHours, withHours, until) => {
    const hours = withHours ? ({ timeZone: 'UTC' } as Manifest['hours']) : null;
    expect(onDemandUntil({ hours }, { offHours } as Pick<ManifestService, 'offHours'>)).toBe(until);
  });
});
