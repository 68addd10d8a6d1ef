// The order of a rollout's steps, atomic groups, rounds and holds (R4, R6, R8, R10, R11, R13).
import { describe, expect, it } from 'vitest';
import { gateAnswers } from '../../shared/domain/gate-answers.ts';
import { holdOf, type HoldFacts } from '../../shared/domain/redeploy-holds.ts';
import { dueEffects, fallTogether, nextAction, resultOf, type Progress } from '../../shared/domain/rollout-progress.ts';
import { afterLook, askedAgain, isNews } from '../../shared/domain/rollout-round.ts';
import { afterMigration, afterSnapshots, passedMigrations } from '../../shared/domain/rollout-watch.ts';
import { at, own, ref } from './own-progress.ts';

describe('dueEffects', () => {
  it('R13: inside a group a service begins when those before it are proven', () => {
    const group = { db: own('rolling', { group: 'all', order: 0 }), api: own('queued', { group: 'all', order: 1 }) };
    expect(dueEffects(group)).toEqual([]);
    expect(dueEffects({ ...group, db: own('proven', { group: 'all', order: 0 }) })).toEqual([{ service: 'api', effect: 'roll' }]);
  });

  it('R13: nothing of a group is released before all of it is proven', () => {
    expect(dueEffects({ a: own('proven', { group: 'all' }), b: own('baking', { group: 'all' }) })).toEqual([]);
    expect(dueEffects({ a: own('proven', { group: 'all' }), b: own('proven', { group: 'all' }) }).map(({ effect }) => effect)).toEqual([
      'release',
      'release',
    ]);
  });

  it('R13: services without a group do not wait for each other', () => {
    expect(dueEffects({ a: own('proven'), b: own('failing'), c: own('queued') })).toEqual([
      { service: 'a', effect: 'release' },
      { service: 'b', effect: 'go-back' },
      { service: 'c', effect: 'roll' },
    ]);
  });
});

describe('before traffic', () => {
  it('R8: databases are copied first, as soon as no other migration runs, then the migration runs, then the service rolls', () => {
    const effects = (more: Partial<Progress>) => dueEffects({ a: own('queued', more) }).map(({ effect }) => effect);
    expect(effects({ migrate: true, snapshot: true })).toEqual(['migrate']);
    expect(effects({ migrate: true, snapshot: true, clear: true })).toEqual(['snapshot']);
    expect(effects({ migrate: true, snapshot: false })).toEqual(['migrate']);
    expect(effects({ migrate: false })).toEqual(['roll']);
  });

  it('R8: copies are waited for, an hour at most', () => {
    const begun = afterSnapshots(own('queued', { migrate: true, snapshot: true }), ['making'], at);
    expect(begun).toMatchObject({ step: 'snapshotting', deadline: '2026-11-02T10:20:00.000Z' });
    expect(afterSnapshots(begun, ['there', 'making'], '2026-11-02T09:30:00.000Z')).toMatchObject({ step: 'snapshotting' });
    expect(afterSnapshots(begun, ['there', 'there'], '2026-11-02T09:30:00.000Z')).toMatchObject({ step: 'queued', snapshot: false });
    expect(afterSnapshots(begun, ['there', 'failed'], '2026-11-02T09:30:00.000Z')).toMatchObject({
      step: 'failing',
      reason: 'snapshot-failed',
    });
    expect(afterSnapshots(begun, ['making'], '2026-11-02T10:20:00.000Z')).toMatchObject({ step: 'failing' });
  });

  it('R8: a migration passes, fails by its exit code, or takes too long', () => {
    const running = own('migrating', { migrate: true, migration: 'task/1', deadline: '2026-11-02T09:35:00.000Z' });
    const still = { stopped: false, exitCode: null, reason: '' };
    expect(afterMigration(running, still, at)).toBe(running);
    expect(afterMigration(running, still, '2026-11-02T09:35:00.000Z')).toMatchObject({ step: 'failing', reason: 'migration-late' });
    expect(afterMigration(running, { stopped: true, exitCode: 0, reason: '' }, at)).toMatchObject({ step: 'queued', migrate: false });
    expect(afterMigration(running, { stopped: true, exitCode: 3, reason: '' }, at)).toMatchObject({
      step: 'failing',
      facts: { detail: 'it exited with 3' },
    });
  });
});

