// Going to sleep: who decides, what is changed in which order, and what one failure holds up.
import { describe, expect, it } from 'vitest';
import { countAtNight, fingerprint, isUnchanged, layersToSleep, neededAtNight, nightTarget, recordPrint, type NightService } from '../../shared/domain/night.ts';
import { decideReconcile, nightLineWords, restartLine, wouldSleep, type WatchedNight } from '../../shared/domain/night-watch.ts';
import { keptAwake } from '../../shared/domain/overrides.ts';
import { decideSleep, type SleepFacts } from '../../shared/domain/sleep.ts';
import { budgetAt, sleepStep, type Falling, type FallingService } from '../../shared/domain/sleep-steps.ts';
import type { Hours } from '../../shared/domain/hours.ts';

const hours: Hours = { words: 'mon-fri 07:00-20:00', timeZone: 'Australia/Sydney', windows: [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }], holidays: [], exceptions: [] };
const evening = '2026-11-23T09:00:30Z';
const facts: SleepFacts = { trigger: { kind: 'schedule' }, hours, state: 'awake', keptAwake: null, inUse: null, postponedSince: null, startedAt: evening };

describe('decideSleep', () => {
  it.each([
    ['S12: after the edge the night begins', {}, evening, 'go', 'off-hours', 0],
    ['S8: a quarter of an hour before it people are warned', {}, '2026-11-23T08:45:20Z', 'warn', 'sleep-soon', 880],
    ['S12: an event from the evening that arrives at nine in the morning does nothing', {}, '2026-11-23T22:00:00Z', 'done', 'at-work', 0],
    ['S12: just before work begins nothing goes to sleep', {}, '2026-11-23T19:30:00Z', 'done', 'short-night', 0],
    ['S12: a second event finds the platform asleep', { state: 'asleep' }, evening, 'done', 'already-asleep', 0],
    ['X1: a sleep that was interrupted goes on', { state: 'falling-asleep' }, evening, 'resume', 'resume-sleep', 0],
    ['S7: the reconciler looks after a sleeping platform', { state: 'asleep', trigger: { kind: 'day-7' } }, evening, 'tend', 'tend-night', 0],
    ['S8: kept awake until ten, it is asked again a quarter of an hour before', { keptAwake: { until: '2026-11-23T11:00:00.000Z', by: 'kim', note: '' } }, evening, 'pause', 'kept-awake', 6270],
    ['S8: when people are warned, for it sleeps at ten', { keptAwake: { until: '2026-11-23T11:00:00.000Z', by: 'kim', note: '' } }, '2026-11-23T10:45:00Z', 'warn', 'keep-awake-ends', 900],
    ['S8: kept awake beyond the edge, nobody is warned of it', { keptAwake: { until: '2026-11-23T11:00:00.000Z', by: 'kim', note: '' } }, '2026-11-23T08:45:20Z', 'pause', 'kept-awake', 7180],
    ['S9: in use, sleep waits ten minutes', { inUse: { what: '40 requests' } }, evening, 'pause', 'in-use', 600],
    ['S9: but not for more than an hour', { inUse: { what: '40 requests' }, postponedSince: '2026-11-23T08:00:00Z' }, evening, 'go', 'postponed-enough', 0],
    ['an operator does not have to wait for the hours', { trigger: { kind: 'operator', by: 'kim' } }, '2026-11-23T02:00:00Z', 'go', 'asked-to-sleep', 0],
    ['an operator who is early for a waking platform is served when it is awake', { trigger: { kind: 'operator' }, state: 'waking' }, evening, 'pause', 'waking-first', 60],
    ['the clock does not interrupt a waking', { state: 'waking' }, evening, 'done', 'waking-first', 0],
    ['without hours the clock has no say', { hours: null }, evening, 'done', 'no-hours', 0],
    ['S11: an idle platform sleeps without hours', { hours: null, trigger: { kind: 'idle' } }, evening, 'go', 'idle', 0],
  ] as const)('%s', (_, change, at, action, reason, seconds) => {
    expect(decideSleep({ ...facts, ...change } as SleepFacts, at)).toMatchObject({ action, reason, seconds });
  });
});

