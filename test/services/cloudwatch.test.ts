// The simulated CloudWatch: metric alarms as their metrics come, stay, go and return.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';

let world: World;
const start = Date.parse('2026-11-23T08:00:00Z');
const later = (milliseconds: number) => world.clock.run(world.clock.now + milliseconds);
const minutes = (count: number) => later(count * 60_000);
const call = (operation: string, input: object): Promise<any> =>
  world.call({ service: 'monitoring', operation, input, caller: { kind: 'operator' } });
const account = '111122223333';

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
    start,
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

describe('metric alarms', () => {
  it('L1: goes INSUFFICIENT_DATA, OK, ALARM, OK as the metric says, with the words and data AWS uses', async () => {
    const between = (at: number, from: string, until: string) =>
      at >= Date.parse(`2026-11-23T${from}Z`) && at < Date.parse(`2026-11-23T${until}Z`);
    world.services.cloudwatch.addSource({ ...metric, sample: (at) => (between(at, '08:03:00', '08:05:00') ? 99.5 : 12.5) });
    await call('PutMetricAlarm', cpu);
    expect((await call('DescribeAlarms', { AlarmNames: ['cpu'] })).MetricAlarms[0]).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
    });
    await minutes(7);
    expect(changes().map((event) => event.detail.state.value)).toEqual(['OK', 'ALARM', 'OK']);
    expect(changes()[1]).toMatchObject({
      source: 'aws.cloudwatch',
      resources: [`arn:aws:cloudwatch:us-east-1:${account}:alarm:cpu`],
      detail: {
        alarmName: 'cpu',
        configuration: {
          metrics: [
            {
              metricStat: {
                metric: { dimensions: { ServiceName: 'web' }, name: 'CPUUtilization', namespace: 'AWS/ECS' },
                period: 60,
                stat: 'Average',
              },
              returnData: true,
            },
          ],
        },
        previousState: { value: 'OK' },
        state: {
          value: 'ALARM',
          timestamp: '2026-11-23T08:04:05.000+0000',
          reason:
            'Threshold Crossed: 1 out of the last 1 datapoints [99.5 (23/11/26 08:03:00)] was greater than the threshold (80.0) (minimum 1 datapoint for OK -> ALARM transition).',
        },
      },
    });
    expect(JSON.parse(changes()[1].detail.state.reasonData)).toMatchObject({
      version: '1.0',
      queryDate: '2026-11-23T08:04:05.000+0000',
      startDate: '2026-11-23T08:03:00.000+0000',
      statistic: 'Average',
      period: 60,
      recentDatapoints: [99.5],
      threshold: 80,
    });
    expect(changes()[1].detail.configuration.threshold).toBeUndefined();
  });

  it('L4: a service without tasks makes a `missing` alarm INSUFFICIENT_DATA minutes later, a `breaching` one ALARM, and leaves an `ignore` one', async () => {
    let value: number | undefined = 90;
    world.services.cloudwatch.addSource({ ...metric, sample: () => value });
    for (const TreatMissingData of ['missing', 'breaching', 'ignore', 'notBreaching'])
      await call('PutMetricAlarm', { ...cpu, AlarmName: TreatMissingData, TreatMissingData });
    await minutes(2);
    value = undefined;
    await minutes(5);
    const states = Object.fromEntries(
      ['missing', 'breaching', 'ignore', 'notBreaching'].map((name) => [name, world.services.cloudwatch.state(name)]),
    );
    expect(states).toEqual({ missing: 'INSUFFICIENT_DATA', breaching: 'ALARM', ignore: 'ALARM', notBreaching: 'OK' });
  });

  it('evaluates expressions, percentiles and longer periods', async () => {
    let errors: number | undefined;
    world.services.cloudwatch.addSource({ namespace: 'App', name: 'errors', dimensions: {}, sample: () => errors });
    world.services.cloudwatch.addSource({ namespace: 'App', name: 'requests', dimensions: {}, sample: () => 200 });
    const of = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'App', MetricName }, Period: 300, Stat: 'Sum' },
    });
    await call('PutMetricAlarm', {
      AlarmName: 'rate',
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Metrics: [
        of('e', 'errors'),
        of('r', 'requests'),
        { Id: 'rate', Expression: 'IF(r > 0, 100 * FILL(e, 0) / r, 0)', Label: 'error rate' },
      ],
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
    const source = world.services.cloudwatch.addSource({
      ...metric,
      sample: () => {
        asked += 1;
        return value;
      },
      until: () => Infinity,
    });
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
      StartTime: new Date(world.clock.now - 4 * 60_000),
      EndTime: new Date(world.clock.now),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [
        {
          Id: 'm',
          MetricStat: {
            Metric: { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions: cpu.Dimensions },
            Period: 60,
            Stat: 'Average',
          },
        },
      ],
    });
    expect(MetricDataResults[0].Values).toEqual([10, 10, 95, 95]);
  });

  it('counts reported once per minute decide a `notBreaching` alarm and expire', async () => {
    await call('PutMetricAlarm', {
      AlarmName: '5xx',
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 3,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
    await minutes(2);
    for (let i = 0; i < 3; i += 1)
      world.services.cloudwatch.record({ namespace: 'AWS/ApplicationELB', name: 'HTTPCode_Target_5XX_Count', dimensions: {}, value: 1 });
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

  it('a forced metric is averaged over its periods and seen by every reader', async () => {
    world.services.cloudwatch.addSource({ ...metric, sample: () => 12, until: () => Infinity });
    await call('PutMetricAlarm', { ...cpu, Period: 300, EvaluationPeriods: 3 });
    await minutes(60);
    world.services.cloudwatch.overrideAlarmMetric('cpu', 97, world.clock.now + 20 * 60_000);
    await minutes(13);
    expect([world.services.cloudwatch.state('cpu'), world.services.cloudwatch.value(metric)]).toEqual(['OK', 97]);
    await minutes(3);
    expect(world.services.cloudwatch.state('cpu')).toBe('ALARM');
    await minutes(10);
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
    const { AlarmHistoryItems } = await call('DescribeAlarmHistory', {
      AlarmName: 'cpu',
      HistoryItemType: 'StateUpdate',
      ScanBy: 'TimestampAscending',
    });
    expect(AlarmHistoryItems.map((item: any) => item.HistorySummary)).toEqual([
      'Alarm updated from INSUFFICIENT_DATA to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from ALARM to OK',
    ]);
  });
});
