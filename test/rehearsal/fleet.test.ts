// One push to many services: as fast as AWS lets it be, and no faster (R1, X3).
import { afterAll, describe, expect, it } from 'vitest';
import { openFleet, type Fleet } from '../fleet.ts';

const SERVICES = 60;
/** RegisterTaskDefinition: 20 at once, then one a second (aws-facts B10). */
const FLOOR_SECONDS = 40;

const opened: Fleet[] = [];
afterAll(async () => {
  for (const { world } of opened) await world.close();
});

describe('one push to 60 services', () => {
  it('X3: throttled RegisterTaskDefinition (1/s) with 60 services: all registered within 1.1 of AWS’s floor, no throttling error seen', async () => {
    const fleet = await openFleet({ services: SERVICES });
    opened.push(fleet);
    const before = fleet.world.clock.now;
    const digest = fleet.push();
    await fleet.minutes(6);
    const calls = fleet.calls(before);
    const registered = calls.filter(({ what }) => what === 'ecs:RegisterTaskDefinition').map(({ at }) => at);
    expect(fleet.running(digest)).toBe(SERVICES);
    expect(registered).toHaveLength(SERVICES);
    expect((Math.max(...registered) - Math.min(...registered)) / 1_000).toBeLessThanOrEqual(1.1 * FLOOR_SECONDS);
    expect(calls.filter(({ code }) => code !== null && /throttl|limit|too ?many/i.test(code))).toEqual([]);
  });
});

describe('one push to one service', () => {
  it('R1: at most 3 door invocations from the event to the accepted UpdateService, at most 40 transitions for a watched 5-minute rollout', async () => {
    const fleet = await openFleet({ services: 1 });
    opened.push(fleet);
    const before = fleet.world.clock.now;
    fleet.push();
    await fleet.minutes(12);
    const accepted = fleet.calls(before).find(({ what }) => what === 'ecs:UpdateService')?.at ?? 0;
    const invoked = fleet.world.trail.of('invoke').filter(({ at, what, who }) => what === 'started' && at >= before && at <= accepted && who.includes('-redeploy-'));
    expect(invoked.length).toBeLessThanOrEqual(3);
    const transitions = [...fleet.world.services.states.transitions()].filter(([machine]) => machine.includes('redeploy')).map(([, count]) => count);
    expect(Math.max(...transitions)).toBeLessThanOrEqual(40);
  });
});