describe('decideSleep on its own', () => {
  it('S9: what is in use is left alone for ten minutes at a time, an hour at the most', () => {
    const busy: SleepFacts = { ...facts, inUse: { what: '40 requests in the last 10 minutes' } };
    expect(decideSleep(busy, evening)).toMatchObject({ action: 'pause', seconds: 600, remember: { postponedSince: evening } });
    expect(decideSleep({ ...busy, postponedSince: '2026-11-23T09:00:30Z' }, '2026-11-23T10:00:29Z').action).toBe('pause');
    expect(decideSleep({ ...busy, postponedSince: '2026-11-23T09:00:30Z' }, '2026-11-23T10:00:30Z').action).toBe('go');
  });

  it('S11: idleness puts a platform to sleep without hours, but not one that is kept awake', () => {
    const idle: SleepFacts = { ...facts, hours: null, trigger: { kind: 'idle' } };
    expect(decideSleep(idle, evening).action).toBe('go');
    expect(decideSleep({ ...idle, keptAwake: { until: '2026-11-23T11:00:00.000Z', by: 'kim', note: '' } }, evening).action).toBe('pause');
  });

  it('S12: the evening\'s event that arrives the next morning puts nobody to sleep', () => {
    expect(decideSleep(facts, '2026-11-23T22:00:00Z')).toMatchObject({ action: 'done', reason: 'at-work' });
  });
});

describe('keptAwake', () => {
  it('S8: the longest wish counts, and none that is over', () => {
    const wish = (until: string | null, by: string) => ({ kind: 'keep-awake', until, by, at: '2026-11-23T08:00:00Z', note: '' });
    expect(keptAwake([wish('2026-11-23T10:00:00Z', 'kim'), wish('2026-11-23T11:00:00Z', 'sam'), wish('2026-11-23T08:30:00Z', 'lee')], evening)).toMatchObject({ by: 'sam' });
    expect(keptAwake([wish('2026-11-23T08:30:00Z', 'lee')], evening)).toBeNull();
    expect(keptAwake([wish(null, 'kim')], '2026-11-24T07:59:00Z')?.until).toBe('2026-11-24T08:00:00.000Z');
  });
});

const none = { scaleIn: false, scaleOut: false, scheduled: false };
const recorded: NightService = { name: 'api', desired: 3, bounds: { min: 2, max: 6, suspended: { ...none, scaleIn: true } }, taskDefinition: 'arn:td/api:7', scheduledActions: [] };

describe('nightTarget', () => {
  it('S3: zero means no tasks and bounds that let none come, with every flag as it was', () => {
    expect(nightTarget({ kind: 'zero' }, recorded)).toEqual({ desired: 0, bounds: { min: 0, max: 0, suspended: { scaleIn: true, scaleOut: false, scheduled: false } } });
  });

  it('S6: reduced is the same story with other numbers, and never more than by day', () => {
    expect(nightTarget({ kind: 'reduce', min: 1, max: 1 }, recorded)).toMatchObject({ desired: 1, bounds: { min: 1, max: 1 } });
    expect(nightTarget({ kind: 'reduce', min: 2, max: 4 }, { ...recorded, desired: 1 })).toMatchObject({ desired: 1, bounds: { min: 1, max: 4 } });
    expect(nightTarget({ kind: 'reduce', min: 1, max: 1 }, { ...recorded, desired: 0 })).toMatchObject({ desired: 0 });
  });

  it('S6, S13: where the night leaves room the count belongs to scaling; beyond it somebody changed it', () => {
    const reduced = { desired: 3, bounds: { min: 1, max: 4, suspended: none } };
    expect([0, 1, 2, 4, 5].map((desired) => countAtNight(reduced, desired))).toEqual([3, 1, 2, 4, 3]);
    expect([0, 1].map((desired) => countAtNight({ desired: 0, bounds: null }, desired))).toEqual([0, 0]);
    expect(sleepStep(falling([{ ...service('api', { desired: 4, running: 4, bounds: reduced.bounds }), target: reduced }], 'stopped'), '2026-11-23T09:01:00Z')).toMatchObject({
      changes: [],
      finished: true,
    });
  });

  it('S3, S7: a cache at its daily backup is waited for, and then hibernates', () => {
    expect(sleepStep(falling([], 'snapshotting'), '2026-11-23T09:01:00Z')).toMatchObject({ stop: [], pending: ['db'], finished: false });
    expect(sleepStep(falling([], 'available'), '2026-11-23T09:04:00Z')).toMatchObject({ stop: ['db'], finished: false });
  });

  it('a scheduled action of the user does not wake the service in the night', () => {
    expect(nightTarget({ kind: 'zero' }, { ...recorded, scheduledActions: ['lunch'] })?.bounds?.suspended.scheduled).toBe(true);
  });

  it('what stays awake and what has no scalable target', () => {
    expect(nightTarget({ kind: 'stay' }, recorded)).toBeNull();
    expect(nightTarget({ kind: 'zero' }, { ...recorded, bounds: null })).toEqual({ desired: 0, bounds: null });
  });
});

