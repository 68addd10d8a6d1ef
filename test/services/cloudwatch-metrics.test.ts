// The simulated CloudWatch: missing data, metric math, and readers of metrics.
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
const call = (operation: string, input: object): Promise<any> =>
  world.call({ service: 'monitoring', operation, input, caller: { kind: 'operator' } });
const metric = { namespace: 'AWS/ECS', name: 'CPUUtilization', dimensions: { ServiceName: 'web' } };

beforeEach(() => {
  world = createWorld({ start, seed: 1 });
});

const config = (n: number, m: number, treatMissingData: MetricAlarmConfig['treatMissingData']) =>
  ({
    kind: 'metric',
    queries: [],
    evaluationPeriods: n,
    datapointsToAlarm: m,
    threshold: 1,
    comparison: 'GreaterThanThreshold',
    treatMissingData,
  }) as unknown as MetricAlarmConfig;
/** `X` breaches, `0` does not, `-` is missing; oldest first as in AWS's table. */
const range = (text: string): Point[] =>
  text
    .split(' ')
    .map((letter, i) => ({ at: i, value: letter === 'X' ? 2 : letter === '0' ? 0 : undefined }))
    .reverse();

describe('missing data: the tables of the CloudWatch documentation', () => {
  it.each([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', 'keep', 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'keep', 'ALARM', 'OK'],
  ])('3 out of 3: %s', (points, missing, ignore, breaching, notBreaching) => {
    const states = (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map(
      (treat) => judge(config(3, 3, treat), range(points)).state,
    );
    expect(states).toEqual([missing, ignore, breaching, notBreaching]);
  });

  it.each([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ])('2 out of 3: %s', (points, missing, ignore, breaching, notBreaching) => {
    const states = (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map(
      (treat) => judge(config(3, 2, treat), range(points)).state,
    );
    expect(states).toEqual([missing, ignore, breaching, notBreaching]);
  });
});

describe('readers', () => {
  it('GetMetricStatistics and ListMetrics read what PutMetricData reported', async () => {
    await call('PutMetricData', {
      Namespace: 'App',
      MetricData: [
        { MetricName: 'jobs', Values: [1, 3], Counts: [2, 1] },
        { MetricName: 'jobs', Value: 5 },
      ],
    });
    await minutes(1);
    const { Datapoints } = await call('GetMetricStatistics', {
      Namespace: 'App',
      MetricName: 'jobs',
      StartTime: new Date(start),
      EndTime: new Date(start + 60_000),
      Period: 60,
      Statistics: ['Sum', 'SampleCount', 'Maximum'],
    });
    expect(Datapoints).toMatchObject([{ Sum: 10, SampleCount: 4, Maximum: 5 }]);
    expect((await call('ListMetrics', { Namespace: 'App' })).Metrics).toEqual([{ Namespace: 'App', MetricName: 'jobs', Dimensions: [] }]);
  });

  it('L2: a minute that has not begun has no datapoint, although a rehearsal forces one for a quarter of an hour', async () => {
    world.services.cloudwatch.override({ ...metric, value: 12, until: start + 15 * 60_000 });
    await minutes(2);
    const Stat = { Metric: { Namespace: metric.namespace, MetricName: metric.name, Dimensions: [{ Name: 'ServiceName', Value: 'web' }] }, Period: 300, Stat: 'Sum' };
    const asked = { MetricDataQueries: [{ Id: 'm', MetricStat: Stat }], StartTime: new Date(start), EndTime: new Date(start + 300_000) };
    expect((await call('GetMetricData', asked)).MetricDataResults[0].Values).toEqual([36]);
  });

  it('L2: GetMetricWidgetImage draws a PNG of the asked size with the line in it', async () => {
    world.services.cloudwatch.addSource({ ...metric, sample: (at) => 50 + 40 * Math.sin(at / 1_000_000) });
    const widget = {
      metrics: [['AWS/ECS', 'CPUUtilization', 'ServiceName', 'web']],
      width: 300,
      height: 120,
      period: 60,
      start: '-PT1H',
      title: 'CPU',
      annotations: { horizontal: [{ value: 80 }] },
    };
    const { MetricWidgetImage } = await call('GetMetricWidgetImage', { MetricWidget: JSON.stringify(widget) });
    const png = Buffer.from(MetricWidgetImage);
    expect(png.subarray(0, 8)).toEqual(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([300, 120]);
    const size = png.readUInt32BE(33);
    const pixels = inflateSync(png.subarray(41, 41 + size)).toString('hex');
    expect(pixels).toContain('1f77b4');
    expect(pixels).toContain('d62728');
    await expect(call('GetMetricWidgetImage', { MetricWidget: 'nonsense' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('metric math knows precedence, gaps and lists', () => {
    const values: Record<string, readonly (number | undefined)[]> = { a: [1, undefined, 3], b: [2, 2, 0] };
    const math = (expression: string) =>
      evaluateMath(expression, { values: (id) => values[id]!, metrics: ['a', 'b'], length: 3, periodSeconds: 60 });
    expect(math('a + b * 2 - -1')).toEqual([6, undefined, 4]);
    expect(math('a / b')).toEqual([0.5, undefined, undefined]);
    expect(math('SUM(METRICS())')).toEqual([3, 2, 3]);
    expect(math('IF(b > 1 AND b < 3, FILL(a, REPEAT), 0)')).toEqual([1, 1, 0]);
    expect(() => math('SEARCH("x")')).toThrow(/not simulated/);
  });
});
