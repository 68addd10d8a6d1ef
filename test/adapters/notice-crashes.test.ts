// Every door of alarms and notices killed around each of its calls: everybody is told all the same (X1).
import { afterEach, describe, expect, it } from 'vitest';
import { watchedPlatform, type Watched, type WatchedOptions } from './watched-platform.ts';

const PREFIX = 'managed-chatkit-dev';
const open: Watched[] = [];
const watched = async (options: WatchedOptions): Promise<Watched> => {
  const platform = await watchedPlatform({ platform: 'managed-chatkit', ...options });
  open.push(platform);
  return platform;
};
afterEach(async () => {
  for (const { world } of open.splice(0)) await world.close();
});

const fire = ({ world }: Watched, alarm: string): void =>
  world.services.cloudwatch.setAlarm(`${PREFIX}-${alarm}`, 'ALARM', 'Threshold Crossed');
const recover = ({ world }: Watched, alarm: string): void =>
  world.services.cloudwatch.setAlarm(`${PREFIX}-${alarm}`, 'OK', 'Threshold not crossed');

describe('crashes', () => {
  const kills = (door: string, calls: number) =>
    Array.from({ length: calls }, (_, index) =>
      (['before-call', 'after-call'] as const).map((when) => ({ functionName: door, when, call: index + 1 })),
    ).flat();

  it.each([...kills('alarm-report', 15), ...kills('notices-slack', 9)])(
    'X1: $functionName killed $when $call still tells everybody',
    async ({ functionName, when, call }) => {
      const platform = await watched({ faults: { rules: [{ kind: 'kill', functionName, when, call }] } });
      fire(platform, 'loadbalancer-errors');
      await platform.minutes(5);
      recover(platform, 'loadbalancer-errors');
      await platform.minutes(5);
      const titles = platform.slack().map((text) => text.split(' · ')[0]);
      expect([...new Set(titles)]).toEqual(['Errors of the load balancer', 'Recovered after 5 min: errors of the load balancer']);
      expect(titles.length).toBeLessThanOrEqual(3);
      expect(platform.mail().length).toBeGreaterThanOrEqual(2);
    },
  );
});
