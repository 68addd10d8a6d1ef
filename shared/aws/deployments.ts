// Carries out one step of a rollout on ECS: roll, stage, go back. Every step may be repeated after a crash anywhere (X1).
import type { Manifest, ManifestService } from '../domain/manifest.ts';
import { migrationFamily } from '../contracts/redeploy.ts';
import { holds } from '../domain/image-references.ts';
import { later } from '../domain/instants.ts';
import { sentence } from '../domain/reason.ts';
import { onDemandUntil } from '../domain/rollout-capacity.ts';
import type { Effect, Progress } from '../domain/rollout-progress.ts';
import { bansOf, isImageToBlame } from '../domain/shared-quarantine.ts';
import { provesNow } from '../domain/rollout-proof.ts';
import { afterQuarantine, afterStaging, badDigests } from '../domain/service-memory.ts';
import type { Fleet, Ledger, ScalingBounds, Services } from '../ports.ts';
import { nameOf } from './failure.ts';
import { conclude, endProof, prove } from './proofs.ts';
import { moved, recordService, type DeploymentTask } from './service-records.ts';
import type { SharedQuarantine } from './shared-quarantine.ts';
import { leaveSpot, returnToSpot } from './spot.ts';

export interface DeploymentPorts {
  readonly services: Pick<Services, 'describe' | 'pin' | 'pinAs' | 'roll' | 'count' | 'retire' | 'runOnce' | 'ongoing' | 'stopOnce'>;
  readonly scaling: Pick<ScalingBounds, 'set'>;
  readonly fleet: Pick<Fleet, 'counts' | 'place'>;
  readonly ledger: Pick<Ledger, 'recall' | 'remember' | 'note'>;
  readonly quarantine: Pick<SharedQuarantine, 'add'>;
  /** Its id is told to the other platforms of the account. */
  readonly manifest: Pick<Manifest, 'id' | 'services' | 'hours'>;
}

/** Effects that change ECS; releasing only writes down what is proven, and snapshots are RDS's. */
export type EcsEffect = Exclude<Effect, 'release' | 'snapshot'>;
export const isOnEcs = (effect: Effect): effect is EcsEffect => effect !== 'release' && effect !== 'snapshot';

/** Task definition changes an effect may cost at most: the scarcest of ECS's request limits (aws-facts B10). */
export const registrations: Readonly<Record<Effect, number>> = { snapshot: 0, migrate: 1, roll: 1, place: 0, stage: 1, conclude: 0, release: 0, 'go-back': 2 };

/** AWS's word that trying again will not help; the service's rollout has failed, the others go on. */
const REFUSALS: ReadonlySet<string> = new Set([
  'InvalidParameterException',
  'ClientException',
  'PlatformTaskDefinitionIncompatibilityException',
  'UnsupportedFeatureException',
  'ServiceNotFoundException',
  'ServiceNotActiveException',
]);

/** Carries the effect out and answers the service's progress after it; null when ECS takes no more at the moment, because others use up its limits too. */
export const carryOut = async (ports: DeploymentPorts, effect: EcsEffect, task: DeploymentTask): Promise<Progress | null> => {
  try {
    return await effects[effect](ports, task);
  } catch (error) {
    if (nameOf(error) === 'ThrottlingException') return null;
    if (!REFUSALS.has(nameOf(error)) || !(error instanceof Error)) throw error;
    const step = effect !== 'go-back' ? 'failing' : 'failed';
    return moved(task, step, { reason: 'rollout-refused', facts: { detail: error.message } });
  }
};

/** The migration runs from the new image under a family of its own: until it passed, nothing of the service's own family is new (R8). */
const migrate = async ({ services }: DeploymentPorts, task: DeploymentTask): Promise<Progress> => {
  const { service, progress, rollout, at } = task;
  const gate = service.rollout.gates.migration;
  if (gate === null) return { ...progress, migrate: false };
  const revision = await services.pinAs(service.family, migrationFamily(service.family), progress.images);
  const deadline = later(at, gate.timeoutSeconds);
  // A story that broke leaves its migration running: of this image it is this rollout's as well, of another one it ends first.
  const running = await services.ongoing(migrationFamily(service.family));
  if (running !== null) {
    const behind = running.taskDefinition === revision ? {} : { behind: true as const };
    return moved(task, 'migrating', { migration: running.task, deadline, ...behind });
  }
  if (progress.snapshot) return { ...progress, clear: true };
  const token = `${service.name}-${rollout}`.slice(-64);
  const migration = await services.runOnce(service.serviceName, revision, gate.container, gate.command, token, 'migration');
  return moved(task, 'migrating', { migration, deadline });
};

const roll = async (ports: DeploymentPorts, task: DeploymentTask): Promise<Progress> => {
  const { service, progress, at } = task;
  await endProof(ports, progress);
  if (service.size.spot && onDemandUntil(ports.manifest, service) === 'its next rollout') await returnToSpot(service.name, ports.manifest, ports, task.lease, at);
  const taskDefinition = await pinAndRoll(ports, service, progress.images);
  if (progress.first) await bringToLife(ports, service);
  return moved(task, 'rolling', {
    taskDefinition,
    startedAt: progress.startedAt ?? at,
    deadline: later(at, service.rollout.deadlineSeconds),
  });
};

