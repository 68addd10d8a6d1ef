// Gathers what a verdict on one service's rollout needs, and keeps what a failure looked like (R9, R10).
import type { ManifestService } from '../contracts/manifest.ts';
import type { StoppedTask } from '../domain/evidence.ts';
import { isFailure, type RolloutFacts } from '../domain/rollout-judge.ts';
import type { Progress } from '../domain/rollout-progress.ts';
import type { Ledger, ServiceFacts, Services } from '../ports.ts';

export interface WatchPorts {
  readonly services: Pick<Services, 'tasks' | 'stopped'>;
  readonly targets: Services['targets'];
  readonly ledger: Pick<Ledger, 'recall' | 'list'>;
}

/** Facts about a service whose ECS side was described already. */
export const rolloutFacts = async (ports: WatchPorts, settings: ManifestService, own: Progress, now: ServiceFacts): Promise<RolloutFacts> => {
  const primary = now.deployments.find((deployment) => deployment.primary);
  const targets: (readonly { readonly state: string }[])[] = [];
  for (const group of now.targetGroups) targets.push(await ports.targets(group));
  return {
    exists: now.exists,
    desired: now.desired,
    primary: { taskDefinition: primary?.taskDefinition ?? now.taskDefinition, state: primary?.state ?? 'UNKNOWN', reason: primary?.reason ?? '' },
    images: now.images,
    tasks: now.exists ? await ports.services.tasks(settings.serviceName) : [],
    targets,
    stopped: await ports.services.stopped(settings.serviceName, own.startedAt ?? own.since),
    alarms: own.step === 'baking' ? await alarmsSince(ports.ledger, settings, own.startedAt ?? own.since) : [],
    smoke: null,
  };
};

/** The service's own alarms that went off after the rollout began, as the alarm story has recorded them. */
const alarmsSince = async (ledger: WatchPorts['ledger'], { rollout: { alarms } }: ManifestService, since: string): Promise<readonly string[]> => {
  if (alarms.length === 0) return [];
  const incidents = await ledger.list('incident');
  const firing = incidents.flatMap(({ value }) => value.alarms).filter((alarm) => alarm.state === 'ALARM' && alarm.since >= since && alarms.includes(alarm.name));
  return [...new Set(firing.map(({ name }) => name))].sort();
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
export const lastLines = async (ledger: WatchPorts['ledger'], service: string, since: string, limit: number): Promise<readonly string[]> => {
  const captured = await ledger.list('task', { from: `${service}#${since}`, to: `${service}#\uffff` });
  return captured.toReversed().find(({ value }) => value.logs.length > 0)?.value.logs.slice(-limit) ?? [];
};