describe('passedMigrations', () => {
  it('R8: another image’s migration that a broken story left is only waited for: then its own begins', () => {
    const waiting = own('migrating', { migrate: true, migration: 'theirs', behind: true, deadline: '2026-11-02T09:35:00.000Z' });
    expect(afterMigration(waiting, { stopped: false, exitCode: null, reason: '' }, at)).toBe(waiting);
    const next = afterMigration(waiting, { stopped: true, exitCode: 1, reason: '' }, at);
    expect(next).toMatchObject({ step: 'queued', migrate: true, migration: null });
    expect('behind' in next).toBe(false);
    expect(dueEffects({ api: next })).toEqual([{ service: 'api', effect: 'migrate' }]);
    const late = afterMigration(waiting, { stopped: false, exitCode: null, reason: '' }, '2026-11-02T09:35:00.000Z');
    expect(late).toMatchObject({ step: 'failing', reason: 'migration-behind', blameless: true });
  });

  it('R8: a migration is remembered when it has passed, and by nothing else', () => {
    const running = { a: own('migrating', { migrate: true, migration: 'task/1' }) };
    const rows = [
      [{ a: own('queued', { migrate: false, migration: 'task/1' }) }, ['a']],
      [{ a: own('failing', { migrate: false, migration: 'task/1', reason: 'group-failed' }) }, ['a']],
      [{ a: own('failing', { migrate: true, migration: 'task/1', reason: 'migration-failed' }) }, []],
      [running, []],
    ] as const;
    for (const [after, passed] of rows) expect(passedMigrations(running, after)).toEqual(passed);
    expect(passedMigrations({ a: own('queued') }, { a: own('rolling') })).toEqual([]);
  });
});

describe('fallTogether', () => {
  it('R8, R13: a migration that runs is left to end before its service goes back with the group', () => {
    const culprit = own('going-back', { group: 'all' });
    const running = { a: culprit, b: own('migrating', { group: 'all', migrate: true, migration: 'task/1' }) };
    expect(fallTogether(running, at)).toEqual(running);
    const passed = { a: culprit, b: own('queued', { group: 'all', migrate: false, migration: 'task/1' }) };
    expect(fallTogether(passed, at)['b']).toMatchObject({ step: 'failing', reason: 'group-failed', migrate: false });
  });

  it('R13: one failure takes the whole group back, those included that have not begun', () => {
    const fallen = fallTogether(
      { a: own('failing', { group: 'all' }), b: own('proven', { group: 'all' }), c: own('queued', { group: 'all' }), d: own('rolling') },
      at,
    );
    expect(Object.entries(fallen).map(([name, { step }]) => [name, step])).toEqual([
      ['a', 'failing'],
      ['b', 'failing'],
      ['c', 'failing'],
      ['d', 'rolling'],
    ]);
    expect(fallen['b']).toMatchObject({ reason: 'group-failed', facts: { because: 'a' } });
  });
});

describe('nextAction', () => {
  it('effects on ECS come first, then proofs and notices, then watching', () => {
    expect(nextAction({ a: own('queued') }, [])).toBe('advance');
    expect(nextAction({ a: own('proven') }, [])).toBe('settle');
    expect(nextAction({ a: own('going-back') }, ['failed'])).toBe('settle');
    expect(nextAction({ a: own('rolling') }, [])).toBe('watch');
    expect(nextAction({ a: own('released') }, [])).toBe('settle');
  });

  it('the worst service names the result', () => {
    expect(resultOf({ a: own('released'), b: own('back') })).toBe('rolled-back');
    expect(resultOf({ a: own('released'), b: own('rolling') })).toBe('in-progress');
    expect(resultOf({ a: own('staged') })).toBe('staged');
  });
});

describe('rounds', () => {
  const roll = {
    service: 'api',
    action: 'roll',
    reason: '',
    facts: {},
    images: { api: ref('c') },
    remember: { quarantine: [], pardon: [] },
  } as const;

  it('R4: a newer image supersedes a rollout that is moving, the same one does not', () => {
    expect(isNews(roll, own('rolling'))).toBe(true);
    expect(isNews({ ...roll, images: { api: ref('b') } }, own('rolling'))).toBe(false);
  });

  it('R10: the way back is not begun a second time', () => {
    expect(isNews({ ...roll, action: 'restore', images: { api: ref('a') } }, own('going-back'))).toBe(false);
  });

  it('R4: asks that came after the decision are looked at again, older ones are not', () => {
    const asks = [
      { service: 'api', at: '2026-11-02T09:21:00.000Z' },
      { service: 'web', at: '2026-11-02T09:19:00.000Z' },
    ];
    expect(askedAgain({ api: own('rolling'), web: own('rolling') }, asks, at)).toEqual(['api']);
  });

  it('R8: what is asked while a migration runs is heard when that is over, before the image it was for begins', () => {
    const asks = [{ service: 'api', at: '2026-11-02T09:21:00.000Z' }];
    const look = (api: Progress) => afterLook({ progress: { api }, owed: [], decidedAt: at }, asks, 300, 300);
    expect(look(own('migrating', { migrate: true, migration: 'task' }))).toBe(null);
    expect(look(own('queued', { migrate: false, migration: 'task' }))).toBe('again');
    expect(look(own('failing', { migrate: true, migration: 'task' }))).toBe('advance');
    expect(afterLook({ progress: { api: own('queued', { migrate: false, migration: 'task' }) }, owed: [], decidedAt: at }, [], 300, 300)).toBe('advance');
  });

  it('R6: a service over which an infrastructure deploy was put is decided on again', () => {
    expect(askedAgain({ api: own('superseded', { reason: 'another-deployment' }) }, [], at)).toEqual(['api']);
  });
});

