// Waking: who decides, what is restored in which order, and what is explained.
import { describe, expect, it } from 'vitest';
import type { NightService } from '../../shared/domain/night.ts';
import { restoredTo } from '../../shared/domain/restore.ts';
import { decideWake, leadSeconds, type WakeFacts } from '../../shared/domain/wake.ts';
import { stillDown } from '../../shared/domain/night-watch.ts';
import { storeStep, wakeStep, type Waking, type WakingService } from '../../shared/domain/wake-steps.ts';
import type { Hours } from '../../shared/domain/hours.ts';

const hours: Hours = {
  words: 'mon-fri 07:00-20:00',
  timeZone: 'Australia/Sydney',
  windows: [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }],
  holidays: [],
  exceptions: [],
};
const facts: WakeFacts = {
  trigger: { kind: 'schedule' },
  hours,
  state: 'asleep',
  nightBegan: '2026-11-23T09:00:00.000Z',
  measured: [300, 280, 250, 260, 270, 290, 255],
  slow: true,
};

describe('decideWake', () => {
  it.each([
    ['S12: at the edge it wakes', {}, '2026-11-23T20:00:10Z', 'go', 'work-begins', 0],
    ['S4: half an hour before, it waits until just enough time is left', {}, '2026-11-23T19:30:00Z', 'pause', 'wake-soon', 1360],
    [
      'S4, S12: the reconciler lets the clock speak first',
      { trigger: { kind: 'reconcile' } },
      '2026-11-23T19:45:00Z',
      'pause',
      'wake-soon',
      550,
    ],
    ['S12: a wake event from the morning that arrives at night does nothing', {}, '2026-11-23T13:00:00Z', 'done', 'still-night', 0],
    ['S12: a second event finds the platform awake', { state: 'awake' }, '2026-11-23T20:00:10Z', 'done', 'already-awake', 0],
    ['X1: a waking that was interrupted goes on', { state: 'waking' }, '2026-11-23T20:00:10Z', 'resume', 'resume-wake', 0],
    [
      'a sleep that somebody asked for at noon is not ended by the clock of the afternoon',
      { nightBegan: '2026-11-23T21:00:00.000Z' },
      '2026-11-23T23:00:00Z',
      'done',
      'asleep-on-purpose',
      0,
    ],
    [
      'S4: a sleep that never came to its end is ended by the morning',
      { state: 'falling-asleep' },
      '2026-11-23T20:00:10Z',
      'go',
      'work-begins',
      0,
    ],
    ['S10: a visit wakes at any time', { trigger: { kind: 'visit', by: '203.0.113.9' } }, '2026-11-23T13:00:00Z', 'go', 'visited', 0],
    [
      'a person wakes while it is still falling asleep',
      { trigger: { kind: 'operator', by: 'kim' }, state: 'falling-asleep' },
      '2026-11-23T09:01:00Z',
      'go',
      'asked-to-wake',
      0,
    ],
    ['the clock does not, at the edge of the evening', { state: 'falling-asleep' }, '2026-11-23T09:01:00Z', 'done', 'still-night', 0],
  ] as const)('%s', (_, change, at, action, reason, seconds) => {
    expect(decideWake({ ...facts, ...change } as WakeFacts, at)).toMatchObject({ action, reason, seconds });
  });

  it('S10: outside hours a visit keeps the platform awake two hours, within hours the hours do', () => {
    const visit: WakeFacts = { ...facts, trigger: { kind: 'visit' } };
    expect(decideWake(visit, '2026-11-23T13:00:00Z').keepAwakeUntil).toBe('2026-11-23T15:00:00.000Z');
    expect(decideWake(visit, '2026-11-23T21:00:00Z').keepAwakeUntil).toBeNull();
  });

  it('S4: the lead is the longest of the last nights, what they differ by and a little more, cautious before seven of them, half an hour at most', () => {
    expect(leadSeconds({ measured: [200, 900, 300, 250, 400, 350, 300], slow: true })).toBe(1750);
    expect(leadSeconds({ measured: [300, 300, 300, 300, 300, 300], slow: true })).toBe(1710);
    expect(leadSeconds({ measured: [], slow: true })).toBe(1710);
    expect(leadSeconds({ measured: [120], slow: false })).toBe(324);
    expect(leadSeconds({ measured: [7200, 300, 300], slow: true })).toBe(1800);
  });
});

