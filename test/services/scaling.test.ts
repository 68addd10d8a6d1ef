// The simulated Application Auto Scaling against aws-facts C.
import { describe, expect, it } from 'vitest';
import { CLUSTER, SERVICE, openShop } from './shop.ts';
import type { Shop } from './shop.ts';

const place = { ServiceNamespace: 'ecs', ResourceId: `service/${CLUSTER}/${SERVICE}`, ScalableDimension: 'ecs:service:DesiredCount' };

const scaledShop = async (seed: number, bounds: object = { MinCapacity: 2, MaxCapacity: 6 }): Promise<Shop> => {
  const shop = await openShop(seed);
  shop.push({ kind: 'healthy' });
  await shop.create(await shop.register('latest'), { desiredCount: 2 });
  await shop.minutes(4);
  await shop.scaling('RegisterScalableTarget', { ...place, ...bounds });
  return shop;
};

const desired = (shop: Shop) => shop.world.services.ecs.service(CLUSTER, SERVICE)?.desiredCount;

describe('bounds', () => {
  it('S2: min 0 and max 0 alone drive the service to 0, and registering 2–6 drives it back to 2', async () => {
    const shop = await scaledShop(41);
    await shop.scaling('RegisterScalableTarget', { ...place, MinCapacity: 0, MaxCapacity: 0 });
    expect(desired(shop)).toBe(0);
    await shop.scaling('RegisterScalableTarget', { ...place, MinCapacity: 2, MaxCapacity: 6 });
    expect(desired(shop)).toBe(2);
  });

  it('S2: a call that only flips a suspension wakes a service that stands below its minimum', async () => {
    const shop = await scaledShop(42);
    await shop.update({ desiredCount: 0 });
    await shop.minutes(30);
    expect(desired(shop)).toBe(0);
    await shop.scaling('RegisterScalableTarget', { ...place, SuspendedState: { DynamicScalingInSuspended: true } });
    expect(desired(shop)).toBe(2);
    const target = (await shop.scaling('DescribeScalableTargets', { ServiceNamespace: 'ecs', ResourceIds: [place.ResourceId] }))
      .ScalableTargets[0];
    expect(target).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 6,
      SuspendedState: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false },
    });
  });

  it('each move leaves an activity with its cause, the newest first', async () => {
    const shop = await scaledShop(43);
    await shop.scaling('RegisterScalableTarget', { ...place, MinCapacity: 0, MaxCapacity: 1 });
    const { ScalingActivities } = await shop.scaling('DescribeScalingActivities', {
      ServiceNamespace: 'ecs',
      ResourceId: place.ResourceId,
    });
    expect(ScalingActivities[0]).toMatchObject({
      Description: 'Setting desired count to 1.',
      Cause: 'maximum capacity was set to 1',
      StatusCode: 'Successful',
    });
  });

  it('crossed bounds, missing bounds and unknown services are refused', async () => {
    const shop = await scaledShop(44);
    await expect(shop.scaling('RegisterScalableTarget', { ...place, MinCapacity: 7 })).rejects.toMatchObject({
      code: 'ValidationException',
    });
    await expect(
      shop.scaling('RegisterScalableTarget', { ...place, ResourceId: `service/${CLUSTER}/none`, MinCapacity: 1, MaxCapacity: 2 }),
    ).rejects.toThrow("ECS service doesn't exist");
    await expect(shop.scaling('DeregisterScalableTarget', { ...place, ResourceId: `service/${CLUSTER}/none` })).rejects.toMatchObject({
      code: 'ObjectNotFoundException',
    });
  });
});

