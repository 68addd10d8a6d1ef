// A night of a thousand services: the automation's own part of sleep and wake against the floor that AWS's request limits set (X3, aws-facts B10).
import { openFleet, type Fleet } from '../test/fleet.ts';

const SERVICES = 1_000;
/** UpdateService: 50 at once, then 5 a second. */
const FLOOR_SECONDS = (SERVICES - 50) / 5;
const MINUTES = 20;

const night = async (opened: Fleet, story: 'sleep' | 'wake'): Promise<string> => {
  const { world, manifest } = opened;
  const since = world.clock.now;
  const stateMachineArn = `arn:aws:states:${world.region}:${world.account}:stateMachine:${manifest.id}-${story}`;
  const input = JSON.stringify({ trigger: { kind: 'operator', by: 'bench' } });
  await world.clock.finish(world.call({ service: 'states', operation: 'StartExecution', input: { stateMachineArn, input }, caller: { kind: 'operator' } }));
  await opened.minutes(MINUTES);
  const mine = opened.calls(since).filter(({ who }) => who.startsWith(`${manifest.id}-${story}-`));
  const changes = mine.filter(({ what, code }) => what === 'ecs:UpdateService' && code === null).map(({ at }) => at);
  const throttled = mine.filter(({ what, code }) => /Throttl/.test(`${what} ${code}`)).length;
  const seconds = (Math.max(...changes) - Math.min(...changes)) / 1_000;
  return `${story}: ${changes.length} changes in ${seconds.toFixed(1)} s = ${(seconds / FLOOR_SECONDS).toFixed(2)} x the floor of ${FLOOR_SECONDS} s, ${throttled} throttled; target 1.1 x and none`;
};

/** Virtual seconds: the machine that runs this has no say in them. */
export const fleet = async (): Promise<readonly string[]> => {
  const opened = await openFleet({ services: SERVICES });
  try {
    return [await night(opened, 'sleep'), await night(opened, 'wake')];
  } finally {
    await opened.world.close();
  }
};
