// Notices end to end: from the topic to Slack and mail, through queues that may be slow, refused, down or crash (N1–N3, X1).
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../local/in-process.ts';
import { parked } from '../../shared/aws/parked.ts';
import { watchedPlatform, type Watched, type WatchedOptions } from './watched-platform.ts';

const PLATFORM = 'managed-chatkit';
const PREFIX = `${PLATFORM}-dev`;
const open: Watched[] = [];
const watched = async (options: WatchedOptions = {}): Promise<Watched> => {
  const platform = await watchedPlatform({ platform: PLATFORM, ...options });
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
describe('an alarm on its way to people', () => {
  it('L1 N1: reaches Slack and mail with two door calls within three seconds, and so does its end', async () => {
    const platform = await watched();
    const before = platform.world.clock.now;
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(1);
    const [message] = platform.world.services.outside.slack.messages;
    expect(platform.slack()).toHaveLength(1);
    expect((message?.at ?? 0) - before).toBeLessThan(5_000);
    expect([platform.doorCalls('alarm/report', before), platform.doorCalls('notices/slack', before)]).toEqual([1, 1]);
    expect(platform.mail().map(({ subject }) => subject)).toEqual(['PROBLEM managed-chatkit dev: Errors of the load balancer']);
    await platform.minutes(9);
    recover(platform, 'loadbalancer-errors');
    await platform.minutes(1);
    expect(platform.slack()[1]).toBe(
      'Recovered after 10 min: errors of the load balancer · All alarms of this incident are back to normal.',
    );
    expect(platform.mail()).toHaveLength(2);
    expect([...platform.records('incident').values()]).toMatchObject([{ closedAt: '2026-11-23T09:20:05.000Z' }]);
  });

  it('N3: secrets in log lines never leave the platform', async () => {
    const platform = await watched();
    const password = 'S3cr3tPassw0rd';
    platform.world.services.logs.write(
      platform.manifest.services[0]?.logGroup ?? '',
      'web/app/1',
      `ERROR could not connect to postgres://app:${password}@db:5432/app`,
    );
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(1);
    const everything = JSON.stringify([platform.world.services.outside.slack.messages, platform.mail()]);
    expect(everything).toContain('postgres://app:[redacted]@db:5432/app');
    expect(JSON.stringify(platform.world.trail.entries.filter(({ kind }) => kind === 'message'))).not.toContain(password);
  });

  it('L3: an app edits its message in place and answers in the thread when it is over', async () => {
    const platform = await watched({ slack: 'app' });
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(0.2);
    fire(platform, 'web-cpu-high');
    await platform.minutes(2);
    recover(platform, 'web-cpu-high');
    recover(platform, 'loadbalancer-errors');
    await platform.minutes(2);
    const messages = platform.world.services.outside.slack.messages;
    expect(messages.map(({ threadTs }) => threadTs)).toEqual([undefined, messages[0]?.ts]);
    expect(messages[0]?.edits).toBeGreaterThanOrEqual(2);
    expect(messages[0]?.text).toMatch(/^Recovered after/);
    expect(JSON.stringify(messages[0]?.blocks)).not.toContain('"actions"');
  });
});

describe('roads beside Slack and mail', () => {
  it('L2: an app puts the graph of the metric below the first message', async () => {
    const platform = await watched({ slack: 'app' });
    fire(platform, 'web-cpu-high');
    await platform.minutes(1);
    const { messages, files } = platform.world.services.outside.slack;
    expect(files.map(({ title, threadTs }) => [title, threadTs])).toEqual([['CPU of web', messages[0]?.ts]]);
    expect([...(files[0]?.bytes.slice(1, 4) ?? [])]).toEqual([0x50, 0x4e, 0x47]);
  });

  it('L2: a picture that cannot be drawn keeps no message back', async () => {
    const rules = [
      {
        kind: 'error',
        when: 'before-effect',
        service: 'monitoring',
        operation: 'GetMetricWidgetImage',
        times: Infinity,
        error: { code: 'InternalServiceFault', message: 'no', status: 500 },
      },
    ] as const;
    const platform = await watched({ slack: 'app', faults: { rules } });
    fire(platform, 'web-cpu-high');
    await platform.minutes(2);
    expect([platform.slack().length, platform.world.services.outside.slack.files.length]).toEqual([1, 0]);
  });

  it('N1: a webhook takes every notice as signed JSON, once, and again only while it fails', async () => {
    const platform = await watched({ notices: { webhook: { secret: 'managed-chatkit/hook' } } });
    const { world } = platform;
    const received: { readonly body: string; readonly headers: Readonly<Record<string, string>> }[] = [];
    let failing = 2;
    world.services.outside.host('hooks.example.com', ({ body, headers }) => {
      failing -= 1;
      if (failing >= 0) return { status: 503, headers: {}, body: '' };
      received.push({ body, headers });
      return { status: 204, headers: {}, body: '' };
    });
    const SecretString = JSON.stringify({ url: 'https://hooks.example.com/dayshift', signingSecret: 'key' });
    await world.clock.finish(
      world.call({
        service: 'secretsmanager',
        operation: 'PutSecretValue',
        input: { SecretId: 'managed-chatkit/hook', SecretString },
        caller: { kind: 'operator' },
      }),
    );
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(3);
    expect(received).toHaveLength(1);
    const [{ body, headers } = { body: '', headers: {} as Readonly<Record<string, string>> }] = received;
    expect(JSON.parse(body)).toMatchObject({ version: 1, title: 'Errors of the load balancer', story: 'alarm' });
    expect(headers['x-dayshift-signature']).toBe(
      `v1=${createHmac('sha256', 'key').update(`${headers['x-dayshift-timestamp']}.${body}`).digest('hex')}`,
    );
    expect(headers['x-dayshift-notice']).toMatch(/^inc-.*@2026-/);
  });
});

describe('a road in trouble', () => {
  it('N2: a Slack that is down for a day loses nothing, delivers the oldest first, and is reported by mail', async () => {
    const platform = await watched();
    const { world } = platform;
    world.services.outside.slack.outage(world.clock.now + 24 * 3_600_000, 503);
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(12 * 60);
    recover(platform, 'loadbalancer-errors');
    await platform.minutes(11 * 60);
    fire(platform, 'web-cpu-high');
    await platform.minutes(50);
    expect(platform.slack()).toEqual([]);
    expect(platform.mail().map(({ subject }) => subject)).toContain('PROBLEM managed-chatkit dev: Slack does not take our messages');
    await platform.minutes(60);
    const titles = platform.slack().map((text) => text.split(' · ')[0] ?? '');
    expect(titles).toEqual(['Errors of the load balancer', 'Recovered after 12 h: errors of the load balancer', 'CPU of web']);
  });

  it.each([
    ['revoked', 'https://hooks.slack.com/services/T0/B0/revoked', 'Slack answered: no_service'],
    ['mistyped', 'https://hooks.slak.com/services/T0/B0/X0', 'Slack gave no answer, for there is no such host'],
  ])('N2: a wrong webhook (%s) is reported by mail within a minute, and what waited is delivered once it is repaired', async (_, wrong, said) => {
    const platform = await watched();
    const { world, manifest } = platform;
    const put = (webhook: string): Promise<unknown> =>
      world.clock.finish(
        world.call({
          service: 'secretsmanager',
          operation: 'PutSecretValue',
          input: { SecretId: manifest.notices.slack?.secret, SecretString: JSON.stringify({ webhook }) },
          caller: { kind: 'operator' },
        }),
      );
    await put(wrong);
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(1);
    expect(platform.mail().map(({ subject }) => subject)).toEqual([
      'PROBLEM managed-chatkit dev: Errors of the load balancer',
      'PROBLEM managed-chatkit dev: Slack does not take our messages',
    ]);
    expect(platform.mail()[1]?.text).toContain(said);
    await put(world.services.outside.slack.webhook(manifest.id));
    await platform.minutes(20);
    expect(platform.slack()).toHaveLength(1);
    expect(platform.mail()).toHaveLength(2);
  });

  it('N2: Retry-After is honoured', async () => {
    const platform = await watched();
    const { world } = platform;
    const end = world.services.outside.outage({ host: 'hooks.slack.com', answer: 429, retryAfter: 40 });
    fire(platform, 'loadbalancer-errors');
    await platform.minutes(0.5);
    const tried = world.clock.now;
    end();
    await platform.minutes(3);
    expect(platform.slack()).toHaveLength(1);
    expect((world.services.outside.slack.messages[0]?.at ?? 0) - tried).toBeGreaterThan(10_000);
  });

  it('N2: a message nobody can read is parked and told by mail', async () => {
    const platform = await watched();
    const { world } = platform;
    const topicArn = `arn:aws:sns:us-east-1:111122223333:${PREFIX}-AlarmTopic`;
    const input = {
      TopicArn: topicArn,
      Message: 'hello',
      MessageAttributes: { roads: { DataType: 'String.Array', StringValue: '["slack"]' } },
    };
    await world.clock.finish(world.call({ service: 'sns', operation: 'Publish', input, caller: { kind: 'operator' } }));
    await platform.minutes(10);
    expect(world.services.sqs.queue(`arn:aws:sqs:us-east-1:111122223333:${PREFIX}-slack-parked`)).toBeDefined();
    expect(platform.mail().map(({ subject }) => subject)).toEqual([
      'PROBLEM managed-chatkit dev: Messages for Slack are parked because nobody can read them',
    ]);
    expect(platform.slack()).toEqual([]);
    const host = { manifest: platform.manifest, connect: (sdk: unknown) => void connect(sdk, world, { kind: 'operator' }) };
    const moved = await world.clock.finish(parked(host).redrive('slack'));
    expect(moved).toEqual([{ body: 'hello', why: 'the message is no notice' }]);
  });
});