describe('order', () => {
  const platform = [
    { name: 'web', needs: ['api'], offHours: { kind: 'zero' } as const },
    { name: 'api', needs: ['db', 'cache'], offHours: { kind: 'zero' } as const },
    { name: 'worker', needs: ['db', 'api'], offHours: { kind: 'zero' } as const },
    { name: 'probe', needs: [], offHours: { kind: 'stay' } as const },
  ];

  it('S3: fronts are the first layer, what they need comes after them', () => {
    expect([...layersToSleep(platform)]).toEqual([['web', 0], ['api', 1], ['worker', 0], ['probe', 0]]);
  });

  it('S7: what something awake at night needs is not stopped, its own needs included', () => {
    expect([...neededAtNight([...platform.slice(0, 3), { name: 'probe', needs: ['api'], offHours: { kind: 'stay' } }])]).toEqual(['api', 'db', 'cache']);
    expect(neededAtNight(platform).size).toBe(0);
  });
});

const service = (name: string, change: Partial<FallingService['now']> = {}, layer = 0): FallingService => ({
  name,
  layer,
  target: { desired: 0, bounds: { min: 0, max: 0, suspended: none } },
  now: { exists: true, desired: 2, running: 2, bounds: { min: 2, max: 6, suspended: none }, ...change },
  busy: false,
});
const gone = { desired: 0, running: 0, bounds: { min: 0, max: 0, suspended: none } };
const falling = (services: readonly FallingService[], status = 'available', budget = 50): Falling => ({ since: '2026-11-23T09:00:00Z', services, databases: [{ identifier: 'db', status }], budget });

