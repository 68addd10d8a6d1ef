// The simulated CloudWatch: evaluation, missing data, events, actions, composites, mute rules, pictures.
import { inflateSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { judge, type Point } from '../../local/services/cloudwatch/evaluation.ts';
import type { MetricAlarmConfig } from '../../local/services/cloudwatch/alarm.ts';
import { evaluateMath } from '../../local/services/cloudwatch/math.ts';
import type { World } from '../../local/world.ts';

let world: World;
const start = Date.parse('2026-11-23T08:00:00Z');
const later = (milliseconds: number) => world.clock.run(world.clock.now + milliseconds);
const minutes = (count: number) => later(count * 60_000);
const call = (operation: string, input: object): Promise<any> => world.call({ service: 'monitoring', operation, input, caller: { kind: 'operator' } });
const account = '111122223333';
const topic = `arn:aws:sns:us-east-1:${account}:ops`;

const cpu = { AlarmName: 'cpu', Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions: [{ Name: 'ServiceName', Value: 'web' }], Statistic: 'Average', Period: 60, EvaluationPeriods: 1, Threshold: 80, ComparisonOperator: 'GreaterThanThreshold' };
const metric = { namespace: 'AWS/ECS', name: 'CPUUtilization', dimensions: { ServiceName: 'web' } };

/** Events the world emitted with that detail type, newest last. */
let emitted: any[];
const changes = () => emitted.filter((event) => event.detailType === 'CloudWatch Alarm State Change');

beforeEach(() => {
  emitted = [];
  world = createWorld({
    start,
    seed: 1,
    factories: { events: () => ({ signingName: 'events', operations: {}, support: { does: [], doesNot: [] }, emit: (event: object) => emitted.push(event) }) as never },
  });
});

describe('metric alarms', () => {
  it('L1: goes INSUFFICIENT_DATA, OK, ALARM, OK as the metric says, with the words and data AWS uses', async () => {
    const between = (at: number, from: string, until: string) => at >= Date.parse(`2026-11-23T${from}Z`) && at < Date.parse(`2026-11-23T${until}Z`);
    world.services.cloudwatch.addSource({ ...metric, sample: (at) => (between(at, '08:03:00', '08:05:00') ? 99.5 : 12.5) });
    await call('PutMetricAlarm', cpu);
    expect((await call('DescribeAlarms', { AlarmNames: ['cpu'] })).MetricAlarms[0]).toMatchObject({ StateValue: 'INSUFFICIENT_DATA', StateReason: 'Unchecked: Initial alarm creation' });
    await minutes(7);
    expect(changes().map((event) => event.detail.state.value)).toEqual(['OK', 'ALARM', 'OK']);
    expect(changes()[1]).toMatchObject({
      source: 'aws.cloudwatch',
      resources: [`arn:aws:cloudwatch:us-east-1:${account}:alarm:cpu`],
      detail: {
        alarmName: 'cpu',
        configuration: { metrics: [{ metricStat: { metric: { dimensions: { ServiceName: 'web' }, name: 'CPUUtilization', namespace: 'AWS/ECS' }, period: 60, stat: 'Average' }, returnData: true }] },
        previousState: { value: 'OK' },
        state: { value: 'ALARM', timestamp: '2026-11-23T08:04:05.000+0000', reason: 'Threshold Crossed: 1 out of the last 1 datapoints [99.5 (23/11/26 08:03:00)] was greater than the threshold (80.0) (minimum 1 datapoint for OK -> ALARM transition).' },
      },
    });
    expect(JSON.parse(changes()[1].detail.state.reasonData)).toMatchObject({ version: '1.0', queryDate: '2026-11-23T08:04:05.000+0000', startDate: '2026-11-23T08:03:00.000+0000', statistic: 'Average', period: 60, recentDatapoints: [99.5], threshold: 80 });
    expect(changes()[1].detail.configuration.threshold).toBeUndefined();
  });

  it('L4: a service without tasks makes a `missing` alarm INSUFFICIENT_DATA minutes later, a `breaching` one ALARM, and leaves an `ignore` one', async () => {
    let value: number | undefined = 90;
    world.services.cloudwatch.addSource({ ...metric, sample: () => value });
    for (const TreatMissingData of ['missing', 'breaching', 'ignore', 'notBreaching']) await call('PutMetricAlarm', { ...cpu, AlarmName: TreatMissingData, TreatMissingData });
    await minutes(2);
    value = undefined;
    await minutes(5);
    const states = Object.fromEntries(['missing', 'breaching', 'ignore', 'notBreaching'].map((name) => [name, world.services.cloudwatch.state(name)]));
    expect(states).toEqual({ missing: 'INSUFFICIENT_DATA', breaching: 'ALARM', ignore: 'ALARM', notBreaching: 'OK' });
  });

  it('evaluates expressions, percentiles and longer periods', async () => {
    let errors: number | undefined;
    world.services.cloudwatch.addSource({ namespace: 'App', name: 'errors', dimensions: {}, sample: () => errors });
    world.services.cloudwatch.addSource({ namespace: 'App', name: 'requests', dimensions: {}, sample: () => 200 });
    const of = (Id: string, MetricName: string) => ({ Id, ReturnData: false, MetricStat: { Metric: { Namespace: 'App', MetricName }, Period: 300, Stat: 'Sum' } });
    await call('PutMetricAlarm', {
      AlarmName: 'rate', EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Metrics: [of('e', 'errors'), of('r', 'requests'), { Id: 'rate', Expression: 'IF(r > 0, 100 * FILL(e, 0) / r, 0)', Label: 'error rate' }],
    });
    await minutes(6);
    expect(world.services.cloudwatch.state('rate')).toBe('OK');
    errors = 20;
    await minutes(2);
    expect(world.services.cloudwatch.state('rate')).toBe('OK');
    await minutes(2);
    expect(world.services.cloudwatch.state('rate')).toBe('ALARM');
  });

  it('a held value costs no evaluation, and a change is noticed within the next minute', async () => {
    let value = 10;
    let asked = 0;
    const source = world.services.cloudwatch.addSource({ ...metric, sample: () => { asked += 1; return value; }, until: () => Infinity });
    await call('PutMetricAlarm', cpu);
    await minutes(10);
    const before = asked;
    await minutes(12 * 60);
    expect(asked).toBe(before);
    value = 95;
    source.changed();
    await minutes(2);
    expect(world.services.cloudwatch.state('cpu')).toBe('ALARM');
    const { MetricDataResults } = await call('GetMetricData', {
      StartTime: new Date(world.clock.now - 4 * 60_000), EndTime: new Date(world.clock.now), ScanBy: 'TimestampAscending',
      MetricDataQueries: [{ Id: 'm', MetricStat: { Metric: { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions: cpu.Dimensions }, Period: 60, Stat: 'Average' } }],
    });
    expect(MetricDataResults[0].Values).toEqual([10, 10, 95, 95]);
  });

  it('counts reported once per minute decide a `notBreaching` alarm and expire', async () => {
    await call('PutMetricAlarm', { AlarmName: '5xx', Namespace: 'AWS/ApplicationELB', MetricName: 'HTTPCode_Target_5XX_Count', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 3, ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' });
    await minutes(2);
    for (let i = 0; i < 3; i += 1) world.services.cloudwatch.record({ namespace: 'AWS/ApplicationELB', name: 'HTTPCode_Target_5XX_Count', dimensions: {}, value: 1 });
    await minutes(1);
    await later(10_000);
    expect(world.services.cloudwatch.state('5xx')).toBe('ALARM');
    await minutes(4);
    expect(changes().map((event) => event.detail.state.value)).toEqual(['OK', 'ALARM', 'OK']);
  });

  it('a rehearsal may force what one alarm sees, or hold its state', async () => {
    world.services.cloudwatch.addSource({ ...metric, sample: () => 5, until: () => Infinity });
    await call('PutMetricAlarm', cpu);
    await minutes(5);
    world.services.cloudwatch.overrideAlarmMetric('cpu', 97, world.clock.now + 10 * 60_000);
    await minutes(2);
    expect(world.services.cloudwatch.state('cpu')).toBe('ALARM');
    await minutes(15);
    expect(world.services.cloudwatch.state('cpu')).toBe('OK');
    world.services.cloudwatch.setAlarm('cpu', 'ALARM', 'drill');
    await minutes(30);
    expect(world.services.cloudwatch.state('cpu')).toBe('ALARM');
    world.services.cloudwatch.setAlarm('cpu', 'OK');
    expect(world.services.cloudwatch.state('cpu')).toBe('OK');
  });

  it('SetAlarmState lasts until the alarm looks again, and history keeps every change', async () => {
    world.services.cloudwatch.addSource({ ...metric, sample: () => 5, until: () => Infinity });
    await call('PutMetricAlarm', cpu);
    await minutes(8);
    await call('SetAlarmState', { AlarmName: 'cpu', StateValue: 'ALARM', StateReason: 'test' });
    await minutes(1);
    await later(10_000);
    expect(world.services.cloudwatch.state('cpu')).toBe('OK');
    const { AlarmHistoryItems } = await call('DescribeAlarmHistory', { AlarmName: 'cpu', HistoryItemType: 'StateUpdate', ScanBy: 'TimestampAscending' });
    expect(AlarmHistoryItems.map((item: any) => item.HistorySummary)).toEqual([
      'Alarm updated from INSUFFICIENT_DATA to OK', 'Alarm updated from OK to ALARM', 'Alarm updated from ALARM to OK',
    ]);
  });
});

const config = (n: number, m: number, treatMissingData: MetricAlarmConfig['treatMissingData']) =>
  ({ kind: 'metric', queries: [], evaluationPeriods: n, datapointsToAlarm: m, threshold: 1, comparison: 'GreaterThanThreshold', treatMissingData }) as unknown as MetricAlarmConfig;
/** `X` breaches, `0` does not, `-` is missing; oldest first as in AWS's table. */
const range = (text: string): Point[] => text.split(' ').map((letter, i) => ({ at: i, value: letter === 'X' ? 2 : letter === '0' ? 0 : undefined })).reverse();

describe('missing data: the tables of the CloudWatch documentation', () => {
  it.each([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'keep', 'ALARM', 'OK'],
  ])('3 out of 3: %s', (points, missing, ignore, breaching, notBreaching) => {
    const states = (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map((treat) => judge(config(3, 3, treat), range(points)).state);
    expect(states).toEqual([missing, ignore, breaching, notBreaching]);
  });

  it.each([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ])('2 out of 3: %s', (points, missing, ignore, breaching, notBreaching) => {
    const states = (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map((treat) => judge(config(3, 2, treat), range(points)).state);
    expect(states).toEqual([missing, ignore, breaching, notBreaching]);
  });
});

describe('actions', () => {
  const inbox = `arn:aws:sqs:us-east-1:${account}:inbox`;
  const published = () => world.services.sqs.queue(inbox)!.messages.map((message) => JSON.parse(message.body)).map((message) => message.AlarmName + ' ' + message.NewStateValue);
  const any = (call: string, input: object, service: string) => world.call({ service, operation: call, input, caller: { kind: 'operator' } });

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
      AlarmName: 'cpu', AlarmDescription: 'web is busy', AWSAccountId: account, NewStateValue: 'ALARM', OldStateValue: 'OK', Region: 'US East (N. Virginia)',
      Trigger: { MetricName: 'CPUUtilization', Namespace: 'AWS/ECS', StatisticType: 'Statistic', Statistic: 'AVERAGE', Period: 60, Threshold: 80, Dimensions: [{ value: 'web', name: 'ServiceName' }] },
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
    await call('PutAlarmMuteRule', { Name: 'night', Rule: { Schedule: { Expression: 'at(2026-11-23T08:05)', Duration: 'PT1H' } }, MuteTargets: { AlarmNames: ['cpu'] } });
    world.services.cloudwatch.setAlarm('cpu', 'ALARM');
    await minutes(30);
    expect(published()).toEqual([]);
    expect(changes().at(-1)!.detail.muteDetail).toEqual({
      mutedByArn: `arn:aws:cloudwatch:us-east-1:${account}:alarm-mute-rule:night`, muteWindowStart: '2026-11-23T08:05:00.000+0000', muteWindowEnd: '2026-11-23T09:05:00.000+0000',
    });
    await minutes(40);
    expect(published()).toEqual(['cpu ALARM']);
    await expect(call('PutAlarmMuteRule', { Name: 'six', Rule: { Schedule: { Expression: 'cron(0 20 * * ? *)', Duration: 'PT1H' } } })).rejects.toMatchObject({ message: 'Mute rules take five cron fields: cron(0 20 * * ? *)' });
  });

  it('L3: a composite follows its children, and a suppressor holds its actions until it lets go', async () => {
    for (const AlarmName of ['disk', 'maintenance']) await call('PutMetricAlarm', { ...cpu, AlarmName, MetricName: AlarmName, TreatMissingData: 'notBreaching' });
    await call('PutCompositeAlarm', {
      AlarmName: 'platform', AlarmRule: 'ALARM("cpu") OR (ALARM(disk) AND NOT OK(cpu))', AlarmActions: [topic],
      ActionsSuppressor: 'maintenance', ActionsSuppressorWaitPeriod: 60, ActionsSuppressorExtensionPeriod: 120,
    });
    await minutes(2);
    world.services.cloudwatch.setAlarm('maintenance', 'ALARM');
    world.services.cloudwatch.setAlarm('cpu', 'ALARM');
    await minutes(5);
    expect(published()).toEqual(['cpu ALARM']);
    expect(changes().at(-1)!.detail).toMatchObject({ alarmName: 'platform', configuration: { actionsSuppressor: 'maintenance' }, state: { value: 'ALARM', actionsSuppressedBy: 'Alarm' } });
    expect(JSON.parse(changes().at(-1)!.detail.state.reasonData).triggeringAlarms[0].arn).toMatch(/:alarm:cpu$/);
    world.services.cloudwatch.setAlarm('maintenance', 'OK');
    await minutes(1);
    expect(published()).toEqual(['cpu ALARM']);
    await minutes(2);
    expect(published()).toEqual(['cpu ALARM', 'platform ALARM']);
  });
});

describe('readers', () => {
  it('GetMetricStatistics and ListMetrics read what PutMetricData reported', async () => {
    await call('PutMetricData', { Namespace: 'App', MetricData: [{ MetricName: 'jobs', Values: [1, 3], Counts: [2, 1] }, { MetricName: 'jobs', Value: 5 }] });
    await minutes(1);
    const { Datapoints } = await call('GetMetricStatistics', { Namespace: 'App', MetricName: 'jobs', StartTime: new Date(start), EndTime: new Date(start + 60_000), Period: 60, Statistics: ['Sum', 'SampleCount', 'Maximum'] });
    expect(Datapoints).toMatchObject([{ Sum: 10, SampleCount: 4, Maximum: 5 }]);
    expect((await call('ListMetrics', { Namespace: 'App' })).Metrics).toEqual([{ Namespace: 'App', MetricName: 'jobs', Dimensions: [] }]);
  });

  it('L2: GetMetricWidgetImage draws a PNG of the asked size with the line in it', async () => {
    world.services.cloudwatch.addSource({ ...metric, sample: (at) => 50 + 40 * Math.sin(at / 1_000_000) });
    const widget = { metrics: [['AWS/ECS', 'CPUUtilization', 'ServiceName', 'web']], width: 300, height: 120, period: 60, start: '-PT1H', title: 'CPU', annotations: { horizontal: [{ value: 80 }] } };
    const { MetricWidgetImage } = await call('GetMetricWidgetImage', { MetricWidget: JSON.stringify(widget) });
    const png = Buffer.from(MetricWidgetImage);
    expect(png.subarray(0, 8)).toEqual(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([300, 120]);
    const size = png.readUInt32BE(33);
    const pixels = inflateSync(png.subarray(41, 41 + size)).toString('hex');
    expect(pixels).toContain('1f77b4');
    expect(pixels).toContain('d62728');
    await expect(call('GetMetricWidgetImage', { MetricWidget: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  it('metric math knows precedence, gaps and lists', () => {
    const values: Record<string, readonly (number | undefined)[]> = { a: [1, undefined, 3], b: [2, 2, 0] };
    const math = (expression: string) => evaluateMath(expression, { values: (id) => values[id]!, metrics: ['a', 'b'], length: 3, periodSeconds: 60 });
    expect(math('a + b * 2 - -1')).toEqual([6, undefined, 4]);
    expect(math('a / b')).toEqual([0.5, undefined, undefined]);
    expect(math('SUM(METRICS())')).toEqual([3, 2, 3]);
    expect(math('IF(b > 1 AND b < 3, FILL(a, REPEAT), 0)')).toEqual([1, 1, 0]);
    expect(() => math('SEARCH("x")')).toThrow(/not simulated/);
  });
});
