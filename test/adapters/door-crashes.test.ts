// The doors beside the main road killed around each of their calls: what was to be kept, told or done is, and nothing is done twice (X1).
// Those of every alarm, of Slack and of mail: test/cases/alarm/every-door-dies.json.
import { createHmac } from 'node:crypto';
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

const kills = (functionName: string, calls: number) =>
  Array.from({ length: calls }, (_, index) => (['before-call', 'after-call'] as const).map((when) => ({ kind: 'kill' as const, functionName, when, call: index + 1 }))).flat();
const fire = ({ world }: Watched, alarm: string): void => world.services.cloudwatch.setAlarm(`${PREFIX}-${alarm}`, 'ALARM', 'Threshold Crossed');
const fillIn = ({ world }: Watched, secret: string, value: object): Promise<unknown> =>
  world.clock.finish(world.call({ service: 'secretsmanager', operation: 'PutSecretValue', input: { SecretId: secret, SecretString: JSON.stringify(value) }, caller: { kind: 'operator' } }));

describe('alarm/capture', () => {
  it.each(kills('alarm-capture', 3))('X1 L2: killed $when $call, the stopped task is kept all the same, once', async (rule) => {
    const platform = await watched({ faults: { rules: [rule] } });
    const { world, manifest } = platform;
    const at = new Date(world.clock.now).toISOString();
    const clusterArn = `arn:aws:ecs:${manifest.region}:${world.account}:cluster/${manifest.cluster}`;
    const taskArn = `arn:aws:ecs:${manifest.region}:${world.account}:task/${manifest.cluster}/0123456789abcdef0123456789abcdef`;
    const service = manifest.services.find(({ name }) => name === 'web');
    const container = service?.containers[0]?.name ?? '';
    world.services.logs.write(service?.logGroup ?? '', `web/${container}/0123456789abcdef0123456789abcdef`, 'last words');
    const detail = {
      taskArn,
      clusterArn,
      group: `service:${service?.serviceName}`,
      taskDefinitionArn: world.services.ecs.service(manifest.cluster, service?.serviceName ?? '')?.taskDefinition,
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      stoppedAt: at,
      containers: [{ name: container, exitCode: 1 }],
    };
    world.services.events.emit({ source: 'aws.ecs', detailType: 'ECS Task State Change', resources: [taskArn], detail });
    await platform.minutes(15);
    expect([...platform.records('task').values()].map(({ service: name, logs }) => [name, logs])).toEqual([['web', ['last words']]]);
  });
});

describe('notices/webhook', () => {
  it.each(kills('notices-webhook', 8))('X1 N2: killed $when $call, the receiver gets each notice, and a repeated one by its own key', async (rule) => {
    const platform = await watched({ notices: { webhook: { secret: 'managed-chatkit/hook' } }, faults: { rules: [rule] } });
    const keys: string[] = [];
    platform.world.services.outside.host('hooks.example.com', ({ headers }) => {
      keys.push(headers['x-dayshift-notice'] ?? '');
      return { status: 204, headers: {}, body: '' };
    });
    await fillIn(platform, 'managed-chatkit/hook', { url: 'https://hooks.example.com/dayshift', signingSecret: 'key' });
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(10);
    expect([new Set(keys).size, keys.length <= 2]).toEqual([1, true]);
  });
});

describe('notices/bounced', () => {
  it.each(kills('notices-bounced', 4))('X1 N2: killed $when $call, people hear of the bounce', async (rule) => {
    const platform = await watched({ notices: { mail: { from: 'alerts@dayshift.example' } }, faults: { rules: [rule] } });
    platform.world.services.ses.answers('ops@chatkit.example', 'unknown');
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(10);
    const told = platform.slack().filter((text) => text.startsWith('Mail to ops@chatkit.example does not arrive'));
    expect([1, 2]).toContain(told.length);
  });
});

describe('notices/digest', () => {
  it.each(kills('notices-digest', 11))('X1 L5: killed $when $call, the summary comes', async (rule) => {
    const platform = await watched({ notices: { digest: { daily: true } }, start: '2026-11-23T07:00:00Z', faults: { rules: [rule] } });
    await platform.minutes(24 * 60);
    const summaries = new Map<string, number>();
    for (const { subject } of platform.mail().filter(({ subject: one }) => one.includes('since Friday'))) summaries.set(subject, (summaries.get(subject) ?? 0) + 1);
    expect(summaries.size).toBe(1);
    expect([1, 2]).toContain([...summaries.values()][0]);
  });
});

describe('notices/press', () => {
  const MARA = 'U8A5C7E2F';

  it.each(kills('notices-press', 6))('X1 L6: killed $when $call, the same press sent again does it, once', async (rule) => {
    const platform = await watched({ slack: 'app', notices: { allow: { '*': [MARA] } }, faults: { rules: [rule] } });
    const { world, requestUrl, app } = platform;
    const body = new URLSearchParams({ command: '/dayshift', text: 'wake', user_id: MARA, user_name: 'mara' }).toString();
    const timestamp = String(Math.floor(world.clock.now / 1000));
    const signature = `v0=${createHmac('sha256', app?.signingSecret ?? '').update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
    const press = () => world.clock.finish(world.services.lambda.visit({ method: 'POST', url: requestUrl, headers, body }));
    const first = await press();
    if (first.status !== 200) expect(await press()).toMatchObject({ status: 200 });
    await platform.minutes(3);
    const started = world.trail.entries.filter(({ kind, what, who }) => kind === 'state' && what === 'execution started' && who.startsWith(`${PREFIX}-wake/order-`));
    expect(started).toHaveLength(1);
    expect([...new Set(platform.slack())]).toEqual(['mara wakes the platform.']);
    expect([...platform.records('press').values()].map(({ verb }) => verb)).toEqual(['wake']);
  });
});
