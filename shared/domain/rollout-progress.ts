// How far one service is within a rollout, and what has to be done next: the rollout's own small state machine (R9, R10, R13).
import type { ImageSet } from './image-references.ts';

export type Step =
  /** Decided, not yet begun: its turn, its group's earlier services or its migration come first. */
  | 'queued'
  /** Its databases are copied before the migration changes them (R8). */
  | 'snapshotting'
  /** The one-off task of its new image runs (R8). */
  | 'migrating'
  /** ECS accepted the new revision; its tasks are watched. */
  | 'rolling'
  /** Proven once, under watch until the bake time is over. */
  | 'baking'
  /** Proven: released as soon as its whole group is. */
  | 'proven'
  /** Found bad: evidence is captured, the way back has not begun. */
  | 'failing'
  /** On its way back to the last good image. */
  | 'going-back'
  | 'released'
  | 'back'
  | 'failed'
  | 'superseded'
  /** Wanted while nothing runs: its revision is about to be set, and nothing wakes (R12). */
  | 'staging'
  /** One task of the staged image runs as its proof while the platform sleeps (R12). */
  | 'proving'
  /** Its proof is over: the task is stopped and the image stays staged as soon as the whole group is tried. */
  | 'tried'
  /** Runs nowhere yet: the morning starts it. */
  | 'staged';

export const FINAL: ReadonlySet<Step> = new Set(['released', 'back', 'failed', 'superseded', 'staged']);

export interface Progress {
  readonly step: Step;
  /** Instant this step began. */
  readonly since: string;
  /** Instant by which the step must be over; null for steps that end at once. */
  readonly deadline: string | null;
  /** Wanted images of the rolled containers. */
  readonly images: ImageSet;
  /** Digests a running container may report for each: the image's own and its index's platform manifests (R9). */
  readonly accept: Readonly<Record<string, readonly string[]>>;
  /** Last good images, empty when there are none (R10). */
  readonly good: ImageSet;
  readonly tags: readonly string[];
  /** The revision under watch. */
  readonly taskDefinition: string | null;
  /** Revisions to deregister once the way back has begun. */
  readonly bad: readonly string[];
  /** True when nothing was ever released: count and bounds are set with the first image (R7). */
  readonly first: boolean;
  readonly group: string | null;
  /** Order inside the rollout: a service is begun when all of lower order in its group are proven. */
  readonly order: number;
  /** Key into reasons/redeploy.ts with its facts: why it is where it is. */
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /** Instant the rollout of this service was accepted by ECS. */
  readonly startedAt: string | null;
  /** True until the databases have been copied, where the migration asks for it. */
  readonly snapshot: boolean;
  /** True once no migration of another image was found running: only then the copy is of what its own one begins with (R8). */
  readonly clear?: true;
  /** True until the migration of the new image has run (R8). */
  readonly migrate: boolean;
  /** One-off task of the migration, once it was started. */
  readonly migration: string | null;
  /** True while that task is another image's, whose story is gone: its own migration begins after it (R8). */
  readonly behind?: true;
  /** It asks from here on, where a decision about others came while its migration ran: until then it was not asked again (R8). */
  readonly heardUntil?: string;
  /** What failed says nothing about the image: it is not quarantined, and is tried again (R10). */
  readonly blameless?: true;
  /** True where the image is proven asleep, or a member of its group is; absent: staged without a proof (R12). */
  readonly prove?: boolean;
  /** The proof's task while it may still run. */
  readonly proof?: string | null;
  /** What the failing health check of its targets said last (R10). */
  readonly health?: string;
  /** Spot has no capacity for it: to be placed on demand, or placed so already (A2). */
  readonly placed?: 'due' | 'on-demand';
  /** The service in which its image failed meanwhile: it is not begun, its migration is left to end (R10). */
  readonly failedIn?: { readonly service: string; readonly why: string };
}

export type Effect = 'snapshot' | 'migrate' | 'roll' | 'place' | 'stage' | 'conclude' | 'release' | 'go-back';

export type ProgressByService = Readonly<Record<string, Progress>>;

