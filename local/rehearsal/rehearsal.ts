// One rehearsal: a world from the synthesized templates, a day played into it, and what came of it, judged by the rules.
import type { History, NightRecord, RolloutRecord } from '../../shared/contracts/ledger.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { createWorld } from '../create-world.ts';
import type { Ended } from '../rules/check.ts';
import { judge, type Broken } from '../rules/judge.ts';
import { watchNights } from '../rules/photographs.ts';
import { loadAssembly } from '../services/cloudformation/assembly.ts';
import type { FaultPlan } from '../faults.ts';
import type { Mail } from '../outside.ts';
import type { TrailEntry } from '../trail.ts';
import type { Hosts, World } from '../world.ts';
import { billOf, type Bill } from './bill.ts';
import type { Day } from './day.ts';
import { bringToLife, deployStacks, settleIn } from './deploy.ts';
import { schedule } from './play.ts';

export interface RehearsalOptions {
  /** Directory of the cloud assembly. */
  readonly assembly: string;
  readonly manifest: Manifest;
  readonly day: Day;
  /** Port of the simulated AWS endpoint; any free one when absent. */
  readonly port?: number;
  /** Runs doors in process from source instead of their bundles in workers. */
  readonly hosts?: Hosts;
  readonly faults?: FaultPlan;
  /** `running`: the platform is deployed and every service runs its first image before the day begins; default: the day begins with the deploy. */
  readonly given?: 'empty' | 'running';
  /** What somebody made before anything is deployed: services that the platform is to operate, not to create (X4). */
  readonly before?: (world: World) => Promise<void>;
  /** Sees the world and what the judge will look at when the day is over, before it closes. */
  readonly ended?: (world: World, ended: Ended) => void;
}

export interface LedgerEntry<T> {
  readonly key: string;
  readonly value: T;
}

export interface Outcome {
  readonly manifest: Manifest;
  readonly day: Day;
  readonly trail: readonly TrailEntry[];
  readonly digest: string;
  readonly history: readonly LedgerEntry<History>[];
  readonly rollouts: readonly LedgerEntry<RolloutRecord>[];
  readonly nights: readonly LedgerEntry<NightRecord>[];
  readonly slack: World['services']['outside']['slack']['messages'];
  readonly mail: readonly Mail[];
  readonly bill: Bill;
  /** How the platform stands when the day ends, by names of the platform file. */
  readonly end: {
    readonly services: Readonly<Record<string, { readonly desired: number; readonly running: number; readonly images: readonly string[] }>>;
    readonly databases: Readonly<Record<string, string>>;
  };
  readonly broken: readonly Broken[];
  readonly judged: number;
}

/** Time for the deploy and the first rollouts, ms. */
const WARM_UP = 5_400_000;

/** Plays the day and answers what came of it. Throws when a stack cannot be deployed or a happening cannot be played. */
export const rehearsal = async (options: RehearsalOptions): Promise<Outcome> => {
  const { manifest, day } = options;
  const assembly = loadAssembly(options.assembly);
  const world = createWorld({
    start: options.given === 'running' ? day.from - WARM_UP : day.from,
    seed: day.seed,
    region: manifest.region,
    assets: assembly.assets,
    ...(options.hosts === undefined ? {} : { hosts: options.hosts }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  try {
    await options.before?.(world);
    await world.clock.finish(deployStacks(world, assembly));
    await world.clock.finish(settleIn(world, manifest));
    if (options.given === 'running') await bringToLife(world, manifest, day.from);
    schedule(day, { world, manifest, assembly });
    const ended: Ended = { world, manifest, day, nights: watchNights(world, manifest) };
    await world.clock.run(day.until);
    options.ended?.(world, ended);
    return outcomeOf(ended);
  } finally {
    await world.close();
  }
};

const recordsOf = <T>(world: World, manifest: Manifest, kind: string): readonly LedgerEntry<T>[] =>
  world.services.dynamodb
    .items(`${manifest.id}-ledger`)
    .filter((item) => item['kind']?.S === kind)
    .map((item) => ({ key: item['key']?.S ?? '', value: JSON.parse(item['value']?.S ?? 'null') as T }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));

const outcomeOf = (ended: Ended): Outcome => {
  const { world, manifest, day } = ended;
  const { outside } = world.services;
  const verdict = judge(ended);
  const transitions = [...world.services.states.transitions().values()].reduce((sum, count) => sum + count, 0);
  return {
    manifest,
    day,
    trail: world.trail.entries,
    get digest() {
      return world.trail.digest();
    },
    history: recordsOf<History>(world, manifest, 'history'),
    rollouts: recordsOf<RolloutRecord>(world, manifest, 'rollout'),
    nights: recordsOf<NightRecord>(world, manifest, 'night'),
    slack: outside.slack.messages,
    mail: outside.mail.all.filter(({ subject }) => !subject.includes('Subscription Confirmation')),
    get bill() {
      return billOf(world.trail.entries, transitions);
    },
    end: endOf(world, manifest),
    broken: verdict.broken,
    judged: verdict.judged,
  };
};

const endOf = (world: World, { cluster, services, databases }: Manifest): Outcome['end'] => ({
  services: Object.fromEntries(
    services.map(({ name, serviceName }) => {
      const live = world.services.ecs.service(cluster, serviceName);
      const running = world.services.ecs.tasks(cluster, serviceName).filter(({ lastStatus }) => lastStatus === 'RUNNING');
      const images = [...new Set(running.flatMap(({ containers }) => containers.map(({ imageDigest }) => imageDigest ?? '')))].sort();
      return [name, { desired: live?.desiredCount ?? 0, running: live?.runningCount ?? 0, images }];
    }),
  ),
  databases: Object.fromEntries(databases.map(({ name, identifier }) => [name, world.services.rds.status(identifier) ?? 'missing'])),
});
