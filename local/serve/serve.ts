// A rehearsal that keeps running: the world built as a rehearsal builds it, its time driven by a driver, its port opened.
import type { Manifest } from '../../shared/domain/manifest.ts';
import { createWorld } from '../create-world.ts';
import type { Day } from '../rehearsal/day.ts';
import { bringToLife, deployStacks, publishFixedImages, settleIn, type Assembly } from '../rehearsal/deploy.ts';
import { schedule } from '../rehearsal/play.ts';
import { loadAssembly } from '../services/cloudformation/assembly.ts';
import type { Hosts, World } from '../world.ts';
import { takeAssets } from './assets.ts';
import { bootstrap } from './bootstrap.ts';
import { makeDriver, type Driver } from './driver.ts';
import { openServer, type Pages } from './server.ts';

export interface ServeOptions {
  /** Directory of the cloud assembly. */
  readonly assembly: string;
  readonly manifest: Manifest;
  readonly day: Day;
  /** `day`: deployed, alive, and the day's happenings come; `running`: deployed and alive; `empty`: a bootstrapped account. */
  readonly given: 'day' | 'running' | 'empty';
  readonly port: number;
  readonly speed: number;
  readonly paused: boolean;
  readonly hosts?: Hosts;
  readonly pages?: Pages;
}

export interface Served {
  readonly url: string;
  readonly region: string;
  /** With which a client acts as the operator. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly world: World;
  readonly driver: Driver;
  close(): Promise<void>;
}

/** Time for the deploy and the first rollouts, ms. */
const WARM_UP = 5_400_000;

const prepare = async (world: World, assembly: Assembly, { given, manifest, day }: ServeOptions): Promise<void> => {
  await world.clock.finish(bootstrap(world));
  if (given === 'empty') {
    publishFixedImages(world, assembly);
    await world.clock.run(day.from);
    return;
  }
  await world.clock.finish(deployStacks(world, assembly));
  await world.clock.finish(settleIn(world, manifest));
  await bringToLife(world, manifest, day.from);
};

/** Builds the world, starts its time and opens its port. Throws PortInUse; closes everything again when something fails. */
export const serve = async (options: ServeOptions): Promise<Served> => {
  const { manifest, day, given, hosts } = options;
  const assembly = loadAssembly(options.assembly);
  const assets = new Map(given === 'empty' ? [] : assembly.assets);
  const world = createWorld({
    start: given === 'empty' ? day.from : day.from - WARM_UP,
    seed: day.seed,
    region: manifest.region,
    assets,
    ...(hosts === undefined ? {} : { hosts }),
  });
  takeAssets(world, assets);
  try {
    await prepare(world, assembly, options);
    return await open(world, assembly, options);
  } catch (error) {
    await world.close();
    throw error;
  }
};

const open = async (world: World, assembly: Assembly, { manifest, day, given, port, speed, paused, pages = () => undefined }: ServeOptions): Promise<Served> => {
  const { sts } = world.services;
  const stage = { world, manifest, assembly };
  if (given === 'day') schedule(day, stage);
  sts.keepsTime(() => Date.now());
  const driver = makeDriver({ clock: world.clock, trail: world.trail, speed, paused: true });
  const running = { world, driver, manifest };
  const server = await openServer({ running, stage, port, pages }).catch(async (error: unknown) => {
    await driver.close();
    throw error;
  });
  if (!paused) driver.play();
  const operator = sts.operator();
  return {
    url: server.url,
    region: world.region,
    credentials: { accessKeyId: operator.AccessKeyId, secretAccessKey: operator.SecretAccessKey },
    world,
    driver,
    close: async () => {
      await server.close();
      await driver.close();
      await world.close();
    },
  };
};
