// Whether somebody uses the platform, against simulated ECS: what a person started by hand counts, the service's own tasks do not (S9).
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../local/in-process.ts';
import { use } from '../../shared/aws/traffic.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { CLUSTER, SERVICE, openShop, type Shop } from '../services/shop.ts';

let shop: Shop;
afterEach(() => shop.world.close());

describe('one-off tasks', () => {
  it("S9: one that runs postpones sleep until it ends; the service's own tasks do not", async () => {
    shop = await openShop();
    const taskDefinition = await shop.register(shop.push({ kind: 'healthy', startSeconds: 5 }));
    await shop.create(taskDefinition, { desiredCount: 1 });
    await shop.minutes(5);
    const manifest = { cluster: CLUSTER, loadBalancer: null, nights: null, services: [{ name: 'web', serviceName: SERVICE, family: 'web' }] } as unknown as Manifest;
    const port = use({ manifest, connect: (client: unknown) => void connect(client, shop.world, { kind: 'operator' }) });
    const now = () => port.now(new Date(shop.world.clock.now).toISOString());
    expect(await now()).toBeNull();
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
    const { tasks } = await shop.ecs('RunTask', { cluster: CLUSTER, taskDefinition, launchType: 'FARGATE', networkConfiguration, startedBy: 'kim' });
    await shop.minutes(2);
    expect(await now()).toEqual({ what: 'a one-off task runs' });
    await shop.ecs('StopTask', { cluster: CLUSTER, task: tasks[0].taskArn });
    await shop.minutes(2);
    expect(await now()).toBeNull();
  });
});