describe('scheduled actions', () => {
  const evening = {
    ScheduledActionName: 'evening',
    Schedule: 'cron(0 22 * * ? *)',
    Timezone: 'Australia/Sydney',
    ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 1 },
  };

  it('O11: at 22:00 in Sydney the bounds become 1–1 and stay, because nothing is reverted', async () => {
    const shop = await scaledShop(45);
    await shop.scaling('PutScheduledAction', { ...place, ...evening });
    await shop.world.clock.run(Date.parse('2026-11-23T10:59:00Z'));
    expect(desired(shop)).toBe(2);
    await shop.world.clock.run(Date.parse('2026-11-23T11:02:00Z'));
    expect(desired(shop)).toBe(1);
    await shop.world.clock.run(Date.parse('2026-11-24T05:00:00Z'));
    expect(desired(shop)).toBe(1);
  });

  it('a suspended schedule is missed, not caught up', async () => {
    const shop = await scaledShop(46);
    await shop.scaling('PutScheduledAction', { ...place, ...evening });
    await shop.scaling('RegisterScalableTarget', { ...place, SuspendedState: { ScheduledScalingSuspended: true } });
    await shop.world.clock.run(Date.parse('2026-11-23T12:00:00Z'));
    await shop.scaling('RegisterScalableTarget', { ...place, SuspendedState: { ScheduledScalingSuspended: false } });
    expect(desired(shop)).toBe(2);
    await shop.scaling('DeleteScheduledAction', { ...place, ScheduledActionName: 'evening' });
    expect((await shop.scaling('DescribeScheduledActions', { ServiceNamespace: 'ecs' })).ScheduledActions).toEqual([]);
  });
});

describe('target tracking', () => {
  const policy = {
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      ScaleInCooldown: 60,
      ScaleOutCooldown: 300,
    },
  };
  const cpu = (shop: Shop, value: number, minutes: number): void =>
    shop.world.services.cloudwatch.override({
      namespace: 'AWS/ECS',
      name: 'CPUUtilization',
      dimensions: { ClusterName: CLUSTER, ServiceName: SERVICE },
      value,
      until: shop.world.clock.now + minutes * 60_000,
    });

  it('O4: a policy makes its two TargetTracking alarms and takes them away with it', async () => {
    const shop = await scaledShop(47);
    const { Alarms } = await shop.scaling('PutScalingPolicy', { ...place, ...policy });
    expect(Alarms.map((alarm: any) => alarm.AlarmName.replace(/-[0-9a-f-]{36}$/, ''))).toEqual([
      'TargetTracking-service/shop/web-AlarmHigh',
      'TargetTracking-service/shop/web-AlarmLow',
    ]);
    expect(shop.world.services.cloudwatch.state(Alarms[0].AlarmName)).toBeDefined();
    await shop.scaling('DeleteScalingPolicy', { ...place, PolicyName: 'cpu' });
    expect(shop.world.services.cloudwatch.state(Alarms[0].AlarmName)).toBeUndefined();
  });

  it('O4: three hot minutes scale out in proportion, cool ones scale in to the minimum', async () => {
    const shop = await scaledShop(48);
    await shop.scaling('PutScalingPolicy', { ...place, ...policy });
    cpu(shop, 140, 5);
    await shop.minutes(6);
    expect(desired(shop)).toBe(4);
    await shop.minutes(60);
    expect(desired(shop)).toBe(2);
  });

  it('suspended scale-out leaves the count alone until it is resumed', async () => {
    const shop = await scaledShop(49);
    await shop.scaling('PutScalingPolicy', { ...place, ...policy });
    await shop.scaling('RegisterScalableTarget', { ...place, SuspendedState: { DynamicScalingOutSuspended: true } });
    cpu(shop, 140, 30);
    await shop.minutes(15);
    expect(desired(shop)).toBe(2);
    await shop.scaling('RegisterScalableTarget', { ...place, SuspendedState: { DynamicScalingOutSuspended: false } });
    await shop.minutes(1);
    expect(desired(shop)).toBe(4);
  });

  it('at zero tasks CPU has no datapoints, so the policy can not wake the service', async () => {
    const shop = await scaledShop(50, { MinCapacity: 0, MaxCapacity: 6 });
    await shop.scaling('PutScalingPolicy', { ...place, ...policy });
    await shop.update({ desiredCount: 0 });
    await shop.minutes(60);
    expect(desired(shop)).toBe(0);
    const metric = { namespace: 'AWS/ECS', name: 'CPUUtilization', dimensions: { ClusterName: CLUSTER, ServiceName: SERVICE } };
    expect(shop.world.services.cloudwatch.value(metric)).toBeUndefined();
  });
});
