// BLUE_GREEN, CANARY and LINEAR deployments of the simulated ECS against aws-facts B9.
import { describe, expect, it } from 'vitest';
import { CLUSTER, SERVICE, openShop } from './shop.ts';
import type { Shop } from './shop.ts';

interface TwoSides {
  readonly shop: Shop;
  readonly green: string;
  readonly weights: () => Promise<readonly number[]>;
}

/** A shop whose service shifts traffic between two target groups by one listener rule. */
const twoSides = async (seed: number, deploymentConfiguration: object): Promise<TwoSides> => {
  const shop = await openShop(seed);
  const group = { Name: 'green', TargetType: 'ip', Port: 8080, HealthCheckIntervalSeconds: 10 };
  const green: string = (await shop.elb('CreateTargetGroup', group)).TargetGroups[0].TargetGroupArn;
  const TargetGroups = [
    { TargetGroupArn: shop.targetGroupArn, Weight: 1 },
    { TargetGroupArn: green, Weight: 0 },
  ];
  const rule = { ListenerArn: shop.listenerArn, Priority: 10, Conditions: [{ Field: 'path-pattern', Values: ['/*'] }] };
  const made = await shop.elb('CreateRule', { ...rule, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] });
  const productionListenerRule: string = made.Rules[0].RuleArn;
  const advancedConfiguration = {
    alternateTargetGroupArn: green,
    productionListenerRule,
    roleArn: 'arn:aws:iam::111122223333:role/traffic',
  };
  const loadBalancers = [{ targetGroupArn: shop.targetGroupArn, containerName: 'web', containerPort: 8080, advancedConfiguration }];
  await shop.create(await shop.register(shop.push({ kind: 'healthy' })), { loadBalancers, deploymentConfiguration });
  await shop.minutes(6);
  const weights = async () => {
    const { Rules } = await shop.elb('DescribeRules', { RuleArns: [productionListenerRule] });
    const byGroup = new Map(Rules[0].Actions[0].ForwardConfig.TargetGroups.map((one: any) => [one.TargetGroupArn, one.Weight]));
    return [byGroup.get(shop.targetGroupArn) as number, byGroup.get(green) as number];
  };
  return { shop, green, weights };
};

const states = (shop: Shop, group: string) => shop.world.services.elb.health(group).map((target) => target.state);
const stage = async (shop: Shop) => {
  const [newest] = (await shop.ecs('ListServiceDeployments', { cluster: CLUSTER, service: SERVICE })).serviceDeployments;
  return (await shop.ecs('DescribeServiceDeployments', { serviceDeploymentArns: [newest.serviceDeploymentArn] })).serviceDeployments[0];
};

describe('deployments that shift traffic', () => {
  it('F13: blue/green starts every new task on the other side, moves all traffic, bakes, then drains the old side', async () => {
    const { shop, green, weights } = await twoSides(101, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 });
    expect((await shop.describe()).deployments[0].rolloutState).toBe('COMPLETED');
    expect(states(shop, shop.targetGroupArn)).toEqual(['healthy', 'healthy']);
    await shop.update({ taskDefinition: await shop.register(shop.push({ kind: 'healthy' })) });
    await shop.minutes(3);
    expect(await weights()).toEqual([0, 100]);
    expect([states(shop, shop.targetGroupArn), states(shop, green)]).toEqual([
      ['healthy', 'healthy'],
      ['healthy', 'healthy'],
    ]);
    expect(await stage(shop)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME' });
    await shop.minutes(6);
    expect(states(shop, shop.targetGroupArn)).toEqual([]);
    expect(await stage(shop)).toMatchObject({ status: 'SUCCESSFUL' });
    await shop.update({ taskDefinition: await shop.register(shop.push({ kind: 'healthy' })) });
    await shop.minutes(16);
    expect([await weights(), states(shop, shop.targetGroupArn), states(shop, green)]).toEqual([[100, 0], ['healthy', 'healthy'], []]);
  });

  it('a canary gets its share first and everything after its bake', async () => {
    const canaryConfiguration = { canaryPercent: 20, canaryBakeTimeInMinutes: 4 };
    const { shop, weights } = await twoSides(102, { strategy: 'CANARY', canaryConfiguration, bakeTimeInMinutes: 1 });
    await shop.update({ taskDefinition: await shop.register(shop.push({ kind: 'healthy' })) });
    await shop.minutes(3);
    expect(await weights()).toEqual([80, 20]);
    await shop.minutes(4);
    expect(await weights()).toEqual([0, 100]);
  });

  it('linear steps end at 100', async () => {
    const linearConfiguration = { stepPercent: 40, stepBakeTimeInMinutes: 2 };
    const { shop, weights } = await twoSides(103, { strategy: 'LINEAR', linearConfiguration, bakeTimeInMinutes: 1 });
    await shop.update({ taskDefinition: await shop.register(shop.push({ kind: 'healthy' })) });
    const seen = new Set<string>();
    for (let half = 0; half < 20; half += 1) {
      await shop.minutes(0.5);
      seen.add((await weights()).join('/'));
    }
    expect([...seen].slice(1)).toEqual(['60/40', '20/80', '0/100']);
  });

  it('an alarm during the bake gives the old side all traffic back, whose tasks never went away', async () => {
    const alarms = { alarmNames: ['web-5xx'], enable: true, rollback: true };
    const { shop, green, weights } = await twoSides(104, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 });
    const alarm = {
      AlarmName: 'web-5xx',
      Namespace: 'Shop',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
    };
    const input = { ...alarm, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' };
    await shop.world.call({ service: 'monitoring', operation: 'PutMetricAlarm', input, caller: { kind: 'operator' } });
    await shop.update({ deploymentConfiguration: { alarms } });
    await shop.minutes(2);
    const before = (await shop.describe()).taskDefinition;
    await shop.update({ taskDefinition: await shop.register(shop.push({ kind: 'healthy' })) });
    await shop.minutes(4);
    const addresses = shop.world.services.elb.health(shop.targetGroupArn).map((target) => target.id);
    shop.world.services.cloudwatch.setAlarm('web-5xx', 'ALARM');
    await shop.minutes(8);
    expect(await weights()).toEqual([100, 0]);
    expect(shop.world.services.elb.health(shop.targetGroupArn).map((target) => target.id)).toEqual(addresses);
    expect(states(shop, green)).toEqual([]);
    expect(await shop.describe()).toMatchObject({ taskDefinition: before, deployments: [{ rolloutState: 'COMPLETED' }] });
  });

  it('lifecycle hooks are refused by name', async () => {
    const lifecycleHooks = [
      { hookTargetArn: 'arn:aws:lambda:us-east-1:111122223333:function:hook', roleArn: 'x', lifecycleStages: ['POST_SCALE_UP'] },
    ];
    await expect(twoSides(105, { strategy: 'BLUE_GREEN', lifecycleHooks })).rejects.toThrow('lifecycle hooks are not simulated');
  });
});
