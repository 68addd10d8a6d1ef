// The simulated CloudWatch: what alarms do, and what holds them back.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';

let world: World;
const later = (milliseconds: number) => world.clock.run(world.clock.now + milliseconds);
const minutes = (count: number) => later(count * 60_000);
const call = (operation: string, input: object): Promise<any> =>
  world.call({ service: 'monitoring', operation, input, caller: { kind: 'operator' } });
const account = '111122223333';
const topic = `arn:aws:sns:us-east-1:${account}:ops`;

const cpu = {
  AlarmName: 'cpu',
  Namespace: 'AWS/ECS',
  MetricName: 'CPUUtilization',
  Dimensions: [{ Name: 'ServiceName', Value: 'web' }],
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 80,
  ComparisonOperator: 'GreaterThanThreshold',
};
const metric = { namespace: 'AWS/ECS', name: 'CPUUtilization', dimensions: { ServiceName: 'web' } };

/** Events the world emitted with that detail type, newest last. */
let emitted: any[];
const changes = () => emitted.filter((event) => event.detailType === 'CloudWatch Alarm State Change');

beforeEach(() => {
  emitted = [];
  world = createWorld({
    start: '2026-11-23T08:00:00Z',
    seed: 1,
    factories: {
      events: () =>
        ({
          signingName: 'events',
          operations: {},
          support: { does: [], doesNot: [] },
          emit: (event: object) => emitted.push(event),
        }) as never,
    },
  });
});

describe('actions', () => {
  const inbox = `arn:aws:sqs:us-east-1:${account}:inbox`;
  const published = () =>
    world.services.sqs
      .queue(inbox)!
      .messages.map((message) => JSON.parse(message.body))
      .map((message) => message.AlarmName + ' ' + message.NewStateValue);
  const any = (call: string, input: object, service: string) =>
    world.call({ service, operation: call, input, caller: { kind: 'operator' } });

  beforeEach(async () => {
    await any('CreateTopic', { Name: 'ops' }, 'sns');
    const statement = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: inbox };
    await any('CreateQueue', { QueueName: 'inbox', Attributes: { Policy: JSON.stringify({ Statement: [statement] }) } }, 'sqs');
    await any('Subscribe', { TopicArn: topic, Protocol: 'sqs', Endpoint: inbox, Attributes: { RawMessageDelivery: 'true' } }, 'sns');
    world.services.cloudwatch.addSource({ ...metric, sample: () => 5, until: () => Infinity });
    await call('PutMetricAlarm', { ...cpu, AlarmActions: [topic], OKActions: [topic], AlarmDescription: 'web is busy' });
    await minutes(8);
    world.services.sqs.queue(inbox)!.messages = [];
  });

  it('L2: SNS gets the message of A9, with the threshold and the display name of the Region', async () => {
    world.services.cloudwatch.overrideAlarmMetric('cpu', 97, world.clock.now + 60_000);
    await minutes(2);
    const message = JSON.parse(world.services.sqs.queue(inbox)!.messages[0]!.body);
    expect(message).toMatchObject({
      AlarmName: 'cpu',
      AlarmDescription: 'web is busy',
      AWSAccountId: account,
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      Region: 'US East (N. Virginia)',
      Trigger: {
        MetricName: 'CPUUtilization',
        Namespace: 'AWS/ECS',
        StatisticType: 'Statistic',
        Statistic: 'AVERAGE',
        Period: 60,
        Threshold: 80,
        TreatMissingData: '- TreatMissingData:                    missing',
        Dimensions: [{ value: 'web', name: 'ServiceName' }],
      },
    });
  });

  it('L4: disabled actions stay silent while events go on', async () => {
    await call('DisableAlarmActions', { AlarmNames: ['cpu'] });
    world.services.cloudwatch.setAlarm('cpu', 'ALARM');
    await minutes(1);
    expect(published()).toEqual([]);
    expect(changes().at(-1)!.detail.state.value).toBe('ALARM');
  });

  it('L4: a mute rule holds actions, marks events, and runs the actions when its window ends in the muted state', async () => {
    await call('PutAlarmMuteRule', {
      Name: 'night',
      Rule: { Schedule: { Expression: 'at(2026-11-23T08:05)', Duration: 'PT1H' } },
      MuteTargets: { AlarmNames: ['cpu'] },
    });
    world.services.cloudwatch.setAlarm('cpu', 'ALARM');
    await minutes(30);
    expect(published()).toEqual([]);
    expect(changes().at(-1)!.detail.muteDetail).toEqual({
      mutedByArn: `arn:aws:cloudwatch:us-east-1:${account}:alarm-mute-rule:night`,
      muteWindowStart: '2026-11-23T08:05:00.000+0000',
      muteWindowEnd: '2026-11-23T09:05:00.000+0000',
    });
    await minutes(40);
    expect(published()).toEqual(['cpu ALARM']);
    await expect(
      call('PutAlarmMuteRule', { Name: 'six', Rule: { Schedule: { Expression: 'cron(0 20 * * ? *)', Duration: 'PT1H' } } }),
    ).rejects.toMatchObject({ message: 'Mute rules take five cron fields: cron(0 20 * * ? *)' });
  });

  it('L3: a composite follows its children, and a suppressor holds its actions until it lets go', async () => {
    for (const AlarmName of ['disk', 'maintenance'])
      await call('PutMetricAlarm', { ...cpu, AlarmName, MetricName: AlarmName, TreatMissingData: 'notBreaching' });
    await call('PutCompositeAlarm', {
      AlarmName: 'platform',
      AlarmRule: 'ALARM("cpu") OR (ALARM(disk) AND NOT OK(cpu))',
      AlarmActions: [topic],
      ActionsSuppressor: 'maintenance',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 120,
    });
    await minutes(2);
    world.services.cloudwatch.setAlarm('maintenance', 'ALARM');
    world.services.cloudwatch.setAlarm('cpu', 'ALARM');
    await minutes(5);
    expect(published()).toEqual(['cpu ALARM']);
    expect(changes().at(-1)!.detail).toMatchObject({
      alarmName: 'platform',
      configuration: { actionsSuppressor: 'maintenance' },
      state: { value: 'ALARM', actionsSuppressedBy: 'Alarm' },
    });
    expect(JSON.parse(changes().at(-1)!.detail.state.reasonData).triggeringAlarms[0].arn).toMatch(/:alarm:cpu$/);
    world.services.cloudwatch.setAlarm('maintenance', 'OK');
    await minutes(1);
    expect(published()).toEqual(['cpu ALARM']);
    await minutes(2);
    expect(published()).toEqual(['cpu ALARM', 'platform ALARM']);
  });
});
