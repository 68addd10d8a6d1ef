// Deployments of the simulated ECS that fail, stall and roll back, against aws-facts A3, A6, B3, B4.
import { describe, expect, it } from 'vitest';
import { CLUSTER, SERVICE, openShop, runningShop, withoutIds } from './shop.ts';

const crash = { kind: 'exits', afterSeconds: 3, exitCode: 1, logLines: ['KeyError: DATABASE_URL'] } as const;
describe('a bad rollout', () => {
  it('R10: three crashes in a row trip the breaker at desired 2, and the last completed deployment comes back with COMPLETED', async () => {
    const shop = await runningShop(3);
    const before = (await shop.describe()).deployments[0].id;
    shop.push(crash);
    await shop.update({ taskDefinition: await shop.register('latest') });
    await shop.minutes(10);
    expect(withoutIds(shop.rollouts()).slice(2)).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS: ECS deployment ecs-svc/N in progress.',
      'SERVICE_DEPLOYMENT_FAILED: ECS deployment circuit breaker: task failed to start.',
      'SERVICE_DEPLOYMENT_IN_PROGRESS: ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/N.',
      'SERVICE_DEPLOYMENT_COMPLETED: ECS deployment ecs-svc/N completed.',
    ]);
    const service = await shop.describe();
    expect(service.taskDefinition).toBe(shop.goodRevision);
    expect(service.deployments.map((deployment: any) => deployment.id)).toEqual([before]);
    expect(shop.eventsOf('ECS Deployment State Change').at(-1)?.detail['deploymentId']).toBe(before);
    const record = (await shop.ecs('ListServiceDeployments', { cluster: CLUSTER, service: SERVICE })).serviceDeployments[0];
    expect(record.status).toBe('ROLLBACK_SUCCESSFUL');
  });

  it('R10: the evidence of a crash is in the stopped task and in the log', async () => {
    const shop = await runningShop(4);
    shop.push(crash);
    await shop.update({ taskDefinition: await shop.register('latest') });
    await shop.minutes(10);
    const { taskArns } = await shop.ecs('ListTasks', { cluster: CLUSTER, serviceName: SERVICE, desiredStatus: 'STOPPED' });
    const { tasks } = await shop.ecs('DescribeTasks', { cluster: CLUSTER, tasks: taskArns });
    const crashed = tasks.filter((task: any) => task.stopCode === 'EssentialContainerExited');
    expect(crashed).toHaveLength(3);
    expect(crashed[0]).toMatchObject({ stoppedReason: 'Essential container in task exited', lastStatus: 'STOPPED' });
    expect(crashed[0].containers[0].exitCode).toBe(1);
    const id = crashed[0].taskArn.split('/').at(-1);
    const lines = shop.world.services.logs.lines('/ecs/shop/web', { streamPrefix: `web/web/${id}` });
    expect(lines.map((line) => line.message)).toEqual(['KeyError: DATABASE_URL']);
    await shop.minutes(65);
    expect((await shop.ecs('DescribeTasks', { cluster: CLUSTER, tasks: taskArns })).failures[0]).toMatchObject({ reason: 'MISSING' });
  });

  it('a pull failure counts and says which image is missing', async () => {
    const shop = await runningShop(5);
    const missing = `sha256:${'0'.repeat(64)}`;
    await shop.update({ taskDefinition: await shop.register(missing) });
    await shop.minutes(10);
    const stopped = shop.eventsOf('ECS Task State Change').filter((event) => event.detail['stopCode'] === 'TaskFailedToStart');
    expect(String(stopped[0]?.detail['stoppedReason'])).toContain(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref`,
    );
    expect(String(stopped[0]?.detail['stoppedReason'])).toContain(missing);
    expect((stopped[0]!.detail['containers'] as any[])[0]).not.toHaveProperty('exitCode');
    expect((await shop.describe()).taskDefinition).toBe(shop.goodRevision);
  });

  it('an image that never passes its health check is stopped by the scheduler, with the target group in the reason', async () => {
    const shop = await runningShop(6);
    shop.push({ kind: 'never-healthy', responseCode: 500 });
    await shop.update({ taskDefinition: await shop.register('latest') });
    await shop.minutes(20);
    const reasons = shop.eventsOf('ECS Task State Change').map((event) => event.detail['stoppedReason']);
    expect(reasons).toContain(`Task failed ELB health checks in (target-group ${shop.targetGroupArn})`);
    expect((await shop.describe()).taskDefinition).toBe(shop.goodRevision);
  });

  it('R9: without a completed deployment the breaker finds nothing to roll back to: the service stalls', async () => {
    const shop = await openShop(7);
    shop.push(crash);
    await shop.create(await shop.register('latest'));
    await shop.minutes(30);
    expect(withoutIds(shop.rollouts()).at(-1)).toBe('SERVICE_DEPLOYMENT_FAILED: ECS deployment circuit breaker: task failed to start.');
    const started = shop.eventsOf('ECS Task State Change').filter((event) => event.detail['lastStatus'] === 'PROVISIONING').length;
    await shop.minutes(60);
    expect(shop.eventsOf('ECS Task State Change').filter((event) => event.detail['lastStatus'] === 'PROVISIONING')).toHaveLength(started);
    expect((await shop.describe()).deployments[0]).toMatchObject({ rolloutState: 'FAILED', runningCount: 0 });
  });

  it('a second bad deployment during a rollback has nothing to roll back to', async () => {
    const shop = await runningShop(19);
    await shop.update({ taskDefinition: await shop.register(shop.push(crash)) });
    while (!shop.rollouts().some((reason) => reason.includes('rolling back'))) await shop.minutes(0.1);
    await shop.update({ taskDefinition: await shop.register(shop.push(crash)) });
    await shop.minutes(30);
    expect(withoutIds(shop.rollouts()).at(-1)).toBe('SERVICE_DEPLOYMENT_FAILED: ECS deployment circuit breaker: task failed to start.');
    expect((await shop.describe()).deployments[0].rolloutState).toBe('FAILED');
    const { serviceDeployments } = await shop.ecs('ListServiceDeployments', { cluster: CLUSTER, service: SERVICE });
    expect(serviceDeployments[0].status).toBe('ROLLBACK_FAILED');
  });

  it('without a breaker a bad deployment retries for ever, ever more slowly, and no FAILED event comes', async () => {
    const shop = await runningShop(8, { deploymentConfiguration: {} });
    shop.push(crash);
    await shop.update({ taskDefinition: await shop.register('latest') });
    await shop.minutes(240);
    expect(shop.rollouts().filter((reason) => reason.includes('FAILED'))).toEqual([]);
    expect((await shop.describe()).deployments[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' });
    const impaired = shop.eventsOf('ECS Service Action').filter((event) => event.detail['eventName'] === 'SERVICE_TASK_START_IMPAIRED');
    expect(impaired).toHaveLength(1);
    const attempts = shop
      .eventsOf('ECS Task State Change')
      .filter((event) => event.detail['stopCode'] === 'EssentialContainerExited' && event.detail['lastStatus'] === 'STOPPED');
    expect(attempts.length).toBeGreaterThan(8);
    expect(attempts.length).toBeLessThan(50);
  });

  it('a threshold of one task by COUNT trips at the first failure', async () => {
    const breaker = { enable: true, rollback: true, thresholdConfiguration: { type: 'COUNT', value: 1 } };
    const shop = await runningShop(9, { deploymentConfiguration: { deploymentCircuitBreaker: breaker }, desiredCount: 1 });
    shop.push(crash);
    await shop.update({ taskDefinition: await shop.register('latest') });
    await shop.minutes(10);
    expect(
      shop
        .eventsOf('ECS Task State Change')
        .filter((event) => event.detail['stopCode'] === 'EssentialContainerExited' && event.detail['lastStatus'] === 'STOPPED'),
    ).toHaveLength(1);
    expect((await shop.describe()).taskDefinition).toBe(shop.goodRevision);
  });
});

describe('deployment alarms', () => {
  const alarms = { alarmNames: ['web-5xx'], enable: true, rollback: true };
  const withAlarm = async (seed: number): Promise<Awaited<ReturnType<typeof runningShop>>> => {
    const shop = await runningShop(seed);
    const alarm = {
      AlarmName: 'web-5xx',
      Namespace: 'Shop',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
    };
    const more = { ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' };
    await shop.world.call({
      service: 'monitoring',
      operation: 'PutMetricAlarm',
      input: { ...alarm, ...more },
      caller: { kind: 'operator' },
    });
    await shop.update({ deploymentConfiguration: { alarms } });
    await shop.minutes(5);
    return shop;
  };

  it('R9: an alarm that rings during the bake time fails the deployment and rolls it back', async () => {
    const shop = await withAlarm(31);
    await shop.update({ taskDefinition: await shop.register(shop.push({ kind: 'healthy' })) });
    await shop.minutes(2.5);
    expect((await shop.describe()).deployments[0].rolloutState).toBe('IN_PROGRESS');
    shop.world.services.cloudwatch.setAlarm('web-5xx', 'ALARM');
    await shop.minutes(8);
    expect((await shop.describe()).taskDefinition).toBe(shop.goodRevision);
    expect(withoutIds(shop.rollouts()).slice(3)).toEqual([
      'SERVICE_DEPLOYMENT_FAILED: ECS deployment alarm: alarm detected.',
      'SERVICE_DEPLOYMENT_IN_PROGRESS: ECS deployment alarm: rolling back to deploymentId ecs-svc/N.',
      'SERVICE_DEPLOYMENT_COMPLETED: ECS deployment ecs-svc/N completed.',
    ]);
  });

  it('an alarm that rings already when the deployment starts is ignored for all of it', async () => {
    const shop = await withAlarm(32);
    shop.world.services.cloudwatch.setAlarm('web-5xx', 'ALARM');
    const revision = await shop.register(shop.push({ kind: 'healthy' }));
    await shop.update({ taskDefinition: revision });
    await shop.minutes(10);
    expect(await shop.describe()).toMatchObject({ taskDefinition: revision, deployments: [{ rolloutState: 'COMPLETED' }] });
  });

  it('a quiet alarm keeps the deployment in progress for its bake time', async () => {
    const shop = await withAlarm(33);
    const revision = await shop.register(shop.push({ kind: 'healthy' }));
    const began = shop.world.clock.now;
    await shop.update({ taskDefinition: revision, deploymentConfiguration: { alarms, bakeTimeInMinutes: 10 } });
    await shop.minutes(20);
    const completed = shop.eventsOf('ECS Deployment State Change').at(-1)!;
    expect(completed.detail['eventName']).toBe('SERVICE_DEPLOYMENT_COMPLETED');
    expect(Date.parse(completed.time) - began).toBeGreaterThan(11 * 60_000);
  });
});
