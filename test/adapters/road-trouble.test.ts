// Slack in every kind of trouble, pages that nobody looks after, and log lines too long for any message (N2, L7, N1).
import { afterEach, describe, expect, it } from 'vitest';
import { watchedPlatform, type Watched, type WatchedOptions } from './watched-platform.ts';

const PREFIX = 'managed-chatkit-dev';
const MARA = 'UC8B6C061';
const open: Watched[] = [];
const watched = async (options: WatchedOptions = {}): Promise<Watched> => {
  const platform = await watchedPlatform({ platform: 'managed-chatkit', ...options });
  open.push(platform);
  return platform;
};
afterEach(async () => {
  for (const { world } of open.splice(0)) await world.close();
});

const fire = ({ world }: Watched, alarm: string): void => world.services.cloudwatch.setAlarm(`${PREFIX}-${alarm}`, 'ALARM', 'Threshold Crossed');
const recover = ({ world }: Watched, alarm: string): void => world.services.cloudwatch.setAlarm(`${PREFIX}-${alarm}`, 'OK', 'Threshold not crossed');
const titles = (platform: Watched): readonly (string | undefined)[] => platform.slack().map((text) => text.split(' · ')[0]);

describe('Slack answers three times', () => {
  it.each([
    ['429', 429],
    ['500', 500],
    ['503', 503],
    ['404', 404],
    ['nothing', 'silent'],
    ['with a closed connection', 'refused'],
  ] as const)('N2: %s: both messages arrive once, in order', async (_, answer) => {
    for (const [slack, host] of [['webhook', 'hooks.slack.com'], ['app', 'slack.com']] as const) {
      const platform = await watched({ slack });
      platform.world.services.outside.outage({ host, answer, times: 3, retryAfter: 5 });
      fire(platform, 'loadbalancer-errors');
      await platform.minutes(1);
      recover(platform, 'loadbalancer-errors');
      await platform.minutes(20);
      const [first, second] = platform.world.services.outside.slack.messages;
      expect([slack, platform.slack().length]).toEqual([slack, 2]);
      expect(first?.text).toMatch(slack === 'app' ? /^Recovered after/ : /^Errors of the load balancer/);
      expect(second?.text).toMatch(/^Recovered after/);
    }
  });

  it('N2: a lost answer costs one repetition and loses nothing', async () => {
    const platform = await watched();
    platform.world.services.outside.outage({ host: 'hooks.slack.com', answer: 'lost', times: 1 });
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(5);
    expect([...new Set(titles(platform))]).toEqual(['Errors of the load balancer']);
    expect(platform.slack().length).toBeLessThanOrEqual(2);
  });
});

describe('a message whose blocks Slack cannot read', () => {
  it('N2: arrives with its words alone, a second later, and holds nothing up', async () => {
    const platform = await watched({ slack: 'app' });
    const { world } = platform;
    const twice = { action: 'wake', text: 'Wake now', subject: 'platform', style: 'default' };
    const notice = {
      version: 1, id: 'odd', platform: 'managed-chatkit', stage: 'dev', story: 'operator', severity: 'channel', tone: 'neutral', title: 'Two buttons of one name',
      summary: 'Slack takes them for a mistake.', facts: [], excerpts: [], links: [], nextSteps: [], thread: 'odd', buttons: [twice, twice], at: new Date(world.clock.now).toISOString(),
    };
    const input = {
      TopicArn: `arn:aws:sns:us-east-1:111122223333:${PREFIX}-AlarmTopic`,
      Message: JSON.stringify(notice),
      MessageAttributes: { roads: { DataType: 'String.Array', StringValue: '["slack"]' } },
    };
    await world.clock.finish(world.call({ service: 'sns', operation: 'Publish', input, caller: { kind: 'operator' } }));
    await platform.minutes(0.25);
    expect(world.services.outside.slack.messages.map(({ text, blocks }) => [text, blocks])).toEqual([['Two buttons of one name · Slack takes them for a mistake.', []]]);
  });
});

describe('a page', () => {
  const notices: WatchedOptions['notices'] = { escalate: '15 minutes', repeat: '1 hour', allow: { '*': [MARA] } };

  it('L7: that nobody acknowledges is said again, louder, in its thread, and then every hour while it lasts', async () => {
    const platform = await watched({ stage: 'prod', slack: 'app', notices });
    platform.world.services.cloudwatch.setAlarm('managed-chatkit-prod-loadbalancer-errors', 'ALARM', 'Threshold Crossed');
    await platform.minutes(90);
    expect(titles(platform)).toEqual([
      'Errors of the load balancer',
      'Not acknowledged for 15 min: errors of the load balancer',
      expect.stringMatching(/^Still standing after 1 h 1\d min: errors of the load balancer$/),
    ]);
    const [first, second] = platform.world.services.outside.slack.messages;
    expect(second?.threadTs).toBe(first?.ts);
    expect(JSON.stringify(second)).toContain('<!channel>');
  });
});

describe('log lines', () => {
  it('N1 N3: of 200 KB each are cut to what Slack, mail and SNS take, with their secrets out', async () => {
    for (const slack of ['webhook', 'app'] as const) {
      const platform = await watched({ slack });
      const group = platform.manifest.services.find(({ name }) => name === 'web')?.logGroup ?? '';
      for (let line = 0; line < 40; line += 1) {
        const kinds = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR';
        platform.world.services.logs.write(group, 'web/app/1', `ERROR ${kinds[line]} password=hunter2hunter2 ${'<&>"😀'.repeat(30_000)}`);
      }
      fire(platform, 'web-cpu-high');
      await platform.minutes(2);
      expect([slack, platform.slack().length, platform.mail().length]).toEqual([slack, 1, 1]);
      const everything = JSON.stringify([platform.world.services.outside.slack.messages, platform.mail()]);
      expect(everything).not.toContain('hunter2');
      expect(everything).toContain('ERROR');
      expect(platform.mail()[0]?.text.length).toBeLessThan(100_000);
    }
  });
});

describe('speed', () => {
  it('L2: from the event to the accepted post the doors work for less than three seconds, with evidence, from a cold start', async () => {
    const platform = await watched();
    const { world } = platform;
    const before = world.clock.now;
    fire(platform, 'web-cpu-high');
    await platform.minutes(1);
    const works = world.trail.entries.filter(({ kind, what, at, who }) => kind === 'invoke' && what !== 'started' && at >= before && /-(?:alarm-report|notices-slack)$/.test(who));
    const billed = works.map(({ detail }) => Number((detail as { billedMs?: number }).billedMs));
    expect(billed).toHaveLength(2);
    expect(billed.reduce((sum, one) => sum + one, 0)).toBeLessThan(3_000);
    expect((world.services.outside.slack.messages[0]?.at ?? Infinity) - before).toBeLessThan(5_000);
  });

  it('X5: the deployment of a platform with all its alarms starts no execution of the alarm story', async () => {
    const platform = await watched();
    const executions = platform.world.trail.entries.filter(({ kind, what, who }) => kind === 'state' && what === 'execution started' && who.startsWith(`${PREFIX}-alarm/`));
    expect(executions).toEqual([]);
  });
});