describe('decideWake on its own', () => {
  it("S12: the morning's event that arrives at night wakes nobody", () => {
    expect(decideWake(facts, '2026-11-23T13:00:00Z')).toMatchObject({ action: 'done', reason: 'still-night' });
  });
});

const none = { scaleIn: false, scaleOut: false, scheduled: false };
const night = { min: 0, max: 0, suspended: { ...none, scheduled: true } };
const day = { min: 2, max: 6, suspended: { ...none, scaleIn: true } };
const recorded: NightService = {
  name: 'api',
  desired: 3,
  bounds: day,
  taskDefinition: 'arn:td/api:7',
  scheduledActions: [],
  configured: { desired: 2, min: 2, max: 6 },
};
const configured = { desired: 2, min: 2, max: 6, scaling: true };

describe('restoredTo', () => {
  it('S5: the record, with every flag', () => {
    expect(restoredTo('api', recorded, configured, night)).toEqual({ desired: 3, bounds: day, explained: [] });
  });

  it('S5: bounds that a deploy of the night changed win, and the certificate names it', () => {
    expect(restoredTo('api', recorded, { ...configured, min: 4, max: 8 }, night)).toEqual({
      desired: 4,
      bounds: { min: 4, max: 8, suspended: day.suspended },
      explained: ['api: between 4 and 8 tasks by a deploy in the night, 2 to 6 before'],
    });
  });

  it('S2: a service without a scalable target gets its own count back', () => {
    expect(restoredTo('api', { ...recorded, bounds: null }, { ...configured, scaling: false }, null)).toEqual({
      desired: 3,
      bounds: null,
      explained: [],
    });
  });

  it('R7: a service that was off in the evening stays off, whatever a deploy says', () => {
    const off = { ...recorded, desired: 0, bounds: { ...day, min: 0, max: 0 } };
    expect(restoredTo('api', off, { ...configured, max: 9 }, night)).toMatchObject({ desired: 0, bounds: { min: 0, max: 0 } });
  });

  it('S5: what came or went with a deploy is explained', () => {
    expect(restoredTo('new', null, configured, night)).toMatchObject({
      desired: 2,
      bounds: { min: 2, max: 6 },
      explained: ['new: new since a deploy in the night'],
    });
    expect(restoredTo('api', recorded, configured, null)).toMatchObject({
      desired: 3,
      bounds: null,
      explained: ['api: its scalable target was removed by a deploy in the night'],
    });
  });
});

const service = (name: string, needs: readonly string[], change: Partial<WakingService> = {}): WakingService => ({
  name,
  needs,
  wanted: { desired: 3, bounds: day },
  now: { exists: true, desired: 0, bounds: night },
  healthy: 0,
  raisedAt: null,
  deadlineSeconds: 600,
  running: 0,
  onSpot: false,
  busy: false,
  ...change,
});
const up = { now: { exists: true, desired: 3, bounds: day }, healthy: 3, raisedAt: '2026-11-23T19:50:00Z' };
const waking = (services: readonly WakingService[], status: string): Waking => ({
  startedAt: '2026-11-23T19:45:00Z',
  services,
  stores: [{ name: 'db', identifier: 'acme-db', status }],
  budget: 50,
});

describe('stillDown', () => {
  it('S4, S13: a database that did not come up is looked after for six hours of the day, and never while the platform sleeps', () => {
    const awake = { state: 'awake', since: '2026-11-23T20:00:00Z', down: ['db'] };
    expect(stillDown(awake, '2026-11-23T20:15:00Z')).toEqual(['db']);
    expect(stillDown(awake, '2026-11-24T02:00:01Z')).toEqual([]);
    expect(stillDown({ ...awake, state: 'asleep' }, '2026-11-23T20:15:00Z')).toEqual([]);
    expect(stillDown({ state: 'awake', since: awake.since }, '2026-11-23T20:15:00Z')).toEqual([]);
  });
});

