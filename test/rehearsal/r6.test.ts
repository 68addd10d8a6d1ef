// R6 by rehearsal: somebody deploys a changed template in the four moments that matter, and the automation's image, count and bounds stay.
import { afterEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { behaviourOf } from '../../local/rehearsal/behaviours.ts';
import { bringToLife, changedBy, deployStacks, digestNamed, settleIn, type Assembly } from '../../local/rehearsal/deploy.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { loadAssembly } from '../../local/services/cloudformation/assembly.ts';
import type { World } from '../../local/world.ts';
import type { Manifest, ManifestService } from '../../shared/domain/manifest.ts';
import { instantOf } from '../../shared/domain/wall-clock.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

const MINUTE = 60_000;

interface Platform {
  readonly world: World;
  readonly manifest: Manifest;
  readonly assembly: Assembly;
}

const wall = ({ hours }: Manifest, text: string): number => instantOf(text, hours?.timeZone ?? 'UTC') ?? Number.NaN;

let platform: Platform;
afterEach(() => platform.world.close());

/** Farsight at work on Monday at ten, every service on its first image. */
const atWork = async (): Promise<Platform> => {
  const manifest = await manifestFrom('farsight');
  const assembly = loadAssembly(await assemblyOf('farsight'));
  const ten = wall(manifest, '2026-11-23T10:00');
  const world = createWorld({ start: ten - 90 * MINUTE, seed: 6, region: manifest.region, assets: assembly.assets, hosts: await sourceHosts() });
  await world.clock.finish(deployStacks(world, assembly));
  await world.clock.finish(settleIn(world, manifest));
  await bringToLife(world, manifest, ten);
  platform = { world, manifest, assembly };
  return platform;
};

const api = ({ services }: Manifest): ManifestService => services.find(({ name }) => name === 'api') as ManifestService;

const pushes = ({ world, manifest }: Platform, image: 'good' | 'crashes', name: string): string => {
  const { containers } = api(manifest);
  const digest = digestNamed(name);
  for (const { image: watched } of containers) {
    if (watched !== null) world.services.ecr.push({ repository: watched.repository, tags: [watched.tag.value], behaviour: behaviourOf(image), digest });
  }
  return digest;
};

/** `cdk deploy` after somebody added a variable to every container; answers how the services stack ended. */
const deploysAChange = async ({ world, assembly, manifest }: Platform): Promise<string | undefined> => {
  await world.clock.finish(deployStacks(world, changedBy(assembly, 'trace')));
  return world.services.cloudformation.stack(`${manifest.id}-services`)?.status;
};

interface Standing {
  readonly digests: readonly string[];
  readonly desired: number | undefined;
  readonly bounds: readonly [number | undefined, number | undefined];
}

/** What belongs to the automation: the images that run, the count and the scaling bounds. */
const standing = ({ world, manifest }: Platform): Standing => {
  const { serviceName } = api(manifest);
  const running = world.services.ecs.tasks(manifest.cluster, serviceName).filter(({ lastStatus }) => lastStatus === 'RUNNING');
  const digests = running.map(({ containers }) => containers[0]?.imageDigest ?? '');
  const target = world.services.scaling.target(manifest.cluster, serviceName);
  const desired = world.services.ecs.service(manifest.cluster, serviceName)?.desiredCount;
  return { digests: [...new Set(digests)], desired, bounds: [target?.minimum, target?.maximum] };
};

const hasTheChange = async ({ world, manifest }: Platform): Promise<boolean> => {
  const { serviceName } = api(manifest);
  const [task] = world.services.ecs.tasks(manifest.cluster, serviceName);
  const caller = { kind: 'operator' } as const;
  const answer = await world.clock.finish(world.call({ service: 'ecs', operation: 'DescribeTaskDefinition', input: { taskDefinition: task?.taskDefinition }, caller }));
  return JSON.stringify((answer as { taskDefinition: { containerDefinitions: unknown } }).taskDefinition.containerDefinitions).includes('trace');
};

describe('a deploy of a changed template', () => {
  it('R6: after an automatic rollout keeps the new image, the count scaling chose, and the bounds', async () => {
    const here = await atWork();
    const digest = pushes(here, 'good', 'second');
    await here.world.clock.run(wall(here.manifest, '2026-11-23T10:40'));
    here.world.services.ecs.setDesired(here.manifest.cluster, api(here.manifest).serviceName, 5, 'scaled out');
    await here.world.clock.run(wall(here.manifest, '2026-11-23T10:45'));
    const before = standing(here);
    expect(before).toEqual({ digests: [digest], desired: 5, bounds: [2, 10] });
    expect(await deploysAChange(here)).toBe('UPDATE_COMPLETE');
    expect(standing(here)).toEqual(before);
    expect(await hasTheChange(here)).toBe(true);
  });

  it('R6: after a rollback keeps the last good image, and the broken one stays away', async () => {
    const here = await atWork();
    const good = standing(here).digests;
    const broken = pushes(here, 'crashes', 'broken');
    await here.world.clock.run(wall(here.manifest, '2026-11-23T11:30'));
    const before = standing(here);
    expect(before).toEqual({ digests: good, desired: 2, bounds: [2, 10] });
    expect(await deploysAChange(here)).toBe('UPDATE_COMPLETE');
    await here.world.clock.run(wall(here.manifest, '2026-11-23T12:30'));
    expect(standing(here)).toEqual(before);
    expect(standing(here).digests).not.toContain(broken);
    expect(await hasTheChange(here)).toBe(true);
  });

  it('R6: during a rollout lets the rollout win, and touches neither count nor bounds', async () => {
    const here = await atWork();
    const first = standing(here).digests;
    const digest = pushes(here, 'good', 'second');
    await here.world.clock.run(wall(here.manifest, '2026-11-23T10:01'));
    const [primary] = here.world.services.ecs.service(here.manifest.cluster, api(here.manifest).serviceName)?.deployments ?? [];
    expect(primary?.rolloutState).toBe('IN_PROGRESS');
    expect(first).not.toContain(digest);
    expect(await deploysAChange(here)).toBe('UPDATE_COMPLETE');
    await here.world.clock.run(wall(here.manifest, '2026-11-23T11:30'));
    expect(standing(here)).toEqual({ digests: [digest], desired: 2, bounds: [2, 10] });
    expect(await hasTheChange(here)).toBe(true);
  });

  it('R6: while asleep wakes nothing, and the morning brings the same image, count and bounds back', async () => {
    const here = await atWork();
    const atDay = standing(here);
    await here.world.clock.run(wall(here.manifest, '2026-11-23T23:30'));
    expect(standing(here)).toEqual({ digests: [], desired: 0, bounds: [0, 0] });
    expect(await deploysAChange(here)).toBe('UPDATE_COMPLETE');
    await here.world.clock.run(wall(here.manifest, '2026-11-24T02:00'));
    expect(standing(here)).toEqual({ digests: [], desired: 0, bounds: [0, 0] });
    await here.world.clock.run(wall(here.manifest, '2026-11-24T10:00'));
    expect(standing(here)).toEqual(atDay);
    expect(await hasTheChange(here)).toBe(true);
  });
});
