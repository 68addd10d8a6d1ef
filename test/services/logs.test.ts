// The simulated CloudWatch Logs: patterns, paging, retention, metric filters.
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { World } from '../../local/world.ts';

let world: World;
const start = Date.parse('2026-11-23T08:00:00Z');
const call = (operation: string, input: object): Promise<any> =>
  world.call({ service: 'logs', operation, input, caller: { kind: 'operator' } });
const group = '/ecs/web';

/** Reads every page, as a caller must. */
const filter = async (input: object): Promise<string[]> => {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await call('FilterLogEvents', { logGroupName: group, ...input, ...(nextToken === undefined ? {} : { nextToken }) });
    found.push(...answer.events.map((event: any) => event.message));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return found;
};

beforeEach(async () => {
  world = createWorld({ start, seed: 1 });
  await call('CreateLogGroup', { logGroupName: group });
});

describe('filter patterns', () => {
  const lines = [
    'ERROR cannot reach db-1: timeout',
    'INFO health ok',
    'WARN slow query (1.2 s)',
    '{"level":"error","status":502,"route":{"path":"/v1/pay"}}',
    '{"level":"info","status":200}',
    'ERRORS are not one word',
  ];
  beforeEach(() => {
    for (const line of lines) world.services.logs.write(group, 'web/app/1', line);
  });

  it.each([
    ['', [0, 1, 2, 3, 4, 5]],
    ['ERROR', [0]],
    ['ERROR timeout', [0]],
    ['?ERROR ?WARN', [0, 2]],
    ['"slow query"', [2]],
    ['-INFO -level', [0, 2, 5]],
    ['%db-\\d+%', [0]],
    ['{ $.level = "error" }', [3]],
    ['{ $.status >= 500 || $.status = 200 }', [3, 4]],
    ['{ ($.status > 200) && ($.route.path = "/v1/*") }', [3]],
    ['{ $.level != "info" }', [3]],
  ])('L2: %s', async (filterPattern, expected) => {
    expect(await filter({ filterPattern })).toEqual(expected.map((index) => lines[index]));
  });

  it.each(['[ip, user]', '{ level = "error" }', '%(%'])('refuses %s by name', async (filterPattern) => {
    await expect(call('FilterLogEvents', { logGroupName: group, filterPattern })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('reading', () => {
  it('L2: pages may be empty and still carry a token; a reader that goes on finds every line once', async () => {
    for (let i = 0; i < 12_000; i += 1)
      world.services.logs.write(group, `web/app/${i % 3}`, i % 4000 === 0 ? `ERROR ${i}` : `fine ${i}`, start + i);
    const pages: number[] = [];
    let nextToken: string | undefined;
    do {
      const answer: any = await call('FilterLogEvents', {
        logGroupName: group,
        filterPattern: 'ERROR',
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      pages.push(answer.events.length);
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    expect(pages.length).toBeGreaterThan(2);
    expect(await filter({ filterPattern: 'ERROR' })).toEqual(['ERROR 0', 'ERROR 4000', 'ERROR 8000']);
    expect(await filter({ filterPattern: 'ERROR', startFromHead: false, logStreamNamePrefix: 'web/app/1' })).toEqual(['ERROR 4000']);
  });

  it('L2: GetLogEvents gives the last lines of a task, and its tokens go both ways', async () => {
    for (let i = 1; i <= 5; i += 1) world.services.logs.write(group, 'web/app/1', `line ${i}`, start + i);
    const read = async (input: object) => {
      const answer = await call('GetLogEvents', { logGroupName: group, logStreamName: 'web/app/1', ...input });
      return { ...answer, lines: answer.events.map((event: any) => event.message) };
    };
    const last = await read({ limit: 2 });
    expect(last.lines).toEqual(['line 4', 'line 5']);
    expect((await read({ limit: 2, nextToken: last.nextBackwardToken })).lines).toEqual(['line 2', 'line 3']);
    const end = await read({ limit: 2, nextToken: last.nextForwardToken });
    expect([end.lines, end.nextForwardToken]).toEqual([[], last.nextForwardToken]);
    await expect(read({ logStreamName: 'gone' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('forgets lines after the retention of the group', async () => {
    await call('PutRetentionPolicy', { logGroupName: group, retentionInDays: 7 });
    world.services.logs.write(group, 's', 'old');
    await world.clock.run(start + 6 * 86_400_000);
    world.services.logs.write(group, 's', 'new');
    expect(await filter({})).toEqual(['old', 'new']);
    await world.clock.run(start + 8 * 86_400_000);
    expect(await filter({})).toEqual(['new']);
    await expect(call('PutRetentionPolicy', { logGroupName: group, retentionInDays: 8 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

it('L1: a metric filter turns lines into datapoints that an alarm sees', async () => {
  const type = world.services.logs.resources!['AWS::Logs::MetricFilter']!;
  const context = { world, stackName: 'ops', logicalId: 'Errors', generatedName: () => 'ops-Errors' };
  await type.create(
    {
      LogGroupName: group,
      FilterPattern: 'ERROR',
      MetricTransformations: [{ MetricName: 'errors', MetricNamespace: 'Web', MetricValue: '1' }],
    },
    context,
  );
  for (const line of ['ERROR a', 'fine', 'ERROR b']) world.services.logs.write(group, 's', line);
  await world.clock.run(start + 60_000);
  const input = {
    Namespace: 'Web',
    MetricName: 'errors',
    StartTime: new Date(start),
    EndTime: new Date(start + 60_000),
    Period: 60,
    Statistics: ['Sum'],
  };
  const { Datapoints } = (await world.call({
    service: 'monitoring',
    operation: 'GetMetricStatistics',
    input,
    caller: { kind: 'operator' },
  })) as any;
  expect(Datapoints).toMatchObject([{ Sum: 2 }]);
});