describe('wakeStep', () => {
  it('S4: the database starts once, and is asked ever more seldom', () => {
    const step = (status: string, at: string) => storeStep(waking([], status).stores, '2026-11-23T19:45:00Z', at);
    expect(step('stopped', '2026-11-23T19:45:05Z')).toEqual({ start: ['acme-db'], waiting: ['db'], seconds: 25 });
    expect(step('starting', '2026-11-23T19:50:00Z')).toEqual({ start: [], waiting: ['db'], seconds: 60 });
    expect(step('available', '2026-11-23T19:50:00Z')).toMatchObject({ start: [], waiting: [] });
    expect(step('starting', '2026-11-23T20:45:00Z').waiting).toEqual([]);
  });

  it('S4, S5: a database that is not found, whenever, is asked for again for two minutes from then, then it is named and the others go on', () => {
    const found = waking([service('api', ['db'])], 'missing');
    const gone = { ...found, stores: found.stores.map((store) => ({ ...store, missedAt: '2026-11-23T19:58:00Z' })) };
    expect(storeStep(found.stores, found.startedAt, '2026-11-23T19:58:00Z')).toMatchObject({ waiting: ['db'], seconds: 25 });
    expect(storeStep(gone.stores, gone.startedAt, '2026-11-23T19:59:59Z').waiting).toEqual(['db']);
    expect(wakeStep(gone, '2026-11-23T19:59:59Z')).toMatchObject({ changes: [], failed: [], waiting: ['db', 'api'] });
    expect(storeStep(gone.stores, gone.startedAt, '2026-11-23T20:00:00Z').waiting).toEqual([]);
    expect(wakeStep(gone, '2026-11-23T20:00:00Z')).toMatchObject({
      changes: [{ name: 'api', bounds: day, desired: 3 }],
      failed: [{ resource: 'db', error: 'it ran in the evening and does not exist now' }],
    });
  });

  it('S4: nothing that needs a database starts before it is available', () => {
    expect(wakeStep(waking([service('api', ['db'])], 'stopping'), '2026-11-23T19:45:35Z')).toMatchObject({
      changes: [],
      finished: false,
      storesWaiting: true,
    });
    expect(wakeStep(waking([service('api', ['db'])], 'starting'), '2026-11-23T19:46:05Z').changes).toEqual([]);
    expect(wakeStep(waking([service('api', ['db'])], 'available'), '2026-11-23T19:50:05Z')).toMatchObject({
      changes: [{ name: 'api', bounds: day, desired: 3 }],
      storesWaiting: false,
    });
  });

  it('S4: bounds lift the count to their minimum; the exact count follows only where that is not it', () => {
    const exact = service('api', [], { wanted: { desired: 2, bounds: day } });
    expect(wakeStep(waking([exact], 'available'), '2026-11-23T19:50:05Z').changes).toEqual([{ name: 'api', bounds: day, desired: null }]);
  });

  it('S5, R6: a count that was below the minimum comes back, also where a deploy or a step that got no further has lifted it', () => {
    const lifted = { wanted: { desired: 1, bounds: day }, now: { exists: true, desired: 2, bounds: day } };
    const [change] = wakeStep(waking([service('api', [], lifted)], 'available'), '2026-11-23T19:50:05Z').changes;
    expect(change).toEqual({ name: 'api', bounds: null, desired: 1 });
    const scaledOut = service('api', [], { ...lifted, raisedAt: '2026-11-23T19:50:05Z', healthy: 2 });
    expect(wakeStep(waking([scaledOut], 'available'), '2026-11-23T19:55:00Z')).toMatchObject({ changes: [], finished: true });
  });

  it('S4: services follow what they need, proven', () => {
    const started = service('api', ['db'], { ...up, healthy: 2 });
    expect(wakeStep(waking([started, service('web', ['api'])], 'available'), '2026-11-23T19:51:00Z')).toMatchObject({
      changes: [],
      waiting: ['api', 'web'],
      seconds: 15,
    });
    expect(
      wakeStep(waking([service('api', ['db'], up), service('web', ['api'])], 'available'), '2026-11-23T19:52:00Z').changes.map(
        ({ name }) => name,
      ),
    ).toEqual(['web']);
    expect(wakeStep(waking([service('api', ['db'], up), service('web', ['api'], up)], 'available'), '2026-11-23T19:53:00Z')).toMatchObject({
      finished: true,
      failed: [],
      waiting: [],
    });
  });

  it('S4: a service that never becomes healthy is named after its time, and the others serve', () => {
    const sick = service('api', ['db'], { ...up, healthy: 0 });
    const step = wakeStep(waking([sick, service('web', ['api'])], 'available'), '2026-11-23T20:00:00Z');
    expect(step.failed).toEqual([{ resource: 'api', error: '0 of 3 tasks healthy 10 min after their start' }]);
    expect(step.changes.map(({ name }) => name)).toEqual(['web']);
  });

  it('S4: a database that does not start in an hour holds nobody any longer', () => {
    const step = wakeStep(waking([service('api', ['db'])], 'starting'), '2026-11-23T20:45:00Z');
    expect(step.failed).toEqual([{ resource: 'db', error: 'still starting after an hour' }]);
    expect(step.changes.map(({ name }) => name)).toEqual(['api']);
  });

  it('S4: a service that was proven and is scaled in while others still wake is not raised once more', () => {
    const fewer = service('api', [], { ...up, now: { exists: true, desired: 2, bounds: day }, healthy: 2, proven: true });
    expect(wakeStep(waking([fewer], 'starting'), '2026-11-23T20:20:00Z')).toMatchObject({ changes: [], waiting: ['db'] });
    const never = { ...fewer, proven: false, raisedAt: '2026-11-23T20:15:00Z' };
    expect(wakeStep(waking([never], 'starting'), '2026-11-23T20:20:00Z').changes).toEqual([{ name: 'api', bounds: null, desired: 3 }]);
  });

  it('S4: a database that AWS refused to start is named with what AWS said', () => {
    const stopped = { ...waking([], 'stopped'), stores: [{ name: 'db', identifier: 'db', status: 'stopped', refused: 'no capacity' }] };
    expect(wakeStep(stopped, '2026-11-23T20:45:00Z').failed).toEqual([{ resource: 'db', error: 'still stopped after an hour: no capacity' }]);
  });

  it('S4: a service whose count AWS refuses is tried for half an hour, then named with what AWS said, and nobody waits for it', () => {
    const refused = service('api', [], { refused: { since: '2026-11-23T19:46:00Z', error: 'not authorized' } });
    const both = [refused, service('web', ['api'])];
    expect(wakeStep(waking(both, 'available'), '2026-11-23T20:15:59Z')).toMatchObject({ changes: [{ name: 'api' }], failed: [], waiting: ['api', 'web'] });
    expect(wakeStep(waking(both, 'available'), '2026-11-23T20:16:00Z')).toMatchObject({
      changes: [{ name: 'web' }],
      failed: [{ resource: 'api', error: 'AWS refuses to start it: not authorized' }],
      waiting: ['web'],
    });
  });

  it('S13: somebody started it in the night already: its time to be healthy runs, nothing is changed twice', () => {
    const there = service('api', [], { now: { exists: true, desired: 3, bounds: day } });
    expect(wakeStep(waking([there], 'available'), '2026-11-23T19:50:05Z')).toMatchObject({ changes: [], raised: ['api'], finished: false });
  });

  it('S4: without Spot capacity a service is placed on demand after four minutes', () => {
    const starved = service('api', [], { ...up, running: 0, healthy: 0, onSpot: true });
    expect(wakeStep(waking([starved], 'available'), '2026-11-23T19:53:59Z').leaveSpot).toEqual([]);
    expect(wakeStep(waking([starved], 'available'), '2026-11-23T19:54:00Z').leaveSpot).toEqual(['api']);
    expect(wakeStep(waking([{ ...starved, onSpot: false }], 'available'), '2026-11-23T19:54:00Z').leaveSpot).toEqual([]);
  });

  it('C: what scaling added since is not taken back', () => {
    const scaled = service('api', [], { ...up, now: { exists: true, desired: 5, bounds: day }, healthy: 5 });
    expect(wakeStep(waking([scaled], 'available'), '2026-11-23T19:55:00Z')).toMatchObject({ changes: [], finished: true });
  });

  it('R7: a service that was off in the evening holds nobody up', () => {
    const off = service('api', [], { wanted: { desired: 0, bounds: null }, now: { exists: true, desired: 0, bounds: null } });
    expect(wakeStep(waking([off], 'available'), '2026-11-23T19:55:00Z')).toMatchObject({ changes: [], finished: true });
  });
});
