// What goes wrong on purpose: request limits, injected errors, kills and chances, each from the plan and the seed alone.
import { expect, test } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import type { FaultPlan } from '../../local/faults.ts';
import type { Factories } from '../../local/factories.ts';
import type { Caller } from '../../local/simulated.ts';

const OPERATOR: Caller = { kind: 'operator' };

/** A world whose ECS counts what reaches it. */
const counting = (faults: FaultPlan = {}, seed = 1) => {
  const reached: string[] = [];
  const operation = (name: string) => ({ needs: () => [], run: () => { reached.push(name); return {}; } });
  const names = ['RegisterTaskDefinition', 'DeregisterTaskDefinition', 'UpdateService', 'DescribeServices'];
  const ecs = () => ({ signingName: 'ecs', support: { does: [], doesNot: [] }, operations: Object.fromEntries(names.map((name) => [name, operation(name)])) });
  const world = createWorld({ start: '2026-11-23T07:00:00Z', seed, faults, factories: { ecs } as unknown as Factories });
  const call = async (name: string, caller: Caller = OPERATOR): Promise<string> => {
    try {
      await world.call({ service: 'ecs', operation: name, input: {}, caller });
      return 'ok';
    } catch (error) {
      return (error as Error).name;
    }
  };
  const many = async (count: number, name: string): Promise<number> => {
    let accepted = 0;
    for (let turn = 0; turn < count; turn += 1) if ((await call(name)) === 'ok') accepted += 1;
    return accepted;
  };
  return { world, reached, call, many };
};

test('X3: RegisterTaskDefinition takes 20 at once and then one per second (B10)', async () => {
  const { world, many, call } = counting();
  expect(await many(60, 'RegisterTaskDefinition')).toBe(20);
  expect(await call('RegisterTaskDefinition')).toBe('ThrottlingException');
  await world.clock.run(world.clock.now + 3000);
  expect(await many(10, 'RegisterTaskDefinition')).toBe(3);
  await world.clock.run(world.clock.now + 3_600_000);
  expect(await many(60, 'RegisterTaskDefinition')).toBe(20);
});

test('X3: operations of one bucket share it, those of another do not (B10)', async () => {
  const { many } = counting();
  expect(await many(15, 'RegisterTaskDefinition')).toBe(15);
  expect(await many(15, 'DeregisterTaskDefinition')).toBe(5);
  expect(await many(60, 'UpdateService')).toBe(50);
  expect(await many(120, 'DescribeServices')).toBe(100);
});

test('X3: AWS services calling on their own and a plan without throttling meet no limit', async () => {
  const { call, many } = counting({ throttling: false });
  expect(await many(60, 'RegisterTaskDefinition')).toBe(60);
  const other = counting();
  await other.many(20, 'RegisterTaskDefinition');
  expect(await other.call('RegisterTaskDefinition', { kind: 'service', principal: 'cloudformation.amazonaws.com' })).toBe('ok');
  expect(await call('UpdateService')).toBe('ok');
});

test('X1: an injected error hits the nth matching call, before or after its effect', async () => {
  const error = { code: 'ServerException', message: 'try again' };
  const { call, reached, world } = counting({
    rules: [
      { kind: 'error', when: 'before-effect', service: 'ecs', operation: 'UpdateService', from: 2, error },
      { kind: 'error', when: 'after-effect', operation: 'DescribeServices', times: Infinity, error },
    ],
  });
  expect([await call('UpdateService'), await call('UpdateService'), await call('UpdateService')]).toEqual(['ok', 'ServerException', 'ok']);
  expect([await call('DescribeServices'), await call('DescribeServices')]).toEqual(['ServerException', 'ServerException']);
  expect(reached).toEqual(['UpdateService', 'UpdateService', 'DescribeServices', 'DescribeServices']);
  expect(world.trail.of('fault')).toHaveLength(3);
});

test('X1: a rule can name its caller, and can be taken back', async () => {
  const { call, world } = counting();
  const roleArn = world.services.iam.createRole({ name: 'sleep' });
  const role: Caller = { kind: 'role', roleArn, session: 'plat-sleep-decide' };
  const takeBack = world.faults.add({
    kind: 'error', when: 'before-effect', caller: 'sleep-decide', times: Infinity, error: { code: 'ServerException', message: 'down' },
  });
  expect([await call('UpdateService', role), await call('UpdateService')]).toEqual(['ServerException', 'ok']);
  takeBack();
  expect(await call('UpdateService', role)).toBe('ok');
});

test('X1: chances draw from the seed alone, and forced mishaps come first', () => {
  const draw = (seed: number): readonly boolean[] => {
    const { world } = counting({ chances: { 'events.duplicate': 0.3 } }, seed);
    return Array.from({ length: 40 }, () => world.faults.happens('events.duplicate', 'aws.ecr'));
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  const { world } = counting();
  world.faults.dropEvents({ source: 'aws.ecr', next: 2 });
  const drops = ['aws.ecr', 'aws.rds', 'aws.ecr', 'aws.ecr'].map((source) => world.faults.happens('events.drop', source));
  expect(drops).toEqual([true, false, true, false]);
});
