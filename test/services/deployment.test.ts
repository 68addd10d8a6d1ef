// Deployments of the simulated ECS against aws-facts A3, B1–B5, B7, B8 and section S.
import { describe, expect, it } from 'vitest';
import { CLUSTER, SERVICE, openShop } from './shop.ts';
import type { Shop } from './shop.ts';

const crash = { kind: 'exits', afterSeconds: 3, exitCode: 1, logLines: ['KeyError: DATABASE_URL'] } as const;
const withoutIds = (reasons: readonly string[]): readonly string[] =>
  reasons.map((reason) => reason.replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/N'));

/** A shop whose service runs one good image on two tasks. */
const runningShop = async (seed: number, more: object = {}): Promise<Shop & { readonly good: string; readonly goodRevision: string }> => {
  const shop = await openShop(seed);
  const good = shop.push({ kind: 'healthy' });
  const goodRevision = await shop.register(good);
  await shop.create(goodRevision, more);
  await shop.minutes(5);
  return { ...shop, good, goodRevision };
};

describe('a good rollout', () => {
  it('R7: a first deployment brings a service to its count, healthy in the target group', async () => {
    const { describe: look, world, targetGroupArn, rollouts } = await runningShop(1);
    const service = await look();
    expect(service).toMatchObject({ desiredCount: 2, runningCount: 2, pendingCount: 0 });
    expect(service.deployments).toHaveLength(1);
    expect(service.deployments[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'COMPLETED' });
    expect(world.services.elb.health(targetGroupArn).map((target) => target.state)).toEqual(['healthy', 'healthy']);
    expect(withoutIds(rollouts())).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS: ECS deployment ecs-svc/N in progress.',
      'SERVICE_DEPLOYMENT_COMPLETED: ECS deployment ecs-svc/N completed.',
    ]);
  });

  it('R9: the new image serves before the old one is drained, and COMPLETED comes after the drain', async () => {
    const shop = await runningShop(2);
    const better = shop.push({ kind: 'healthy' });
    await shop.update({ taskDefinition: await shop.register(better) });
    let leastHealthy = 2;
    for (let seconds = 0; seconds < 300; seconds += 5) {
      await shop.minutes(5 / 60);
      leastHealthy = Math.min(
        leastHealthy,
        shop.world.services.elb.health(shop.targetGroupArn).filter((target) => target.state === 'healthy').length,
      );
    }
    expect(leastHealthy).toBe(2);
    const service = await shop.describe();
    expect(service.deployments).toHaveLength(1);
    expect(shop.world.services.ecs.tasks(CLUSTER, SERVICE).map((task) => task.containers[0]?.imageDigest)).toEqual([better, better]);
  });
});

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
    expect((stopped[0]?.detail['containers'] as any[])[0]).not.toHaveProperty('exitCode');
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

describe('zero tasks', () => {
  it('R9: a deployment at desired 0 completes within seconds without starting a task or pulling the image', async () => {
    const shop = await openShop(10);
    await shop.create(await shop.register(`sha256:${'0'.repeat(64)}`), { desiredCount: 0 });
    await shop.minutes(10 / 60);
    expect((await shop.describe()).deployments[0].rolloutState).toBe('COMPLETED');
    expect(shop.eventsOf('ECS Task State Change')).toEqual([]);
  });

  it('R9: 0 to 2 is no deployment, so a bad image starts again and again without breaker or rollback', async () => {
    const shop = await openShop(11);
    shop.push(crash);
    await shop.create(await shop.register('latest'), { desiredCount: 0 });
    await shop.minutes(1);
    const before = shop.rollouts().length;
    await shop.update({ desiredCount: 2 });
    await shop.minutes(60);
    expect(shop.rollouts()).toHaveLength(before);
    expect(await shop.describe()).toMatchObject({ desiredCount: 2, runningCount: 0 });
  });

  it("S3: scaling to 0 drains the targets first and stops the tasks with the scheduler's own reason", async () => {
    const shop = await runningShop(12);
    await shop.update({ desiredCount: 0 });
    await shop.minutes(10 / 60);
    expect(shop.world.services.elb.health(shop.targetGroupArn).map((target) => target.state)).toEqual(['draining', 'draining']);
    await shop.minutes(2);
    expect(await shop.describe()).toMatchObject({ desiredCount: 0, runningCount: 0 });
    const stopped = shop.eventsOf('ECS Task State Change').filter((event) => event.detail['lastStatus'] === 'STOPPED');
    expect(stopped.map((event) => event.detail['stopCode'])).toEqual(['ServiceSchedulerInitiated', 'ServiceSchedulerInitiated']);
    expect(String(stopped[0]?.detail['stoppedReason'])).toMatch(/^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/);
    await shop.update({ desiredCount: 2 });
    await shop.minutes(3);
    expect(await shop.describe()).toMatchObject({ runningCount: 2 });
  });
});

