// Alarms that a sleep, a wake, a rollout or a mute explains, and what happens when they outlive it (L4).
import { describe, expect, it } from 'vitest';
import type { Circumstances } from '../../shared/domain/alarm-explained.ts';
import { isNews } from '../../shared/domain/alarm-report.ts';
import { at, morning, quietTimes } from './alarm-world.ts';

describe('expected trouble', () => {
  const asleep: Circumstances = {
    ...quietTimes,
    platform: { state: 'asleep', since: at('20:00:00') },
    wakesAt: '2026-11-24T07:00:00.000Z',
  };

  it('L4: an alarm of a sleeping service is recorded, not sent, and looked at again after the morning', () => {
    const day = morning(asleep);
    const quiet = day.event('api-unhealthy', 'ALARM', at('20:06:00'), { execution: 'q' });
    expect([quiet.reason, quiet.tell, quiet.wait?.until]).toEqual(['explained-by-sleep', null, '2026-11-24T07:15:00.000Z']);
    expect(day.event('api-unhealthy', 'OK', at('21:00:00')).reason).toBe('alarm-cleared-quietly');
    expect(day.look(quiet, { state: 'OK' }, 'q', '2026-11-24T07:15:00.000Z').reason).toBe('alarm-nothing-left');
  });

  it('L4: it is sent when it outlives the plan', () => {
    const day = morning(asleep);
    const quiet = day.event('api-unhealthy', 'ALARM', at('20:06:00'), { execution: 'q' });
    day.known({ ...quietTimes, platform: { state: 'waking', since: '2026-11-24T07:00:00.000Z' } });
    const waking = day.look(quiet, { since: at('20:06:00') }, 'q', '2026-11-24T07:15:00.000Z');
    expect([waking.reason, waking.wait?.until]).toEqual(['explained-by-wake', '2026-11-24T07:20:00.000Z']);
    day.known({ ...quietTimes, platform: { state: 'awake', since: '2026-11-24T07:18:00.000Z' } });
    const settled = day.look(waking, { since: at('20:06:00') }, 'q', '2026-11-24T07:20:00.000Z');
    expect([settled.reason, settled.wait?.until]).toEqual(['explained-by-wake', '2026-11-24T07:35:00.000Z']);
    const sent = day.look(settled, { since: at('20:06:00') }, 'q', '2026-11-24T07:35:00.000Z');
    expect([sent.reason, sent.tell?.what]).toEqual(['alarm-outlived', 'outlived']);
    expect(day.look(settled, { since: at('20:06:00') }, 'q', '2026-11-24T07:35:00.000Z').tell?.what).toBe('outlived');
  });

  it('L4: what stays awake is watched all night', () => {
    const day = morning(asleep);
    expect(
      day.event('gateway-cpu-high', 'ALARM', at('23:00:00'), {
        now: { metric: { namespace: 'AWS/ECS', name: 'CPUUtilization', dimensions: { ServiceName: 'wizelit-dev-gateway' } } },
      }).tell?.what,
    ).toBe('opened');
    expect(day.event('redeploy-story-failed', 'ALARM', at('23:30:00'), { now: { metric: null } }).tell?.what).toBe('opened');
  });

  it('L4: an alarm of a service that is rolled out waits for the rollout, no longer', () => {
    const rollouts = [{ id: 'r1', startedAt: at('10:00:00'), services: ['api'], longestSeconds: 900 }];
    const day = morning({ ...quietTimes, rollouts });
    const quiet = day.event('api-unhealthy', 'ALARM', at('10:03:00'), { execution: 'q' });
    expect([quiet.reason, quiet.wait?.until]).toEqual(['explained-by-rollout', at('10:08:00')]);
    const longer = day.look(quiet, { since: at('10:03:00') }, 'q', at('10:12:00'));
    expect(longer.wait?.until).toBe(at('10:15:00'));
    expect(day.look(longer, { since: at('10:03:00') }, 'q', at('10:15:00')).reason).toBe('alarm-outlived');
  });

  it('L4: an alarm that stood before the rollout, or belongs to something else, is no part of it', () => {
    const rollouts = [{ id: 'r1', startedAt: at('10:00:00'), services: ['api'], longestSeconds: 900 }];
    const day = morning({ ...quietTimes, rollouts });
    expect(day.event('api-unhealthy', 'ALARM', at('10:03:00'), { since: at('09:59:00') }).tell?.what).toBe('opened');
    const other = morning({ ...quietTimes, rollouts });
    expect(
      other.event('main-database-disk-low', 'ALARM', at('10:03:00'), {
        now: { metric: { namespace: 'AWS/RDS', name: 'FreeStorageSpace', dimensions: { DBInstanceIdentifier: 'wizelit-dev-main' } } },
      }).tell?.what,
    ).toBe('opened');
  });

  it('L4: a mute keeps events quiet too, and what still stands at its end is sent then', () => {
    const day = morning();
    const muted = day.event('api-slow', 'ALARM', at('10:00:00'), { execution: 'q', mutedUntil: at('12:00:00') });
    expect([muted.reason, muted.wait?.until]).toEqual(['muted-in-cloudwatch', at('12:02:00')]);
    expect(day.look(muted, {}, 'q', at('12:02:00')).tell?.what).toBe('outlived');
  });

  it('L4, L6: what a person muted is told at the end of the mute, or within a quarter of an hour when the mute is taken back', () => {
    const mutes = [{ name: 'api', until: at('10:20:00'), by: 'mara' }];
    const day = morning({ ...quietTimes, mutes });
    const muted = day.event('api-slow', 'ALARM', at('10:00:00'), { execution: 'q' });
    expect([muted.reason, muted.facts, muted.wait?.until]).toEqual(['muted-by-person', { by: 'mara', until: 'Mon 23 Nov 10:20 UTC' }, at('10:15:00')]);
    const still = day.look(muted, {}, 'q', at('10:15:00'));
    expect([still.reason, isNews(muted), isNews(still), still.wait?.until]).toEqual(['muted-by-person', true, false, at('10:21:00')]);
    expect(day.look(still, {}, 'q', at('10:21:00')).tell?.what).toBe('outlived');

    const unmuted = morning({ ...quietTimes, mutes });
    const before = unmuted.event('api-slow', 'ALARM', at('10:00:00'), { execution: 'q' });
    unmuted.known(quietTimes);
    expect(unmuted.look(before, {}, 'q', at('10:15:00')).tell?.what).toBe('outlived');
  });

  it('L4: alarms that outlive the night together are one message', () => {
    const day = morning(asleep);
    const one = day.event('api-unhealthy', 'ALARM', at('20:06:00'), { execution: 'one' });
    const two = day.event('api-worker-tasks-missing', 'ALARM', at('20:07:00'), { execution: 'two' });
    day.known(quietTimes);
    expect(day.look(one, { since: at('20:06:00') }, 'one', '2026-11-24T07:15:00.000Z').tell?.what).toBe('outlived');
    expect(day.look(two, { since: at('20:07:00') }, 'two', '2026-11-24T07:15:02.000Z')).toMatchObject({
      reason: 'alarm-joined',
      tell: null,
    });
  });

  it('L4: an open incident ends without a word of recovery when its service is put to sleep', () => {
    const day = morning();
    day.event('api-slow', 'ALARM', at('19:50:00'));
    day.known(asleep);
    expect(day.event('api-slow', 'INSUFFICIENT_DATA', at('20:10:00'))).toMatchObject({
      reason: 'explained-by-sleep',
      tell: { what: 'closed' },
    });
  });
});