/** What can be done now, in order of names; empty when the rollout only has to be watched or is over. */
export const dueEffects = (progress: ProgressByService): readonly { readonly service: string; readonly effect: Effect }[] =>
  Object.keys(progress)
    .sort()
    .flatMap((service) => {
      const effect = effectOf(progress, service);
      return effect === null ? [] : [{ service, effect }];
    });

const effectOf = (all: ProgressByService, service: string): Effect | null => {
  const own = all[service];
  if (own === undefined) return null;
  const group = companions(all, own);
  switch (own.step) {
    case 'queued':
      if (!group.every((other) => other.order >= own.order || other.step === 'proven' || other.step === 'released')) return null;
      return !own.migrate ? 'roll' : own.snapshot && own.clear === true ? 'snapshot' : 'migrate';
    case 'snapshotting':
      return 'snapshot';
    case 'proven':
      return group.every(({ step }) => step === 'proven' || step === 'released' || step === 'staged') ? 'release' : null;
    case 'failing':
      return 'go-back';
    case 'staging':
      return 'stage';
    case 'tried':
      return group.every(({ step }) => step === 'tried' || step === 'staged') ? 'conclude' : null;
    case 'rolling':
    case 'going-back':
      return own.placed === 'due' ? 'place' : null;
    case 'proving':
    case 'migrating':
    case 'baking':
    case 'released':
    case 'back':
    case 'failed':
    case 'superseded':
    case 'staged':
      return null;
  }
};

/** The members of a service's atomic group, itself included; only itself without a group. */
const companions = (all: ProgressByService, own: Progress): readonly Progress[] =>
  own.group === null ? [own] : Object.values(all).filter(({ group }) => group === own.group);

export const DOOMED: ReadonlySet<Step> = new Set(['failing', 'going-back', 'back', 'failed']);
/** A migration is never stopped half way: it ends within its own time, and then its service goes back (R8). */
const REVERSIBLE: ReadonlySet<Step> = new Set(['queued', 'snapshotting', 'rolling', 'baking', 'proven', 'staging', 'proving', 'tried']);

/**
 * All or none (R13): when one member of a group has failed, the others go back with it; those not yet begun only leave their image out.
 * Answers the progress after that rule, unchanged when it does not apply.
 */
export const fallTogether = (all: ProgressByService, at: string): ProgressByService => {
  const culprit = new Map<string, string>();
  for (const [service, { step, group }] of Object.entries(all))
    if (group !== null && DOOMED.has(step)) culprit.set(group, culprit.get(group) ?? service);
  return Object.fromEntries(
    Object.entries(all).map(([service, own]) => {
      const because = own.group === null ? undefined : culprit.get(own.group);
      if (because === undefined || because === service) return [service, own];
      if (!REVERSIBLE.has(own.step)) return [service, own];
      const facts = { service, because, group: own.group };
      const blameless = all[because]?.blameless === true ? { blameless: true as const } : {};
      return [service, { ...own, step: 'failing' as const, since: at, deadline: null, reason: 'group-failed', facts, ...blameless }];
    }),
  );
};

/** Where a rollout goes next: effects on ECS first, then proofs to record and people to tell, then watching. */
export const nextAction = (progress: ProgressByService, owed: readonly string[]): 'advance' | 'settle' | 'snapshot' | 'watch' => {
  const effects = dueEffects(progress).map(({ effect }) => effect);
  if (effects.some((effect) => effect !== 'release' && effect !== 'snapshot')) return 'advance';
  if (effects.includes('release') || owed.length > 0 || isOver(progress)) return 'settle';
  return effects.length > 0 ? 'snapshot' : 'watch';
};

/** True when nothing of the rollout is left to do or to watch. */
export const isOver = (progress: ProgressByService): boolean => Object.values(progress).every(({ step }) => FINAL.has(step));

/** The result of a whole rollout in one word, the worst of its services first. */
export const resultOf = (progress: ProgressByService): 'in-progress' | 'released' | 'rolled-back' | 'failed' | 'superseded' | 'staged' => {
  const steps = new Set(Object.values(progress).map(({ step }) => step));
  if (!isOver(progress)) return 'in-progress';
  if (steps.has('failed')) return 'failed';
  if (steps.has('back')) return 'rolled-back';
  if (steps.has('superseded')) return 'superseded';
  return steps.has('staged') && !steps.has('released') ? 'staged' : 'released';
};
