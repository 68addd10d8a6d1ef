// Is this rollout proven, still moving, or bad? Judged by what runs, never by an event's name (R9).
import type { StoppedTask } from './evidence.ts';
import { holds } from './image-references.ts';
import { secondsBetween } from './instants.ts';
import type { Facts } from './reason.ts';
import type { Progress } from './rollout-progress.ts';

/** The parts of ECS and load balancer facts that a verdict rests on. */
export interface RolloutFacts {
  readonly exists: boolean;
  readonly desired: number;
  /** Primary deployment: revision, ECS's own opinion, and the images of the revision. */
  readonly primary: {
    readonly taskDefinition: string;
    readonly state: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS' | 'UNKNOWN';
    readonly reason: string;
  };
  readonly images: Readonly<Record<string, string>>;
  readonly tasks: readonly {
    readonly status: string;
    readonly healthy: boolean;
    readonly taskDefinition: string;
    readonly startedAt: string | null;
    readonly digests: Readonly<Record<string, string>>;
  }[];
  /** Target states per target group; empty for a worker. */
  readonly targets: readonly (readonly { readonly state: string; readonly reason?: string | null }[])[];
  /** Tasks stopped since the rollout began. */
  readonly stopped: readonly StoppedTask[];
  /** Alarms of the service that are in ALARM and were not when the rollout began. */
  readonly alarms: readonly string[];
  /** Null until asked: answers of the smoke request (R9). */
  readonly smoke: { readonly ok: boolean; readonly answer: string } | null;
}

export interface RolloutSettings {
  readonly bakeSeconds: number;
  readonly smoke: boolean;
}

export type Verdict =
  | { readonly kind: 'moving'; readonly reason: string; readonly facts: Facts }
  | { readonly kind: 'healthy'; readonly reason: string; readonly facts: Facts }
  | { readonly kind: 'bad'; readonly reason: string; readonly facts: Facts }
  | { readonly kind: 'superseded'; readonly reason: string; readonly facts: Facts }
  | { readonly kind: 'adopt'; readonly taskDefinition: string; readonly reason: string; readonly facts: Facts }
  | { readonly kind: 'idle'; readonly reason: string; readonly facts: Facts };

/** Seconds a task without load balancer must have been up before it counts (aws-facts B2). */
const SETTLED_SECONDS = 40;

/** Judges the service's rollout (or its way back) at an instant. */
export const judgeRollout = (own: Progress, settings: RolloutSettings, facts: RolloutFacts, at: string): Verdict => {
  if (!facts.exists) return { kind: 'bad', reason: 'service-gone', facts: {} };
  return replaced(own, facts, at) ?? collapsed(own, facts) ?? idle(facts) ?? health(own, settings, facts, at);
};

/** Somebody's deployment other than ours is primary: ECS's rollback, or another hand. */
const replaced = (own: Progress, { primary, images, desired }: RolloutFacts, at: string): Verdict | null => {
  if (primary.taskDefinition === own.taskDefinition) return null;
  const target = own.step === 'going-back' ? own.good : own.images;
  if (holds(images, target)) return { kind: 'adopt', taskDefinition: primary.taskDefinition, reason: 'another-revision', facts: {} };
  // ECS goes back to an older revision; an infrastructure deploy or a person brings a newer one.
  const older = revisionOf(primary.taskDefinition) < revisionOf(own.taskDefinition ?? '');
  if (older && secondsBetween(own.since, at) < CONSISTENT_SECONDS)
    return { kind: 'moving', reason: 'tasks-starting', facts: { ready: 0, desired } };
  if (own.step !== 'going-back' && older && desired > 0)
    return { kind: 'bad', reason: 'ecs-rolled-back', facts: { detail: primary.reason } };
  return { kind: 'superseded', reason: 'another-deployment', facts: { revision: primary.taskDefinition } };
};

/** DescribeServices may show the deployment before ours for a while (aws-facts B10); ECS needs longer than this to give up. */
const CONSISTENT_SECONDS = 60;

/** `…:task-definition/family:12` → 12. */
const revisionOf = (taskDefinition: string): number => Number(taskDefinition.slice(taskDefinition.lastIndexOf(':') + 1));

const FAILING_CODES: ReadonlySet<string> = new Set(['EssentialContainerExited', 'TaskFailedToStart']);

/** Stops that speak against the image; interruptions, scale-in and replacement do not. */
export const isFailure = ({ code, reason }: StoppedTask): boolean => FAILING_CODES.has(code) || /health checks?/i.test(reason);

/** Reasons that trying again never cures: one such task is enough. */
const HOPELESS =
  /exec format error|CannotPullContainerError[^]*(not found|manifest unknown|does not exist)|platform 'linux\/\w+' does not match/i;

const collapsed = (own: Progress, { primary, stopped }: RolloutFacts): Verdict | null => {
  if (primary.state === 'FAILED') return { kind: 'bad', reason: 'deployment-failed', facts: { detail: primary.reason } };
  const failures = stopped.filter((task) => task.taskDefinition === own.taskDefinition && isFailure(task));
  const [last] = failures.toSorted((a, b) => (a.stoppedAt < b.stoppedAt ? 1 : -1));
  if (last === undefined) return null;
  const hopeless = failures.some((task) => HOPELESS.test([task.reason, ...task.containers.map(({ reason }) => reason ?? '')].join(' ')));
  const enough = hopeless || failures.length >= (own.step === 'baking' ? 1 : 2);
  return enough ? { kind: 'bad', reason: 'tasks-stop', facts: { count: failures.length, code: last.code, detail: detailOf(last) } } : null;
};

