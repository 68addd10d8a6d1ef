// Deployments of the simulated ECS against aws-facts A3, B1–B5, B7, B8 and section S.
import { describe, expect, it } from 'vitest';
import { CLUSTER, SERVICE, image, openShop, runningShop, withoutIds } from './shop.ts';

const crash = { kind: 'exits', afterSeconds: 3, exitCode: 1, logLines: ['KeyError: DATABASE_URL'] } as const;
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

describe('eventual consistency', () => {
  it('X1: with stale reads, DescribeServices shows the old PRIMARY for some seconds after UpdateService', async () => {
    const shop = await openShop(81, { chances: { 'ecs.stale-read': 1 } });
    await shop.create(await shop.register('latest'), { desiredCount: 0 });
    await shop.minutes(1);
    const revision = await shop.register('latest');
    const answer = await shop.update({ taskDefinition: revision });
    expect(answer.service.taskDefinition).toBe(revision);
    expect((await shop.describe()).taskDefinition).not.toBe(revision);
    await shop.minutes(0.25);
    expect((await shop.describe()).taskDefinition).toBe(revision);
  });
});

describe('two target groups', () => {
  it('K2: a service registered in two groups is healthy only when both say so, and drains from both', async () => {
    const shop = await openShop(82);
    shop.push({ kind: 'healthy' });
    const second = (await shop.elb('CreateTargetGroup', { Name: 'api', TargetType: 'ip', Port: 8000, HealthCheckIntervalSeconds: 60 }))
      .TargetGroups[0].TargetGroupArn;
    const actions = [{ Type: 'forward', TargetGroupArn: second }];
    await shop.elb('CreateRule', {
      ListenerArn: shop.listenerArn,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
      Actions: actions,
    });
    const containerDefinitions = [
      { name: 'web', image: image(shop.world, 'latest'), portMappings: [{ containerPort: 8080 }] },
      { name: 'api', image: image(shop.world, 'latest'), portMappings: [{ containerPort: 8000 }] },
    ];
    const loadBalancers = [
      { targetGroupArn: shop.targetGroupArn, containerName: 'web', containerPort: 8080 },
      { targetGroupArn: second, containerName: 'api', containerPort: 8000 },
    ];
    await shop.create(await shop.register('latest', { definition: { containerDefinitions } }), { desiredCount: 1, loadBalancers });
    await shop.minutes(4);
    const states = () =>
      [shop.targetGroupArn, second].map((group) => shop.world.services.elb.health(group).map((target) => [target.port, target.state]));
    expect(states()).toEqual([[[8080, 'healthy']], [[8000, 'healthy']]]);
    expect((await shop.describe()).deployments[0].rolloutState).toBe('COMPLETED');
    await shop.update({ desiredCount: 0 });
    await shop.minutes(0.2);
    expect(states()).toEqual([[[8080, 'draining']], [[8000, 'draining']]]);
  });
});