/** Spot has no capacity for the tasks of this rollout: from now on they are placed on demand, with their whole time before them (A2). */
const place = async (ports: DeploymentPorts, task: DeploymentTask): Promise<Progress> => {
  const { service, progress, lease, at } = task;
  const until = onDemandUntil(ports.manifest, service);
  const cause = { story: 'redeploy', reason: 'rollout-off-spot', until } as const;
  if (!(await leaveSpot([service.name], ports.manifest, ports, lease, cause, at))) return progress;
  return { ...progress, placed: 'on-demand', deadline: later(at, service.rollout.deadlineSeconds) };
};

/** Answers the revision that the service now has as its primary one. */
const pinAndRoll = async ({ services }: DeploymentPorts, service: ManifestService, images: Progress['images']): Promise<string> => {
  const taskDefinition = await services.pin(service.family, images);
  const [now] = await services.describe([service.serviceName]);
  if (now?.taskDefinition !== taskDefinition) await services.roll(service.serviceName, taskDefinition);
  return taskDefinition;
};

/** The first image of a service: until now CloudFormation kept it at zero (R7). Bounds first, they would move the count. */
const bringToLife = async ({ services, scaling }: DeploymentPorts, { serviceName, count }: ManifestService): Promise<void> => {
  if (count.scaling) await scaling.set(serviceName, { min: count.min, max: count.max, suspended: AWAKE });
  await services.count(serviceName, count.desired);
};

const AWAKE = { scaleIn: false, scaleOut: false, scheduled: false } as const;

/** Nothing runs, so nothing is proven: the revision is set, the image is only remembered as staged (R12, aws-facts B5). */
const stage = async (ports: DeploymentPorts, task: DeploymentTask): Promise<Progress> => {
  const { service, progress, at, lease } = task;
  await endProof(ports, progress);
  const taskDefinition = await pinAndRoll(ports, service, progress.images);
  const why = sentence(progress.reason, progress.facts);
  await recordService(ports, service.name, lease, at, (memory) => afterStaging(memory, progress.images, why, at));
  const staged = moved(task, 'staged', { taskDefinition, startedAt: progress.startedAt ?? at, proof: null });
  if (progress.prove !== true) return staged;
  const settings = service.rollout.proveAsleep;
  return provesNow(settings, progress) ? prove(ports, task, staged, settings) : { ...staged, step: 'tried' };
};

/**
 * The bad digest is quarantined before anything else, so that nobody brings it back meanwhile (R10).
 * The good images become a new revision, because the family's newest one is what an infrastructure deploy would start (R6).
 */
const goBack = async (ports: DeploymentPorts, task: DeploymentTask): Promise<Progress> => {
  const { service, progress, at, rollout, lease } = task;
  const why = sentence(progress.reason, progress.facts);
  const because = typeof progress.facts['because'] === 'string' ? progress.facts['because'] : undefined;
  const itself = isImageToBlame(progress.reason) ? { itself: true } : {};
  const beside = progress.reason === 'failed-beside' && progress.failedIn !== undefined ? { beside: progress.failedIn.service } : {};
  const guilty = progress.blameless === true ? [] : badDigests(progress.images, progress.good, why, because);
  const bad = guilty.map((entry) => ({ ...entry, ...itself, ...beside }));
  await recordService(ports, service.name, lease, at, (memory) => afterQuarantine(memory, bad, rollout, at));
  await ports.quarantine.add(bansOf(bad, { platform: ports.manifest.id, service: service.name, reasonKey: progress.reason, at }));
  if (TOO_LATE.has(progress.reason) && progress.migration !== null)
    await ports.services.stopOnce(progress.migration, 'the migration takes too long');
  await endProof(ports, progress);
  if (Object.keys(progress.good).length === 0) return giveUp(ports, task, why);
  const good = await ports.services.pin(service.family, progress.good);
  const [now] = await ports.services.describe([service.serviceName]);
  // ECS may have gone back by itself, to an older revision with the same images: no need to start its tasks anew.
  const there = now !== undefined && holds(now.images, progress.good);
  if (!there) await ports.services.roll(service.serviceName, good);
  if (progress.taskDefinition !== null && progress.taskDefinition !== good) await ports.services.retire(progress.taskDefinition);
  return moved(task, 'going-back', {
    taskDefinition: there ? now.taskDefinition : good,
    deadline: later(at, service.rollout.deadlineSeconds),
    bad: bads(progress),
  });
};

/** The migration under way has had its time, whoever's it is. */
const TOO_LATE: ReadonlySet<string> = new Set(['migration-late', 'migration-behind']);

const bads = ({ bad, taskDefinition }: Progress): readonly string[] =>
  taskDefinition === null || bad.includes(taskDefinition) ? bad : [...bad, taskDefinition];

/** No image was ever good here: to zero, and say so, rather than trying for ever (R10). */
const giveUp = async ({ services, scaling }: DeploymentPorts, task: DeploymentTask, why: string): Promise<Progress> => {
  const { service, progress } = task;
  if (service.count.scaling) await scaling.set(service.serviceName, { min: 0, max: 0, suspended: AWAKE });
  await services.count(service.serviceName, 0);
  if (progress.taskDefinition !== null) await services.retire(progress.taskDefinition);
  return moved(task, 'failed', { reason: 'no-good-image', facts: { why }, bad: bads(progress) });
};

const effects: Readonly<Record<EcsEffect, (ports: DeploymentPorts, task: DeploymentTask) => Promise<Progress>>> = {
  migrate,
  roll,
  place,
  stage,
  conclude,
  'go-back': goBack,
};