describe('what begins a deployment', () => {
  it('the same task definition without force begins none; force does', async () => {
    const shop = await runningShop(13);
    const before = shop.rollouts().length;
    await shop.update({ taskDefinition: shop.goodRevision });
    await shop.update({ taskDefinition: 'web' });
    await shop.update({ healthCheckGracePeriodSeconds: 30, desiredCount: 3 });
    await shop.minutes(5);
    expect(shop.rollouts()).toHaveLength(before);
    await shop.update({ forceNewDeployment: true });
    await shop.minutes(5);
    expect(shop.rollouts()).toHaveLength(before + 2);
    expect(await shop.describe()).toMatchObject({ desiredCount: 3, runningCount: 3 });
  });

  it('R4: a second deployment stops the first, which never completes', async () => {
    const shop = await runningShop(14);
    const first = await shop.update({ taskDefinition: await shop.register(shop.push({ kind: 'healthy' })) });
    await shop.minutes(0.5);
    const second = await shop.update({ taskDefinition: await shop.register(shop.push({ kind: 'healthy' })) });
    await shop.minutes(10);
    const completed = shop
      .eventsOf('ECS Deployment State Change')
      .filter((event) => event.detail['eventName'] === 'SERVICE_DEPLOYMENT_COMPLETED');
    const ids = completed.map((event) => event.detail['deploymentId']);
    expect(ids).toContain(second.service.deployments[0].id);
    expect(ids).not.toContain(first.service.deployments[0].id);
    const { serviceDeployments } = await shop.ecs('ListServiceDeployments', { cluster: CLUSTER, service: SERVICE });
    expect(serviceDeployments.map((record: any) => record.status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
  });

  it('R5: a tag is resolved once per deployment: scaling out keeps the old digest when the tag has moved', async () => {
    const shop = await openShop(15);
    const first = shop.push({ kind: 'healthy' });
    await shop.create(await shop.register('latest'), { desiredCount: 1 });
    await shop.minutes(4);
    const second = shop.push({ kind: 'healthy' });
    await shop.update({ desiredCount: 2 });
    await shop.minutes(4);
    const digests = () => shop.world.services.ecs.tasks(CLUSTER, SERVICE).map((task) => task.containers[0]?.imageDigest);
    expect(digests()).toEqual([first, first]);
    await shop.update({ forceNewDeployment: true });
    await shop.minutes(5);
    expect(digests()).toEqual([second, second]);
  });

  it('percentages that allow neither start nor stop hang the deployment, with a message', async () => {
    const shop = await runningShop(16, { desiredCount: 1, deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 100 } });
    await shop.update({ forceNewDeployment: true });
    await shop.minutes(30);
    const service = await shop.describe();
    expect(service.deployments[0].rolloutState).toBe('IN_PROGRESS');
    expect(service.events[0].message).toContain(
      'was unable to stop or start tasks during a deployment because of the service deployment configuration',
    );
  });

  it('a target group that no load balancer uses is refused', async () => {
    const shop = await openShop(17);
    const group = (await shop.elb('CreateTargetGroup', { Name: 'lonely', TargetType: 'ip', Port: 8080 })).TargetGroups[0].TargetGroupArn;
    const links = [{ targetGroupArn: group, containerName: 'web', containerPort: 8080 }];
    await expect(shop.create(await shop.register('latest'), { loadBalancers: links })).rejects.toThrow(
      `The target group with targetGroupArn ${group} does not have an associated load balancer.`,
    );
  });
});

describe('stopping a deployment', () => {
  it('StopServiceDeployment goes back to the last completed one, also without the rollback option', async () => {
    const shop = await runningShop(18, { deploymentConfiguration: {} });
    await shop.update({ taskDefinition: await shop.register(shop.push(crash)) });
    await shop.minutes(1);
    const [running] = (await shop.ecs('ListServiceDeployments', { cluster: CLUSTER, service: SERVICE })).serviceDeployments;
    await shop.ecs('StopServiceDeployment', { serviceDeploymentArn: running.serviceDeploymentArn, stopType: 'ROLLBACK' });
    await shop.minutes(5);
    expect((await shop.describe()).taskDefinition).toBe(shop.goodRevision);
    const [record] = (await shop.ecs('DescribeServiceDeployments', { serviceDeploymentArns: [running.serviceDeploymentArn] }))
      .serviceDeployments;
    expect(record).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' });
    await expect(shop.ecs('StopServiceDeployment', { serviceDeploymentArn: running.serviceDeploymentArn })).rejects.toThrow(
      'can not be stopped',
    );
  });
});