/** `api exited with 1`, or the task's own reason when no container left a code. */
export const detailOf = (task: StoppedTask): string => {
  const exited = task.containers.find(({ exitCode, reason }) => (exitCode !== null && exitCode !== 0) || reason !== null);
  if (exited === undefined) return task.reason;
  const code = exited.exitCode === null ? '' : ` exited with ${exited.exitCode}`;
  return `${exited.name}${code}${exited.reason === null ? '' : ` (${exited.reason})`}`;
};

/** Nothing is meant to run: a deployment at zero proves nothing (aws-facts B5). */
const idle = ({ desired }: RolloutFacts): Verdict | null => (desired === 0 ? { kind: 'idle', reason: 'staged-at-zero', facts: {} } : null);

const health = (own: Progress, settings: RolloutSettings, facts: RolloutFacts, at: string): Verdict => {
  const { desired, primary, alarms, smoke } = facts;
  const ours = facts.tasks.filter((task) => task.taskDefinition === own.taskDefinition && task.status === 'RUNNING');
  const stranger = ours.flatMap((task) => strangers(own, task.digests))[0];
  if (stranger !== undefined) return { kind: 'bad', reason: 'wrong-digest', facts: stranger };
  if (alarms.length > 0 && own.step === 'baking')
    return { kind: 'bad', reason: 'alarm-while-baking', facts: { alarms: alarms.join(', ') } };
  const ready = ours.filter((task) => task.healthy && (facts.targets.length > 0 || isSettled(task.startedAt, at))).length;
  const targets = Math.min(...facts.targets.map((group) => group.filter(({ state }) => state === 'healthy').length), desired);
  const fine = ready >= desired && targets >= desired && primary.state !== 'IN_PROGRESS';
  const numbers = { ready: Math.min(ready, targets), desired };
  if (!fine)
    return late(own, at)
      ? { kind: 'bad', reason: 'rollout-late', facts: { ...numbers, deployment: primary.reason } }
      : { kind: 'moving', reason: 'tasks-starting', facts: numbers };
  if (smoke !== null && !smoke.ok) return { kind: 'bad', reason: 'smoke-failed', facts: { answer: smoke.answer } };
  if (settings.smoke && smoke === null) return { kind: 'moving', reason: 'smoke-due', facts: numbers };
  return { kind: 'healthy', reason: 'rollout-proven', facts: numbers };
};

/** Containers that run a digest nobody asked for; a container that reports none is bound by its pinned revision. */
const strangers = (own: Progress, digests: Readonly<Record<string, string>>): readonly Facts[] => {
  if (own.step === 'going-back') return [];
  return Object.entries(own.accept).flatMap(([container, accepted]) => {
    const digest = digests[container];
    return digest === undefined || accepted.length === 0 || accepted.includes(digest) ? [] : [{ container, digest }];
  });
};

const isSettled = (startedAt: string | null, at: string): boolean =>
  startedAt !== null && Date.parse(at) - Date.parse(startedAt) >= SETTLED_SECONDS * 1000;

/** The progress with what a failing health check says now, before ECS takes the target away and nobody can ask (R10). */
export const withHealth = (own: Progress, { targets }: Pick<RolloutFacts, 'targets'>): Progress => {
  const failing = targets.flat().find(({ state, reason }) => state === 'unhealthy' && typeof reason === 'string')?.reason;
  return own.step === 'going-back' || typeof failing !== 'string' || failing === own.health ? own : { ...own, health: failing };
};

const late = (own: Progress, at: string): boolean => own.deadline !== null && at >= own.deadline;

/** What a smoke request is expected to bring. */
export interface Smoke {
  readonly path: string;
  readonly status: number;
  readonly text?: string;
}

/** Who answers for the site's address; `either` while the platform wakes and the waking page may still be there. */
export type Answering = 'the site' | 'the page' | 'either';

/** What to do about a smoke request that is due: an address that cannot be asked until the deadline is no fault of the image (R9, S4). */
export const smokeQuestion = (answering: Answering, own: Pick<Progress, 'deadline'>, at: string): 'ask' | 'wait' | 'leave out' => {
  if (answering === 'the site') return 'ask';
  return answering === 'either' && (own.deadline === null || at < own.deadline) ? 'wait' : 'leave out';
};

/** Whether the site answered a smoke request as expected, and how it did answer. */
export const smokeAnswer = (
  smoke: Smoke,
  answer: { readonly status: number; readonly body: string },
): { readonly ok: boolean; readonly answer: string } => {
  if (answer.status !== smoke.status)
    return { ok: false, answer: `${smoke.path} answered ${answer.status === 0 ? answer.body : answer.status} instead of ${smoke.status}` };
  const said = smoke.text === undefined || answer.body.includes(smoke.text);
  return { ok: said, answer: said ? `${smoke.path} answered ${answer.status}` : `${smoke.path} did not say "${smoke.text}"` };
};

/** Seconds the bake has still to go; 0 when it is over. */
export const bakeLeft = (own: Progress, settings: RolloutSettings, at: string): number =>
  own.step === 'baking' ? Math.max(0, settings.bakeSeconds - (Date.parse(at) - Date.parse(own.since)) / 1000) : settings.bakeSeconds;
