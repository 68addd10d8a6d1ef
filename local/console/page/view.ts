// What the panels show: one shape for the present (as the world tells it) and for any past instant (replayed from the trail).
import type { Manifest } from '../../../shared/domain/manifest.ts';
import type { WorldState } from './api.ts';
import type { Run, Standing, Task } from './standing.ts';

export interface TaskView {
  readonly id: string;
  readonly status: string;
  readonly revision: number;
  readonly digest: string | null;
  readonly healthy: boolean | null;
}

export interface ServiceView {
  readonly name: string;
  readonly serviceName: string;
  readonly desired: number;
  readonly running: number;
  readonly revision: number;
  readonly digest: string | null;
  readonly rollout: string;
  readonly bounds: { readonly min: number; readonly max: number; readonly suspended: boolean } | null;
  readonly tasks: readonly TaskView[];
  readonly targets: readonly string[];
}

export interface NamedStatus {
  readonly name: string;
  readonly kind: string;
  readonly status: string;
}

export interface AlarmView {
  readonly name: string;
  readonly state: string;
  readonly since: number;
  readonly reason: string;
}

export interface PlatformView {
  readonly at: number;
  /** The automation's own word: awake, falling-asleep, asleep, waking. */
  readonly state: string;
  readonly services: readonly ServiceView[];
  readonly stores: readonly NamedStatus[];
  readonly alarms: readonly AlarmView[];
  readonly stacks: readonly { readonly name: string; readonly status: string }[];
  readonly runs: readonly Run[];
  readonly last: Readonly<Record<string, Run>>;
}

const severity = ({ state }: AlarmView): number => (state === 'ALARM' ? 0 : state === 'OK' ? 2 : 1);

/** Firing alarms first; those that only steer scaling are no alarms to a reader. */
const alarmOrder = (alarms: readonly AlarmView[]): readonly AlarmView[] =>
  alarms.filter(({ name }) => !name.startsWith('TargetTracking-')).sort((one, other) => severity(one) - severity(other) || (one.name < other.name ? -1 : 1));

/** The digest most tasks run, for the card's head. */
const digestOf = (tasks: readonly TaskView[]): string | null => tasks.findLast(({ status, digest }) => status === 'RUNNING' && digest !== null)?.digest ?? null;

/** How the platform stands now. */
export const presentView = (world: WorldState, standing: Standing, now: number): PlatformView => ({
  at: now,
  state: standing.platform,
  services: world.services.map((service) => {
    const tasks = service.tasks.map(({ id, status, revision, healthy, containers }) => ({ id, status, revision, healthy, digest: containers.find(({ digest }) => digest !== null)?.digest ?? null }));
    return {
      name: service.name,
      serviceName: service.serviceName,
      desired: service.desired,
      running: service.running,
      revision: service.revision ?? 0,
      digest: digestOf(tasks),
      rollout: service.deployments[0]?.rolloutState ?? 'COMPLETED',
      bounds: service.scaling,
      tasks,
      targets: service.targets.map(({ state }) => state),
    };
  }),
  stores: [
    ...world.databases.map(({ name, identifier, status }) => ({ name, kind: kindOf(world.manifest, identifier), status: status ?? 'missing' })),
    ...world.caches.map(({ name, status }) => ({ name, kind: 'cache', status: status ?? 'missing' })),
  ],
  alarms: alarmOrder(world.alarms),
  stacks: world.stacks,
  runs: Object.values(standing.runs),
  last: standing.last,
});

const kindOf = (manifest: Manifest | null, identifier: string): string =>
  manifest?.databases.find((database) => database.identifier === identifier)?.kind === 'aurora-serverless' ? 'Aurora' : 'database';

const healthOf = (standing: Standing, { address }: Task): boolean | null => {
  const state = address === null ? undefined : standing.targets[address];
  return state === undefined ? null : state === 'healthy';
};

/** How the platform stood at a past instant. */
export const pastView = (manifest: Manifest, standing: Standing, at: number): PlatformView => ({
  at,
  state: standing.platform,
  services: manifest.services.map(({ name, serviceName }) => {
    const service = standing.services[serviceName];
    const mine = Object.values(standing.tasks).filter((task) => task.service === serviceName);
    const tasks = mine.map((task) => ({ id: task.id, status: task.status, revision: task.revision, digest: task.digest, healthy: healthOf(standing, task) }));
    return {
      name,
      serviceName,
      desired: service?.desired ?? 0,
      running: tasks.filter(({ status }) => status === 'RUNNING').length,
      revision: service?.revision ?? 0,
      digest: digestOf(tasks),
      rollout: service?.rollout ?? 'COMPLETED',
      bounds: service?.bounds ?? null,
      tasks,
      targets: mine.flatMap(({ address }) => (address === null ? [] : (standing.targets[address] ?? []))),
    };
  }),
  stores: [
    ...manifest.databases.map(({ name, identifier, kind }) => ({ name, kind: kind === 'aurora-serverless' ? 'Aurora' : 'database', status: standing.databases[identifier] ?? 'missing' })),
    ...manifest.caches.map(({ name, identifier }) => ({ name, kind: 'cache', status: standing.databases[identifier] ?? 'missing' })),
  ],
  alarms: alarmOrder(Object.entries(standing.alarms).map(([name, alarm]) => ({ name, ...alarm }))),
  stacks: Object.entries(standing.stacks).map(([name, status]) => ({ name, status })),
  runs: Object.values(standing.runs),
  last: standing.last,
});
