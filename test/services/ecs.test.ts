// Task definitions, tasks and CloudFormation types of the simulated ECS against aws-facts A4, A6, B1, B5, B6, B10.
import { describe, expect, it } from 'vitest';
import { failureThreshold, startDelay } from '../../local/services/ecs/circuit-breaker.ts';
import { healthTurns } from '../../local/services/ecs/container-behaviour.ts';
import { parseImage } from '../../local/services/ecs/names.ts';
import { freeAddress, nextProvider } from '../../local/services/ecs/new-task.ts';
import { CLUSTER, SERVICE, openShop, stoppedTasks } from './shop.ts';

describe('image references', () => {
  it('registry, repository and tag or digest are told apart as a container runtime does', () => {
    expect(parseImage('111122223333.dkr.ecr.us-east-1.amazonaws.com/team/web@sha256:abc')).toEqual({
      registry: '111122223333.dkr.ecr.us-east-1.amazonaws.com',
      repository: 'team/web',
      reference: 'sha256:abc',
    });
    expect(parseImage('ghcr.io/owner/repo-frontend:v1')).toEqual({
      registry: 'ghcr.io',
      repository: 'owner/repo-frontend',
      reference: 'v1',
    });
    expect(parseImage('localhost:5000/web')).toEqual({ registry: 'localhost:5000', repository: 'web', reference: 'latest' });
    expect(parseImage('nginx:1.27')).toEqual({ registry: 'docker.io', repository: 'library/nginx', reference: '1.27' });
  });
});

describe("the breaker's arithmetic", () => {
  it('half the desired count, at least 3, at most 200, unless configured', () => {
    expect([1, 25, 400, 800].map((desired) => failureThreshold(undefined, desired))).toEqual([3, 13, 200, 200]);
    const with_ = (type: 'COUNT' | 'UNBOUNDED_PERCENT', value: number) => ({
      enable: true,
      rollback: true,
      thresholdConfiguration: { type, value },
    });
    expect(failureThreshold(with_('COUNT', 2), 100)).toBe(2);
    expect(failureThreshold(with_('UNBOUNDED_PERCENT', 50), 1)).toBe(1);
  });

  it('the delay between failed starts doubles up to 27 minutes', () => {
    expect([0, 1, 2, 3, 12].map(startDelay)).toEqual([0, 10_000, 20_000, 40_000, 1_620_000]);
  });
});

describe('container health checks', () => {
  const check = { command: ['CMD', 'true'], interval: 30, timeout: 10, retries: 3, startPeriod: 60 };

  it('F12: the first passed check is healthy; a container that never answers is unhealthy after the start period and its retries', () => {
    expect(healthTurns({ kind: 'healthy', startSeconds: 40 }, check)).toEqual([{ afterSeconds: 60, health: 'HEALTHY' }]);
    expect(healthTurns({ kind: 'never-healthy' }, check)).toEqual([{ afterSeconds: 120, health: 'UNHEALTHY' }]);
  });

  it('the scheduler replaces a task whose essential container turns unhealthy', async () => {
    const shop = await openShop(61);
    shop.push({ kind: 'degrades', afterSeconds: 120, responseCode: 500, healthCheckFails: true });
    await shop.create(await shop.register('latest', { container: { healthCheck: check } }), { loadBalancers: [], desiredCount: 1 });
    await shop.minutes(3);
    expect(shop.world.services.ecs.service(CLUSTER, SERVICE)).toMatchObject({ healthyCount: 1 });
    await shop.minutes(5);
    const stopped = await stoppedTasks(shop);
    expect(stopped[0]).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
      healthStatus: 'UNHEALTHY',
    });
    expect(shop.world.services.ecs.tasks(CLUSTER, SERVICE)).toHaveLength(1);
  });

  it('without load balancer and without check a task counts healthy 40 s after it runs', async () => {
    const shop = await openShop(62);
    shop.push({ kind: 'healthy' });
    await shop.create(await shop.register('latest'), { loadBalancers: [], desiredCount: 1 });
    await shop.minutes(10);
    const running = shop.eventsOf('ECS Task State Change').find((event) => event.detail['lastStatus'] === 'RUNNING')!;
    const completed = shop.eventsOf('ECS Deployment State Change').at(-1)!;
    const seconds = (Date.parse(completed.time) - Date.parse(running.time)) / 1_000;
    expect(seconds).toBeGreaterThanOrEqual(40);
    expect(seconds).toBeLessThan(45);
  });
});