describe('sleepStep', () => {
  it('S3: bounds first, which take the count along; the next layer waits for the fronts to drain, the database for all', () => {
    const first = sleepStep(falling([service('web'), service('api', {}, 1)]), '2026-11-23T09:00:30Z');
    expect(first).toMatchObject({ changes: [{ name: 'web', bounds: { min: 0, max: 0 }, desired: null }], stop: [], finished: false, seconds: 20 });
    const second = sleepStep(falling([service('web', gone), service('api', {}, 1)]), '2026-11-23T09:01:30Z');
    expect(second.changes.map(({ name }) => name)).toEqual(['api']);
    const third = sleepStep(falling([service('web', gone), service('api', { ...gone, running: 1 }, 1)]), '2026-11-23T09:02:00Z');
    expect(third).toMatchObject({ changes: [], stop: [], pending: ['api', 'db'], finished: false });
    const fourth = sleepStep(falling([service('web', gone), service('api', gone, 1)]), '2026-11-23T09:02:30Z');
    expect(fourth).toMatchObject({ changes: [], stop: ['db'], finished: false, seconds: 60 });
    const last = sleepStep(falling([service('web', gone), service('api', gone, 1)], 'stopping'), '2026-11-23T09:03:30Z');
    expect(last).toMatchObject({ stop: [], pending: [], finished: true });
  });

  it('S2: a service without a scalable target is set to zero by its count', () => {
    const plain = { ...service('web', { bounds: null }), target: { desired: 0, bounds: null } };
    expect(sleepStep(falling([plain]), '2026-11-23T09:00:30Z').changes).toEqual([{ name: 'web', bounds: null, desired: 0 }]);
  });

  it('S3: where the bounds did not take the count along, it is set', () => {
    const stubborn = service('web', { desired: 2, bounds: { min: 0, max: 0, suspended: none } });
    expect(sleepStep(falling([stubborn]), '2026-11-23T09:00:30Z').changes).toEqual([{ name: 'web', bounds: null, desired: 0 }]);
  });

  it('S3: a layer that does not drain holds the next one ten minutes', () => {
    const stuck = service('web', { ...gone, running: 1 });
    expect(sleepStep(falling([stuck, service('api', {}, 1)]), '2026-11-23T09:09:59Z').changes).toEqual([]);
    expect(sleepStep(falling([stuck, service('api', {}, 1)]), '2026-11-23T09:10:00Z').changes.map(({ name }) => name)).toEqual(['api']);
  });

  it('S3: a database that does not stop is asked ever more seldom, given up after an hour, and named', () => {
    const busy = falling([service('web', gone)], 'backing-up');
    expect(sleepStep(busy, '2026-11-23T09:03:00Z')).toMatchObject({ stop: [], finished: false, seconds: 60 });
    expect(sleepStep(busy, '2026-11-23T09:30:00Z')).toMatchObject({ stop: [], finished: false, seconds: 360 });
    expect(sleepStep(busy, '2026-11-23T10:00:00Z')).toMatchObject({ stop: [], finished: true, pending: ['db'] });
    const refusing = falling([service('web', gone)], 'available');
    expect(sleepStep(refusing, '2026-11-23T10:00:00Z')).toMatchObject({ stop: [], finished: true, pending: ['db'] });
  });

  it('S3: a database that is not found once is not taken for stopped; two minutes later it is taken for deleted', () => {
    const missed = (missedAt: string | null): Falling => ({ ...falling([service('web', gone)]), databases: [{ identifier: 'db', status: 'missing', missedAt }] });
    expect(sleepStep(missed('2026-11-23T09:20:00Z'), '2026-11-23T09:20:00Z')).toMatchObject({ stop: [], pending: ['db'], finished: false });
    expect(sleepStep(missed('2026-11-23T09:20:00Z'), '2026-11-23T09:21:59Z').finished).toBe(false);
    expect(sleepStep(missed('2026-11-23T09:20:00Z'), '2026-11-23T09:22:00Z')).toMatchObject({ pending: [], finished: true });
  });

  it('S3: patience grows with the layers: four that drain slowly have their ten minutes each, and the database an hour behind them', () => {
    const slow = (draining: number): Falling =>
      falling([0, 1, 2, 3].map((layer) => (layer < draining ? service(`s${layer}`, gone, layer) : service(`s${layer}`, { ...(layer === draining ? gone : {}), running: 1 }, layer))));
    expect(sleepStep(slow(2), '2026-11-23T09:30:00Z')).toMatchObject({ finished: false, changes: [{ name: 's3' }] });
    expect(sleepStep(slow(3), '2026-11-23T09:49:59Z')).toMatchObject({ finished: false, stop: ['db'] });
    expect(sleepStep(slow(3), '2026-11-23T09:50:00Z')).toMatchObject({ finished: true, pending: ['s3', 'db'] });
    const refusing = { ...slow(4), databases: [{ identifier: 'db', status: 'backing-up' }] };
    expect(sleepStep(refusing, '2026-11-23T10:29:59Z').finished).toBe(false);
    expect(sleepStep(refusing, '2026-11-23T10:30:00Z')).toMatchObject({ finished: true, pending: ['db'] });
  });

  it('X3: no more changes than AWS takes at once, and the rest follows at its pace', () => {
    const many = Array.from({ length: 100 }, (_, index) => service(`s${index}`));
    const step = sleepStep(falling(many), '2026-11-23T09:00:30Z');
    expect(step.changes).toHaveLength(50);
    expect(step.seconds).toBe(8);
  });

  it.each([
    [1, 1],
    [30, 7],
    [950, 8],
  ])('X3: with %i changes left, the next step comes in %i seconds', (left, seconds) => {
    const many = Array.from({ length: 50 + left }, (_, index) => service(`s${index}`));
    expect(sleepStep(falling(many), '2026-11-23T09:00:30Z').seconds).toBe(seconds);
  });

  it('X3: a thousand services are down within 1.1 of AWS’s floor of 190 seconds, and never beyond its bucket of 50 and 5 a second', () => {
    const down = new Set<string>();
    const names = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    let [clock, last, tokens, filled] = [Date.parse('2026-11-23T09:00:30Z'), null as string | null, 50, Date.parse('2026-11-23T09:00:30Z')];
    const began = clock;
    for (let round = 0; down.size < names.length; round += 1) {
      const at = new Date(clock).toISOString();
      const up = names.filter((name) => !down.has(name)).map((name) => service(name));
      const step = sleepStep({ ...falling(up), budget: budgetAt(last, at) }, at);
      // A look at the whole fleet takes between two and three seconds, and the changes come after it.
      const changed = clock + (round % 2 === 0 ? 2_500 : 2_400);
      tokens = Math.min(50, tokens + ((changed - filled) / 1_000) * 5) - step.changes.length;
      filled = changed;
      expect(tokens).toBeGreaterThanOrEqual(0);
      for (const { name } of step.changes) down.add(name);
      last = at;
      clock = changed + step.seconds * 1_000;
    }
    expect((filled - began) / 1_000).toBeLessThanOrEqual(1.1 * 190);
  });
});

