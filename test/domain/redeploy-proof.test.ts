// The proof of a staged image while the platform sleeps: what its task's end says about the image (R12).
import { describe, expect, it } from 'vitest';
import { planRollout, type PlanEntry } from '../../shared/domain/rollout-plan.ts';
import { dueEffects, fallTogether, nextAction, type Progress, type Step } from '../../shared/domain/rollout-progress.ts';
import { afterProof, provesNow, type TaskOutcome } from '../../shared/domain/rollout-proof.ts';
import { withOldProofs } from '../../shared/domain/rollout-round.ts';

const at = '2026-11-02T23:10:00.000Z';
const own = (step: Step, more: Partial<Progress> = {}): Progress => ({
  step,
  since: '2026-11-02T23:00:00.000Z',
  deadline: '2026-11-02T23:10:00.000Z',
  images: { api: 'repo@sha256:b' },
  accept: {},
  good: { api: 'repo@sha256:a' },
  tags: [],
  taskDefinition: 'family:2',
  bad: [],
  first: false,
  group: null,
  order: 0,
  reason: 'staged-asleep',
  facts: { service: 'api' },
  startedAt: null,
  snapshot: false,
  migrate: false,
  migration: null,
  prove: true,
  proof: 'task/1',
  ...more,
});
const boots = { container: null, command: null, timeoutSeconds: 600, graceSeconds: 60, bakeSeconds: 120 };
const checks = { ...boots, container: 'api', command: ['check'] };
const up = (health: TaskOutcome['health'], startedAt: string): TaskOutcome => ({ stopped: false, exitCode: null, reason: '', health: health ?? 'UNKNOWN', startedAt });
const ended = (exitCode: number | null, reason = ''): TaskOutcome => ({ stopped: true, exitCode, reason });
const before = '2026-11-02T23:09:00.000Z';

describe('afterProof', () => {
  it.each([
    ['its command ends with 0', ended(0), checks, true, 'tried', 'proven-asleep'],
    ['its command fails', ended(2), checks, true, 'failing', 'proof-failed'],
    ['it ends although it should serve', ended(0), boots, true, 'failing', 'proof-failed'],
    ['its image cannot be pulled', ended(null, 'CannotPullContainerError: not found'), boots, true, 'failing', 'proof-failed'],
    ['Fargate could not start it', ended(null, 'ResourceInitializationError: timeout'), boots, true, 'tried', 'proof-unsaid'],
    ['it is healthy since the bake time', up('HEALTHY', '2026-11-02T23:07:00.000Z'), boots, true, 'tried', 'proven-asleep'],
    ['it is up for grace and bake time without a health check', up('UNKNOWN', '2026-11-02T23:06:00.000Z'), boots, true, 'tried', 'proven-asleep'],
    ['it is healthy for less than the bake time', up('HEALTHY', '2026-11-02T23:08:30.000Z'), boots, true, 'proving', 'staged-asleep'],
    ['it is up, but not long enough without a health check', up('UNKNOWN', '2026-11-02T23:06:00.001Z'), boots, true, 'proving', 'staged-asleep'],
    ['its health check fails', up('UNHEALTHY', '2026-11-02T23:00:00.000Z'), boots, true, 'failing', 'proof-failed'],
    ['the platform wakes meanwhile', up('UNKNOWN', '2026-11-02T23:08:30.000Z'), boots, false, 'tried', 'staged-asleep'],
  ] as const)('R12: when %s', (_when, outcome, settings, asleep, step, reason) => {
    expect(afterProof(own('proving'), outcome, settings, asleep, before)).toMatchObject({ step, reason });
  });

  it('R12: a proof that is not over at its deadline has failed', () => {
    expect(afterProof(own('proving'), up('UNKNOWN', at), checks, true, at)).toMatchObject({ step: 'failing', reason: 'proof-late' });
  });
});

describe('the steps of a proof', () => {
  it('R12: the task is stopped once it is tried, then the rollout settles', () => {
    expect(nextAction({ api: own('proving') }, [])).toBe('watch');
    expect(dueEffects({ api: own('tried') })).toEqual([{ service: 'api', effect: 'conclude' }]);
    expect(nextAction({ api: own('staged') }, [])).toBe('settle');
  });

  it('R12, R13: a group stays staged only when all of it is tried, and falls together', () => {
    const group = { api: own('tried', { group: 'all' }), web: own('proving', { group: 'all' }) };
    expect(dueEffects(group)).toEqual([]);
    const fallen = fallTogether({ ...group, web: own('failing', { group: 'all', reason: 'proof-failed' }) }, at);
    expect(fallen['api']).toMatchObject({ step: 'failing', reason: 'group-failed' });
  });

  it('R12: only what is staged because the platform sleeps is tried, the last good image is not', () => {
    expect(provesNow(boots, own('staging'))).toBe(true);
    expect(provesNow(boots, own('staging', { reason: 'restore-good' }))).toBe(false);
    expect(provesNow(null, own('staging'))).toBe(false);
  });

  it('R12, R13: one member of a group that asks for a proof makes the others wait for it', () => {
    const entry = (name: string, proveAsleep: object | null): PlanEntry => ({
      decision: { service: name, action: 'stage', reason: 'staged-asleep', facts: {}, images: {}, remember: { quarantine: [], pardon: [] } },
      situation: { service: name, exists: true, desired: 0, configured: 1, running: {}, found: {}, silent: null, released: {}, previous: null, migrated: null, quarantine: [], hold: null },
      settings: { name, needs: [], rollout: { group: name === 'other' ? null : 'all', deadlineSeconds: 60, proveAsleep, gates: { migration: null } } },
      revision: 'family:1',
    });
    const planned = planRollout([entry('api', boots), entry('web', null), entry('other', null)], at);
    expect(Object.entries(planned).map(([name, { prove }]) => [name, prove])).toEqual([['api', true], ['web', true], ['other', undefined]]);
  });

  it('R4, R12: a newer image ends the proof of the one it overtakes', () => {
    const newer = withOldProofs({ api: own('staging', { proof: null }) }, { api: own('proving') });
    expect(newer['api']?.proof).toBe('task/1');
  });
});