describe('task definitions', () => {
  it('R5: what was registered comes back whole; tags only when asked for; describe output can not be registered again as it is', async () => {
    const shop = await openShop(63);
    const taskDefinitionArn = await shop.register('latest', {
      container: { dockerLabels: { team: 'web' }, ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }] },
      definition: { tags: [{ key: 'team', value: 'web' }] },
    });
    const described = await shop.ecs('DescribeTaskDefinition', { taskDefinition: taskDefinitionArn });
    expect(described.tags).toBeUndefined();
    expect(described.taskDefinition).toMatchObject({
      family: 'web',
      revision: 1,
      status: 'ACTIVE',
      containerDefinitions: [{ dockerLabels: { team: 'web' }, ulimits: [{ name: 'nofile' }] }],
    });
    expect((await shop.ecs('DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] })).tags).toEqual([
      { key: 'team', value: 'web' },
    ]);
    await expect(shop.ecs('RegisterTaskDefinition', described.taskDefinition)).rejects.toMatchObject({ code: 'ClientException' });
  });

  it('a family means its latest ACTIVE revision, and revisions are never reused', async () => {
    const shop = await openShop(64);
    const [first, second] = [await shop.register('latest'), await shop.register('latest')];
    await shop.ecs('DeregisterTaskDefinition', { taskDefinition: second });
    expect((await shop.ecs('DescribeTaskDefinition', { taskDefinition: 'web' })).taskDefinition.taskDefinitionArn).toBe(first);
    expect(await shop.register('latest')).toMatch(/:3$/);
    expect((await shop.ecs('ListTaskDefinitions', { familyPrefix: 'web', status: 'INACTIVE' })).taskDefinitionArns).toEqual([second]);
    await expect(shop.create(second)).rejects.toThrow('TaskDefinition is inactive');
  });
});

describe('capacity', () => {
  it('no two tasks hold one private address: an address that is taken is drawn again', () => {
    const numbers = [191, 131, 191, 131, 7, 20];
    const random = { between: () => numbers.shift()! };
    const taken = freeAddress(random, () => false);
    expect([taken, freeAddress(random, (address) => address === taken)]).toEqual(['10.0.191.131', '10.0.7.20']);
  });

  it('A2: a strategy fills its base first and then follows the weights', () => {
    const strategy = [
      { capacityProvider: 'FARGATE', base: 1, weight: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
    ];
    const chosen: string[] = [];
    while (chosen.length < 5) chosen.push(nextProvider(strategy, chosen));
    expect(chosen).toEqual(['FARGATE', 'FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE_SPOT']);
  });

  it('A2: a Spot service is down until Spot capacity returns; on-demand never steps in', async () => {
    const shop = await openShop(73);
    shop.push({ kind: 'healthy' });
    const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    await shop.create(await shop.register('latest'), { desiredCount: 1, capacityProviderStrategy });
    await shop.minutes(4);
    shop.world.services.ecs.setCapacity('FARGATE_SPOT', false);
    expect(shop.world.services.ecs.interruptSpot(CLUSTER, SERVICE)).toBe(1);
    await shop.minutes(10);
    expect(await shop.describe()).toMatchObject({ runningCount: 0, pendingCount: 0 });
    const failure = shop.eventsOf('ECS Service Action').find((event) => event.detail['eventName'] === 'SERVICE_TASK_PLACEMENT_FAILURE');
    expect(failure?.detail).toMatchObject({ eventType: 'ERROR', reason: 'RESOURCE:FARGATE' });
    const warning = shop.eventsOf('ECS Task State Change').find((event) => event.detail['stopCode'] === 'SpotInterruption');
    expect(warning?.detail).toMatchObject({
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      stoppedReason: 'Your Spot Task was interrupted.',
    });
    shop.world.services.ecs.setCapacity('FARGATE_SPOT', true);
    await shop.minutes(4);
    expect(await shop.describe()).toMatchObject({ runningCount: 1 });
  });
});

describe('answers of the API', () => {
  it('at most ten services are described, and unknown ones come back as MISSING', async () => {
    const shop = await openShop(74);
    const answer = await shop.ecs('DescribeServices', { cluster: CLUSTER, services: ['none'] });
    expect(answer).toEqual({
      services: [],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:111122223333:service/shop/none', reason: 'MISSING' }],
    });
    const many = Array.from({ length: 11 }, (_, index) => `service-${index}`);
    await expect(shop.ecs('DescribeServices', { cluster: CLUSTER, services: many })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
    await expect(shop.ecs('DescribeServices', { cluster: 'none', services: ['web'] })).rejects.toMatchObject({
      code: 'ClusterNotFoundException',
    });
    await expect(shop.ecs('UpdateService', { cluster: CLUSTER, service: 'none', desiredCount: 1 })).rejects.toMatchObject({
      code: 'ServiceNotFoundException',
    });
  });

  it('ExecuteCommand is refused, and an unknown operation by its name', async () => {
    const shop = await openShop(75);
    await expect(shop.ecs('ExecuteCommand', { cluster: CLUSTER, task: 'x', command: 'sh', interactive: true })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
    await expect(shop.ecs('CreateTaskSet', {})).rejects.toThrow('ecs:CreateTaskSet is not simulated');
  });
});
