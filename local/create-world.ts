// Builds a world: one account in one region at one instant, with every simulator made on first use.
import { makeCall } from './calls.ts';
import { makeClock } from './clock.ts';
import { openEndpoint } from './endpoint.ts';
import { factories as standardFactories, type Factories } from './factories.ts';
import { makeFaults, type FaultPlan } from './faults.ts';
import { makeRandomness } from './randomness.ts';
import type { Registry } from './registry.ts';
import type { SimulatedService } from './simulated.ts';
import { makeTrail } from './trail.ts';
import type { Hosts, World } from './world.ts';

export interface WorldOptions {
  /** The first instant: ISO 8601 with zone, or milliseconds since 1970. */
  readonly start: string | number | Date;
  /** Two worlds of one seed and one input leave the same trail. */
  readonly seed: string | number;
  readonly region?: string;
  readonly account?: string;
  readonly faults?: FaultPlan;
  /** Asset hash -> directory, as the cloud assembly has them. */
  readonly assets?: ReadonlyMap<string, string>;
  /** Runs functions in process from source instead of from their bundles; see `Hosts`. */
  readonly hosts?: Hosts;
  /** Opens the AWS endpoint on this loopback port (0: any free one), for tools that speak to AWS themselves. */
  readonly port?: number;
  /** Simulators that replace or add to the standard ones, for tests of one service. */
  readonly factories?: Factories;
}

type AnyFactory = (world: World) => Registry[keyof Registry];

const instant = (start: WorldOptions['start']): number => {
  const milliseconds = typeof start === 'number' ? start : new Date(start).getTime();
  if (Number.isNaN(milliseconds)) throw new Error(`not an instant: ${String(start)}`);
  return milliseconds;
};

/** Lazy simulators: each is made when first asked for; a name without a factory fails with that name. */
const lazyServices = (factories: Factories, world: () => World): Registry => {
  const making = new Set<string>();
  const make = (name: string): Registry[keyof Registry] => {
    const factory = factories[name as keyof Registry] as AnyFactory | undefined;
    if (factory === undefined) throw new Error(`no simulator for ${name}: add its factory to local/factories.ts`);
    if (making.has(name)) throw new Error(`${name} needs itself while it is being made: resolve world.services inside functions`);
    making.add(name);
    const service = factory(world());
    making.delete(name);
    Object.defineProperty(services, name, { value: service, enumerable: true });
    return service;
  };
  // Only a name without a simulator is looked for behind the object.
  const services = Object.create(new Proxy({}, { get: (_, name: string) => make(name) })) as Registry;
  for (const name of Object.keys(factories)) Object.defineProperty(services, name, { get: () => make(name), enumerable: true, configurable: true });
  return services;
};

/** The simulators by signing name; making the index makes every simulator, in the order of the table. */
const signingIndex = (services: Registry): ((signingName: string) => SimulatedService | undefined) => {
  let index: Map<string, SimulatedService> | undefined;
  return (signingName) => {
    index ??= new Map(
      Object.values(services).flatMap((service) => ('operations' in service ? [[service.signingName, service] as const] : [])),
    );
    return index.get(signingName);
  };
};

/** Builds a world. Nothing happens in it until its clock runs or someone calls it; `close` ends what it started for real (workers). */
export const createWorld = (options: WorldOptions): World => {
  const region = options.region ?? 'us-east-1';
  const clock = makeClock({ start: instant(options.start) });
  const trail = makeTrail(clock);
  const random = makeRandomness(options.seed);
  const closers: (() => Promise<void> | void)[] = [];
  const services = lazyServices({ ...standardFactories, ...options.factories }, () => world);
  const find = signingIndex(services);
  const world: World = {
    account: options.account ?? '111122223333',
    region,
    partition: 'aws',
    clock,
    trail,
    random,
    services,
    faults: makeFaults(options.faults ?? {}, { clock, trail, random, region }),
    assets: options.assets ?? new Map(),
    hosts: options.hosts ?? (() => undefined),
    service: find,
    call: makeCall(() => world, find),
    onClose: (closer) => void closers.push(closer),
    close: async () => {
      for (const closer of closers.splice(0).reverse()) await closer();
    },
  };
  if (options.port !== undefined) void clock.work(openEndpoint(world, options.port), 'opening the endpoint');
  return world;
};