describe('fingerprint', () => {
  it('S2: the same record has the same print, another one another', () => {
    expect(fingerprint([recorded])).toBe(fingerprint([{ ...recorded }]));
    expect(fingerprint([recorded])).not.toBe(fingerprint([{ ...recorded, desired: 0 }]));
    expect(fingerprint([recorded])).toMatch(/^[0-9a-f]{32}$/);
  });

  it('S2: a record that is not the one that was written is found out, whatever the night adds to it', () => {
    const written = { services: [recorded], databases: [{ identifier: 'db', status: 'available' }], caches: [] };
    const kept = { ...written, hash: recordPrint(written), databases: [{ identifier: 'db', status: 'available', stoppedAt: '2026-11-23T09:05:00Z' }] };
    expect(isUnchanged(kept)).toBe(true);
    expect(isUnchanged({ ...kept, services: [{ ...recorded, desired: 0 }] })).toBe(false);
    expect(isUnchanged({ ...kept, databases: [{ identifier: 'db', status: 'stopped' }] })).toBe(false);
    expect(isUnchanged({ ...kept, hash: 'of another version', services: [] })).toBe(true);
  });
});

describe('decideReconcile', () => {
  const night: WatchedNight = {
    hours, platform: { state: 'asleep', since: '2026-11-23T09:10:00Z' }, keptAwake: null, services: [{ name: 'api', desired: 0, atNight: 0 }],
    databases: [{ identifier: 'db', status: 'stopped', stoppedAt: '2026-11-23T09:05:00Z' }], reported: [], troubles: [], idle: null,
  };
  const midnight = '2026-11-23T14:00:00Z';
  it.each([
    ['a quiet night needs nothing', {}, midnight, null],
    ['S12: a lost wake is made up for', {}, '2026-11-23T20:05:00Z', { story: 'wake', kind: 'reconcile', reason: 'missed-wake' }],
    ['S4, S12: the last look before work begins wakes, lest the clock was lost', {}, '2026-11-23T19:45:00Z', { story: 'wake', kind: 'reconcile', reason: 'missed-wake' }],
    ['S12: earlier ones leave it to the clock', {}, '2026-11-23T19:43:00Z', null],
    ['S12: a lost sleep is made up for', { platform: { state: 'awake', since: '2026-11-22T20:05:00Z' } }, '2026-11-23T09:10:00Z', { story: 'sleep', kind: 'reconcile', reason: 'missed-sleep' }],
    ['S8: nobody who is kept awake is put to sleep', { platform: { state: 'awake', since: '2026-11-22T20:05:00Z' }, keptAwake: { until: '2026-11-23T11:00:00Z', by: 'kim', note: '' } }, '2026-11-23T09:10:00Z', null],
    ['S9: a sleep that is put off waits already', { platform: { state: 'awake', since: '2026-11-22T20:05:00Z', postponedSince: '2026-11-23T09:00:10Z' } }, '2026-11-23T09:10:00Z', null],
    ['S9: one that was lost is made up for after its hour', { platform: { state: 'awake', since: '2026-11-22T20:05:00Z', postponedSince: '2026-11-23T09:00:10Z' } }, '2026-11-23T10:10:10Z', { story: 'sleep', kind: 'reconcile', reason: 'missed-sleep' }],
    ['S9, X1: one that broke is made up for at once', { platform: { state: 'awake', since: '2026-11-22T20:05:00Z', postponedSince: '2026-11-23T09:00:10Z', interrupted: { story: 'sleep', night: null, cause: 'AccessDenied', at: '2026-11-23T09:10:10Z', by: 'evening' } } }, '2026-11-23T09:20:00Z', { story: 'sleep', kind: 'reconcile', reason: 'missed-sleep' }],
    ['S12: before work begins nothing goes to sleep any more', { platform: { state: 'awake', since: '2026-11-23T19:40:00Z' } }, '2026-11-23T19:45:00Z', null],
    ['S7: a database that AWS started after seven days is stopped again', { databases: [{ identifier: 'db', status: 'available', stoppedAt: '2026-11-16T09:05:00Z' }] }, midnight, { story: 'sleep', kind: 'day-7', reason: 'database-restarted' }],
    ['S13: a count changed by hand is reported', { services: [{ name: 'api', desired: 1, atNight: 0 }] }, midnight, { story: 'sleep', kind: 'reconcile', reason: 'changed-by-hand' }],
    ['S13: and reported once', { services: [{ name: 'api', desired: 1, atNight: 0 }], reported: ['api: 1 task instead of 0'] }, midnight, null],
    ['X1: a sleep whose execution is lost is resumed', { platform: { state: 'falling-asleep', since: '2026-11-23T13:30:00Z' } }, midnight, { story: 'sleep', kind: 'reconcile', reason: 'resume-sleep' }],
    ['S4: a sleep that is stuck until work begins is ended, not resumed', { platform: { state: 'falling-asleep', since: '2026-11-23T09:10:00Z', night: '2026-11-23T09:00Z' } }, '2026-11-23T20:05:00Z', { story: 'wake', kind: 'reconcile', reason: 'missed-wake' }],
    ['a sleep that somebody asked for in working hours is left alone', { platform: { state: 'asleep', since: '2026-11-23T21:05:00Z', night: '2026-11-23T21:00Z' } }, '2026-11-23T22:00:00Z', null],
    ['X1: one that moves is left alone', { platform: { state: 'falling-asleep', since: '2026-11-23T13:50:00Z' } }, midnight, null],
    ['S11: an idle platform is put to sleep', { platform: { state: 'awake', since: '2026-11-23T11:00:00Z' }, idle: { sinceSeconds: 1800, limitSeconds: 1800 } }, midnight, { story: 'sleep', kind: 'idle', reason: 'idle' }],
  ] as const)('%s', (_, change, at, expected) => {
    expect(decideReconcile({ ...night, ...change } as WatchedNight, at)).toEqual(expected);
  });
});