describe('holdOf', () => {
  const image = { reference: ref('b'), digest: `sha256:${'b'.repeat(64)}`, pushedAt: '2026-11-02T09:10:00.000Z', scan: null };
  const facts: HoldFacts = {
    service: 'api',
    gates: { minimumAgeSeconds: null, scan: null, approval: null },
    freezes: null,
    timeZone: 'Australia/Sydney',
    overrides: [],
    images: { api: image },
    staged: null,
    released: { api: ref('a') },
  };
  const gates = (more: Partial<HoldFacts['gates']>): HoldFacts => ({ ...facts, gates: { ...facts.gates, ...more } });

  it('R8: without gates nothing is held', () => {
    expect(holdOf(facts, at)).toBeNull();
  });

  it('R11: the stop-the-line switch holds one service or all, until it ends', () => {
    const hold = { key: 'hold#*', kind: 'hold', until: '2026-11-02T10:00:00.000Z', by: 'ana', at, note: 'launch' };
    expect(holdOf({ ...facts, overrides: [hold] }, at)).toEqual({ reason: 'on-hold', facts: { by: 'ana', note: 'launch' } });
    expect(holdOf({ ...facts, overrides: [hold] }, '2026-11-02T10:00:00.000Z')).toBeNull();
    expect(holdOf({ ...facts, overrides: [{ ...hold, key: 'hold#web' }] }, at)).toBeNull();
  });

  it('R11: a freeze window holds while it lasts, and says when it ends', () => {
    const freezes = {
      words: 'fri 12:00-24:00',
      timeZone: 'UTC',
      windows: [{ days: [1], from: '09:00', to: '10:00' }],
      holidays: [],
      exceptions: [],
    };
    expect(holdOf({ ...facts, freezes }, at)).toEqual({ reason: 'changes-frozen', facts: { until: 'Mon 2 Nov 21:00 AEDT' } });
    expect(holdOf({ ...facts, freezes }, '2026-11-02T10:00:00.000Z')).toBeNull();
  });

  it('R8: an image must be old enough', () => {
    expect(holdOf(gates({ minimumAgeSeconds: 3600 }), at)).toEqual({ reason: 'too-young', facts: { until: 'Mon 2 Nov 21:10 AEDT' } });
    expect(holdOf(gates({ minimumAgeSeconds: 3600 }), '2026-11-02T10:10:00.000Z')).toBeNull();
  });

  it('R8: the scan is waited for, then refuses by severity', () => {
    const scan = { refuse: 'HIGH' as const, waitSeconds: 900 };
    const withScan = (found: 'pending' | Record<string, number>): HoldFacts => ({
      ...gates({ scan }),
      images: { api: { ...image, scan: found } },
    });
    expect(holdOf(withScan('pending'), at)?.reason).toBe('scan-pending');
    expect(holdOf(withScan('pending'), '2026-11-02T09:25:00.000Z')?.reason).toBe('scan-missing');
    expect(holdOf(withScan({ MEDIUM: 3 }), at)).toBeNull();
    expect(holdOf(withScan({ HIGH: 2, CRITICAL: 1 }), at)).toEqual({ reason: 'scan-refused', facts: { findings: '1 CRITICAL, 2 HIGH' } });
  });

  it('R8: what the gates answered is kept in words, only of what is new and only of gates that stand', () => {
    const word = { key: `approval#api#sha256:${'b'.repeat(64)}`, kind: 'approval', until: null, by: 'ana', at, note: 'approved' };
    const all = gates({ minimumAgeSeconds: 300, scan: { refuse: 'HIGH', waitSeconds: 60 }, approval: { expiresSeconds: 3600 } });
    const asked = { ...all, overrides: [word], images: { api: { ...image, scan: { MEDIUM: 2, LOW: 0 } } } };
    expect(gateAnswers(asked)).toEqual([
      'older than 5 min, pushed Mon 2 Nov 20:10 AEDT',
      'scan found 2 MEDIUM',
      'approved by ana, Mon 2 Nov 20:20 AEDT',
    ]);
    expect(gateAnswers({ ...asked, released: { api: image.reference } })).toEqual([]);
    expect(gateAnswers({ ...facts, images: { api: image } })).toEqual([]);
  });

  it('R8: an approval is for one digest, may be refused, and expires', () => {
    const approval = { expiresSeconds: 3600 };
    const staged = { images: { api: ref('b') }, since: '2026-11-02T09:15:00.000Z' };
    const waiting = { ...gates({ approval }), staged };
    const word = { key: `approval#api#sha256:${'b'.repeat(64)}`, kind: 'approval', until: null, by: 'ana', at, note: 'approved' };
    expect(holdOf(waiting, at)).toEqual({ reason: 'approval-due', facts: { until: 'Mon 2 Nov 21:15 AEDT' } });
    expect(holdOf(waiting, '2026-11-02T10:15:00.000Z')?.reason).toBe('approval-expired');
    expect(holdOf({ ...waiting, overrides: [word] }, at)).toBeNull();
    expect(holdOf({ ...waiting, overrides: [{ ...word, note: 'refused' }] }, at)).toEqual({
      reason: 'approval-refused',
      facts: { by: 'ana' },
    });
    expect(holdOf({ ...waiting, overrides: [{ ...word, key: `approval#api#sha256:${'c'.repeat(64)}` }] }, at)?.reason).toBe('approval-due');
  });
});
