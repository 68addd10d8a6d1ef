// Gathers what a verdict on one service's rollout needs, and keeps what a failure looked like (R9, R10).
import type { ManifestService } from '../domain/manifest.ts';
import type { StoppedTask } from '../domain/evidence.ts';
import { isFailure, type RolloutFacts } from '../domain/rollout-judge.ts';
import type { Progress } from '../domain/rollout-progress.ts';
import type { Ledger, ServiceFacts, Services, TargetFacts, TaskFacts } from '../ports.ts';

/** Tasks of the services under watch, asked once for all of them. */
export interface WatchedTasks {
  readonly running: ReadonlyMap<string, readonly TaskFacts[]>;
  readonly stopped: ReadonlyMap<string, readonly StoppedTask[]>;
}

export interface WatchPorts {
  readonly targets: Services['targets'];
  readonly ledger: Pick<Ledger, 'recall' | 'list'>;
}

/** Facts about a service whose ECS side was described already. */
export const rolloutFacts = async (
  ports: Pick<WatchPorts, 'targets'>,
  own: Progress,
  now: ServiceFacts,
  tasks: WatchedTasks,
  alarms: readonly string[],
): Promise<RolloutFacts> => {
  const primary = now.deployments.find((deployment) => deployment.primary);
  const targets: (readonly TargetFacts[])[] = [];
  for (const group of now.targetGroups) targets.push(await ports.targets(group));
  return {
    exists: now.exists,
    desired: now.desired,
    primary: {
      taskDefinition: primary?.taskDefinition ?? now.taskDefinition,
      state: primary?.state ?? 'UNKNOWN',
      reason: primary?.reason ?? '',
    },
    images: now.images,
    tasks: tasks.running.get(now.name) ?? [],
    targets,
    stopped: (tasks.stopped.get(now.name) ?? []).filter(({ stoppedAt }) => stoppedAt >= (own.startedAt ?? own.since)),
    alarms,
    smoke: null,
  };
};

/** The services' own alarms that went off after an instant, told or kept quiet because of this rollout; asked once for all services. */
export const firingAlarms = async (ledger: WatchPorts['ledger'], services: readonly ManifestService[]) => {
  const watching = services.some(({ rollout }) => rollout.alarms.length > 0);
  const board = watching ? (await ledger.recall('board', 'alarms'))?.value : undefined;
  const told = (board?.incidents ?? []).flatMap(({ alarms }) => Object.entries(alarms)).filter(([, { state }]) => state === 'ALARM');
  const firing = [
    ...told.map(([name, { since }]) => ({ name, since })),
    ...Object.entries(board?.quiet ?? {}).map(([name, { since }]) => ({ name, since })),
  ];
  return ({ rollout }: ManifestService, began: string): readonly string[] =>
    [...new Set(firing.filter(({ name, since }) => since >= began && rollout.alarms.includes(name)).map(({ name }) => name))].sort();
};

/** Enough to show what happened, not every attempt. */
const KEPT = 5;

/** Tasks that speak against the image, newest first. */
export const evidenceOf = (own: Progress, stopped: readonly StoppedTask[]): readonly StoppedTask[] =>
  stopped
    .filter((task) => task.taskDefinition === own.taskDefinition && isFailure(task))
    .toSorted((a, b) => (a.stoppedAt < b.stoppedAt ? 1 : -1))
    .slice(0, KEPT);

/** Last log lines of the service's stopped tasks since an instant, as captured when they stopped. */
export const lastLines = async (
  ledger: WatchPorts['ledger'],
  service: string,
  since: string,
  limit: number,
): Promise<readonly string[]> => {
  const captured = await ledger.list('task', { from: `${service}#${since}`, to: `${service}#\uffff` });
  return (
    captured
      .toReversed()
      .find(({ value }) => value.logs.length > 0)
      ?.value.logs.slice(-limit) ?? []
  );
};
