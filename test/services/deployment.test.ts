// Deployments of the simulated ECS against aws-facts A3, B1–B5, B7, B8 and section S.
import { describe, expect, it } from 'vitest';
import { CLUSTER, SERVICE, openShop } from './shop.ts';
import type { Shop } from './shop.ts';

const crash = { kind: 'exits', afterSeconds: 3, exitCode: 1, logLines: ['KeyError: DATABASE_URL'] } as const;
const withoutIds = (reasons: readonly string[]): readonly string[] => reasons.map((reason) => reason.replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/N'));

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
      leastHealthy = Math.min(leastHealthy, shop.world.services.elb.health(shop.targetGroupArn).filter((target) => target.state === 'healthy').length);
    }
    expect(leastHealthy).toBe(2);
    const service = await shop.describe();
    expect(service.deployments).toHaveLength(1);
    expect(shop.world.services.ecs.tasks(CLUSTER, SERVICE).map((task) => task.containers[0]?.imageDigest)).toEqual([better, better]);
  });
});
