// The life of a simulated ECS task against aws-facts A6: events, exits, pull failures, what an index reports.
import { describe, expect, it } from 'vitest';
import type { ImageBehaviour } from '../../local/services/ecr.ts';
import { CLUSTER, SERVICE, image, openShop, stoppedTasks } from './shop.ts';

/** Runs one task of an image to its end. */
const runOnce = async (seed: number, behaviour: ImageBehaviour, more: { container?: object; definition?: object; run?: object } = {}) => {
  const shop = await openShop(seed);
  shop.push(behaviour);
  const taskDefinition = await shop.register('latest', more);
  await shop.ecs('RunTask', { cluster: CLUSTER, taskDefinition, startedBy: 'test', ...more.run });
  await shop.minutes(5);
  const [task] = await stoppedTasks(shop);
  return { shop, task };
};

describe("a task's life", () => {
  it('every change is an event with the next version, from PROVISIONING to STOPPED', async () => {
    const { shop } = await runOnce(65, { kind: 'exits', afterSeconds: 10, exitCode: 0 });
    const events = [...shop.eventsOf('ECS Task State Change')].map((event) => event.detail);
    expect(events.map((detail) => detail['lastStatus'])).toEqual([
      'PROVISIONING',
      'PENDING',
      'ACTIVATING',
      'RUNNING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
    expect(events.map((detail) => detail['version'])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events[0]).toMatchObject({ group: 'family:web', startedBy: 'test', launchType: 'FARGATE', cpu: '256' });
    expect(typeof events[5]?.['stoppedAt']).toBe('string');
  });

  it('R8: a one-off task reports its exit code, and a command override chooses what the image does', async () => {
    const behaviour: ImageBehaviour = {
      kind: 'healthy',
      commands: { 'npm run migrate': { kind: 'exits', afterSeconds: 20, exitCode: 3, logLines: ['migration 7 failed'] } },
    };
    const overrides = { containerOverrides: [{ name: 'web', command: ['npm', 'run', 'migrate'] }] };
    const { task } = await runOnce(66, behaviour, { run: { overrides } });
    expect(task).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 3 }], overrides });
  });

  it('out of memory is exit 137 with its reason', async () => {
    const { task } = await runOnce(67, { kind: 'out-of-memory', afterSeconds: 5 });
    expect(task.containers[0]).toMatchObject({ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' });
  });

  it('a wrong architecture dies at once with an exec format error in the log', async () => {
    const { shop, task } = await runOnce(68, { kind: 'wrong-architecture' });
    expect(task.containers[0].exitCode).toBe(255);
    const lines = shop.world.services.logs.lines('/ecs/shop/web', {});
    expect(lines.map((line) => line.message)).toEqual(['exec /usr/local/bin/docker-entrypoint.sh: exec format error']);
  });

  it('a container that is not essential may exit without its task', async () => {
    const sidecar = { name: 'init', essential: false, image: '' };
    const shop = await openShop(69);
    shop.push({ kind: 'healthy', commands: { init: { kind: 'exits', afterSeconds: 2, exitCode: 0 } } });
    const containers = [
      { name: 'web', image: image(shop.world, 'latest') },
      { ...sidecar, image: image(shop.world, 'latest'), command: ['init'] },
    ];
    const taskDefinition = await shop.register('latest', { definition: { containerDefinitions: containers } });
    await shop.ecs('RunTask', { cluster: CLUSTER, taskDefinition });
    await shop.minutes(2);
    const { taskArns } = await shop.ecs('ListTasks', { cluster: CLUSTER });
    const [task] = (await shop.ecs('DescribeTasks', { cluster: CLUSTER, tasks: taskArns })).tasks;
    expect(task.lastStatus).toBe('RUNNING');
    expect(task.containers.map((container: any) => [container.name, container.lastStatus, container.exitCode])).toEqual([
      ['web', 'RUNNING', undefined],
      ['init', 'STOPPED', 0],
    ]);
  });

  it('O12: an execution role that may not read the secret keeps the task from starting', async () => {
    const secrets = [{ name: 'KEY', valueFrom: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/none-abcdef:KEY::' }];
    const { task } = await runOnce(70, { kind: 'healthy' }, { container: { secrets } });
    expect(task).toMatchObject({ stopCode: 'TaskFailedToStart' });
    expect(task.stoppedReason).toContain('ResourceInitializationError: unable to pull secrets or registry auth');
  });

  it('a missing log group keeps the task from starting, as the log driver says', async () => {
    const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/none', 'awslogs-stream-prefix': 'web' } };
    const { task } = await runOnce(83, { kind: 'healthy' }, { container: { logConfiguration } });
    expect(task.stoppedReason).toContain('The specified log group does not exist.');
  });

  it('K4: an image of another registry is pulled by tag or digest, and is missing while that registry does not answer', async () => {
    const shop = await openShop(84);
    const digest = shop.world.services.outside.push({ image: 'ghcr.io/owner/front', tags: ['v1'], behaviour: { kind: 'healthy' } });
    const run = async (reference: string): Promise<void> => {
      const taskDefinition = await shop.register('latest', { container: { image: `ghcr.io/owner/front${reference}` } });
      await shop.ecs('RunTask', { cluster: CLUSTER, taskDefinition });
    };
    await run(':v1');
    await run(`@${digest}`);
    await shop.minutes(2);
    const { taskArns } = await shop.ecs('ListTasks', { cluster: CLUSTER });
    const { tasks } = await shop.ecs('DescribeTasks', { cluster: CLUSTER, tasks: taskArns });
    expect(tasks.map((task: any) => [task.lastStatus, task.containers[0].imageDigest])).toEqual([
      ['RUNNING', digest],
      ['RUNNING', digest],
    ]);
    await run(':v2');
    await shop.minutes(2);
    expect((await stoppedTasks(shop))[0].stoppedReason).toContain('CannotPullContainerError');
  });

  it('S4: a container that needs a stopped database exits, and says so in its log', async () => {
    const shop = await openShop(85);
    shop.world.services.rds.createInstance('shop-db', { Engine: 'postgres', DBInstanceClass: 'db.t3.micro' });
    shop.push({ kind: 'healthy', requiresDatabases: ['shop-db'] });
    await shop.create(await shop.register('latest'), { desiredCount: 1 });
    await shop.minutes(4);
    expect(await shop.describe()).toMatchObject({ runningCount: 1 });
    await shop.update({ desiredCount: 0 });
    const caller = { kind: 'operator' } as const;
    await shop.world.call({ service: 'rds', operation: 'StopDBInstance', input: { DBInstanceIdentifier: 'shop-db' }, caller });
    await shop.minutes(30);
    await shop.update({ desiredCount: 1 });
    await shop.minutes(2);
    const lines = shop.world.services.logs.lines('/ecs/shop/web', {}).map((line) => line.message);
    expect(lines.at(-1)).toContain('database shop-db refused the connection');
  });

  it('R9: of an index a task may report the platform manifest, and then again the index', async () => {
    const shop = await openShop(71);
    const index = shop.world.services.ecr.push({
      repository: 'web',
      tags: ['latest'],
      behaviour: { kind: 'healthy' },
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    const manifest = shop.world.services.ecr.pull('web', 'latest', 'linux/amd64')!.digest;
    await shop.create(await shop.register(index), { desiredCount: 12 });
    await shop.minutes(3);
    const reported = new Set(shop.world.services.ecs.tasks(CLUSTER, SERVICE).map((task) => task.containers[0]?.imageDigest));
    expect(reported).toEqual(new Set([index, manifest]));
    const { currentServiceRevisions } = await shop.describe();
    const { serviceRevisions } = await shop.ecs('DescribeServiceRevisions', { serviceRevisionArns: [currentServiceRevisions[0].arn] });
    expect(serviceRevisions[0].containerImages[0]).toMatchObject({ containerName: 'web', imageDigest: index });
  });

  it("an index without the task's platform can not be pulled", async () => {
    const shop = await openShop(72);
    const index = shop.world.services.ecr.push({
      repository: 'web',
      tags: ['latest'],
      behaviour: { kind: 'healthy' },
      platforms: ['linux/arm64'],
    });
    await shop.ecs('RunTask', { cluster: CLUSTER, taskDefinition: await shop.register(index) });
    await shop.minutes(2);
    expect((await stoppedTasks(shop))[0].stoppedReason).toBe(
      "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
    );
  });
});