describe('wouldSleep', () => {
  const awake = { state: 'awake', since: '2026-11-22T20:05:00Z' } as const;
  const known = { hours, platform: awake, services: [], databases: [], reported: [], troubles: [], idle: null } as const;
  const idle = (sinceSeconds: number) => ({ hours: null, idle: { sinceSeconds, limitSeconds: 1_800 } });
  it.each([
    ['S8: after work, so that who keeps it awake is asked', {}, '2026-11-23T09:10:00Z', true],
    ['at work nobody has to be asked', {}, '2026-11-23T05:00:00Z', false],
    ['nor right before it', {}, '2026-11-23T19:45:00Z', false],
    ['nor while a sleep is put off', { platform: { ...awake, postponedSince: '2026-11-23T09:00:10Z' } }, '2026-11-23T09:10:00Z', false],
    ['nor once it falls asleep', { platform: { ...awake, state: 'falling-asleep' } }, '2026-11-23T14:00:00Z', false],
    ['nor asleep, even where the night needs something', { platform: { ...awake, state: 'asleep' }, troubles: ['api'] }, '2026-11-23T14:00:00Z', false],
    ['nor while it wakes, even where that is stuck', { platform: { ...awake, state: 'waking' } }, '2026-11-23T14:00:00Z', false],
    ['S11: unused for as long as it may be', idle(1_800), '2026-11-23T05:00:00Z', true],
    ['S11: not yet', idle(1_799), '2026-11-23T05:00:00Z', false],
    ['S11: awake for less than that', { ...idle(1_800), platform: { ...awake, since: '2026-11-23T04:45:00Z' } }, '2026-11-23T05:00:00Z', false],
  ] as const)('X3: %s', (_, change, at, expected) => {
    expect(wouldSleep({ ...known, ...change }, at)).toBe(expected);
  });
});

describe('what the morning says of the night', () => {
  it('S7, S13: a count somebody changed is by hand, a database that AWS started by itself is not', () => {
    expect(nightLineWords('api: 1 task instead of 0')).toBe('by hand in the night: api: 1 task instead of 0');
    expect(nightLineWords(restartLine('db', '2026-11-23T09:05:00Z'))).toBe('db restarted by AWS, stopped again 2026-11-23T09:05:00Z');
  });
});
