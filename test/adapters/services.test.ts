// The Services adapter against simulated ECS and load balancer: what is kept, what is never sent, and what may be repeated (R5, R9, B6).
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../local/in-process.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { services as servicesOf } from '../../shared/aws/services.ts';
import type { Services } from '../../shared/ports.ts';
import { CLUSTER, image, openShop, runningShop, SERVICE, type Shop } from '../services/shop.ts';

const open: Shop[] = [];
afterEach(async () => {
  for (const { world } of open.splice(0)) await world.close();
});

const adapter = (shop: Shop): Services => {
  open.push(shop);
  const manifest = { cluster: CLUSTER, region: shop.world.region } as Manifest;
  return servicesOf({ manifest, connect: (client) => void connect(client, shop.world, { kind: 'operator' }) });
};

describe('services', () => {
  it('R5: a new revision keeps every field and the tags of the newest one, and only the image is another', async () => {
    const shop = await openShop();
    const services = adapter(shop);
    const first = shop.push({ kind: 'healthy' });
    const own = {
      name: 'web',
      image: image(shop.world, first),
      portMappings: [{ containerPort: 8080 }],
      environment: [{ name: 'MODE', value: 'live' }],
    };
    const sidecar = { name: 'proxy', image: 'public.ecr.aws/proxy:1', essential: false };
    const kept = { ephemeralStorage: { sizeInGiB: 30 }, runtimePlatform: { cpuArchitecture: 'ARM64' } };
    await shop.register(first, { definition: { ...kept, containerDefinitions: [own, sidecar], tags: [{ key: 'team', value: 'shop' }] } });
    const wanted = image(shop.world, `sha256:${'b'.repeat(64)}`);
    const revision = await services.pin('web', { web: wanted });
    const { taskDefinition, tags } = await shop.ecs('DescribeTaskDefinition', { taskDefinition: revision, include: ['TAGS'] });
    expect(revision).toMatch(/web:2$/);
    expect(taskDefinition.containerDefinitions.map((one: { image: string }) => one.image)).toEqual([wanted, 'public.ecr.aws/proxy:1']);
    expect(taskDefinition.containerDefinitions[0]).toMatchObject({
      environment: [{ name: 'MODE', value: 'live' }],
      portMappings: [{ containerPort: 8080 }],
    });
    expect(taskDefinition).toMatchObject({ cpu: '256', ...kept });
    expect(tags).toEqual([{ key: 'team', value: 'shop' }]);
  });

  it('X1: pinning twice makes one revision', async () => {
    const shop = await openShop();
    const services = adapter(shop);
    await shop.register(shop.push({ kind: 'healthy' }));
    const wanted = { web: image(shop.world, `sha256:${'b'.repeat(64)}`) };
    const [once, twice] = [await services.pin('web', wanted), await services.pin('web', wanted)];
    expect(once).toBe(twice);
    expect((await shop.ecs('ListTaskDefinitions', { familyPrefix: 'web' })).taskDefinitionArns).toHaveLength(2);
  });

  it('R10: a retired revision is no longer the newest of its family', async () => {
    const shop = await openShop();
    const services = adapter(shop);
    const good = await shop.register(shop.push({ kind: 'healthy' }));
    const bad = await services.pin('web', { web: image(shop.world, `sha256:${'b'.repeat(64)}`) });
    await services.retire(bad);
    const { taskDefinition } = await shop.ecs('DescribeTaskDefinition', { taskDefinition: 'web' });
    expect(taskDefinition.taskDefinitionArn).toBe(good);
  });

  it('R8: a one-off family leaves the newest revision of the service alone', async () => {
    const shop = await openShop();
    const services = adapter(shop);
    const good = await shop.register(shop.push({ kind: 'healthy' }));
    const wanted = { web: image(shop.world, `sha256:${'b'.repeat(64)}`) };
    const revision = await services.pinAs('web', 'web-migration', wanted);
    expect(revision).toMatch(/web-migration:1$/);
    expect(await services.pinAs('web', 'web-migration', wanted)).toBe(revision);
    expect((await shop.ecs('DescribeTaskDefinition', { taskDefinition: 'web' })).taskDefinition.taskDefinitionArn).toBe(good);
  });

  it('R5: rolling starts a deployment and leaves the count as it is', async () => {
    const shop = await runningShop(7);
    const services = adapter(shop);
    await shop.update({ desiredCount: 3 });
    const next = await services.pin('web', { web: image(shop.world, shop.push({ kind: 'healthy' })) });
    const deployment = await services.roll(SERVICE, next);
    const [facts] = await services.describe([SERVICE]);
    expect(facts).toMatchObject({ exists: true, desired: 3, taskDefinition: next });
    expect(facts?.deployments.find(({ primary }) => primary)).toMatchObject({ id: deployment, state: 'IN_PROGRESS' });
  });

  it('R9: after the rollout tasks report their digest and targets are healthy', async () => {
    const shop = await runningShop(7);
    const services = adapter(shop);
    const digest = shop.push({ kind: 'healthy' });
    await services.roll(SERVICE, await services.pin('web', { web: image(shop.world, digest) }));
    await shop.minutes(6);
    const [facts] = await services.describe([SERVICE]);
    expect(facts?.images).toEqual({ web: image(shop.world, digest) });
    expect((await services.tasks([SERVICE])).get(SERVICE)?.map(({ digests, healthy }) => [digests['web'], healthy])).toEqual([
      [digest, true],
      [digest, true],
    ]);
    expect((await services.targets(shop.targetGroupArn)).filter(({ state }) => state === 'healthy')).toHaveLength(2);
  });

  it('R10: stopped tasks come with code, reason and exit code', async () => {
    const shop = await runningShop(7);
    const services = adapter(shop);
    const digest = shop.push({ kind: 'exits', afterSeconds: 2, exitCode: 3 });
    await services.roll(SERVICE, await services.pin('web', { web: image(shop.world, digest) }));
    await shop.minutes(3);
    const crashed = ((await services.stopped([SERVICE])).get(SERVICE) ?? []).filter(({ code }) => code === 'EssentialContainerExited');
    expect(crashed.length).toBeGreaterThan(0);
    expect(crashed[0]?.containers).toEqual([{ name: 'web', exitCode: 3, reason: null, digest }]);
    expect([...(await services.stopped([SERVICE, 'a', 'b', 'c']))].map(([name, tasks]) => [name, tasks.length > 0])).toEqual([
      [SERVICE, true],
      ['a', false],
      ['b', false],
      ['c', false],
    ]);
  });

  it('X3: a service nobody made is an answer, and names keep their order', async () => {
    const shop = await runningShop(7);
    const facts = await adapter(shop).describe(['ghost', SERVICE]);
    expect(facts.map(({ name, exists }) => [name, exists])).toEqual([
      ['ghost', false],
      [SERVICE, true],
    ]);
  });
});
