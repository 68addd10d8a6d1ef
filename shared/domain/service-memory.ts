// What a service's record remembers after each step of a rollout: released, previous, quarantine, staged (R5, R10, R12).
import { digestOf, holds, type ImageSet } from './image-references.ts';
import { quarantineEnd, type QuarantineEnd } from './quarantine-end.ts';
import type { Quarantined } from './redeploy.ts';

export interface ServiceMemory {
  readonly released: ImageSet;
  readonly releasedAt: string | null;
  readonly taskDefinition: string | null;
  readonly previous: ImageSet | null;
  readonly migrated?: string | null;
  readonly quarantine: readonly {
    readonly digest: string;
    readonly container: string;
    readonly since: string;
    readonly reason: string;
    readonly rollout: string;
    readonly because?: string;
    readonly itself?: boolean;
    readonly beside?: string;
    readonly until: QuarantineEnd;
  }[];
  /** Images a person let go here although they failed in a service beside this one (R10). */
  readonly vouched?: readonly string[];
  readonly staged: {
    readonly images: ImageSet;
    readonly since: string;
    readonly why: string;
    readonly reason?: string;
    readonly told?: boolean;
  } | null;
}

export const BLANK: ServiceMemory = { released: {}, releasedAt: null, taskDefinition: null, previous: null, quarantine: [], staged: null };

/**
 * After a proof: the images are the good ones, and quarantine entries older than this release end where a newer image took over.
 * `began`: when the rollout did; a newer image that was held since then still waits.
 */
export const afterRelease = (
  memory: ServiceMemory,
  images: ImageSet,
  taskDefinition: string,
  rollout: string,
  at: string,
  began = at,
): ServiceMemory => {
  const staged = heldBeyond(memory, images, began);
  if (holds(memory.released, images)) return { ...memory, taskDefinition, staged };
  const unchanged = (container: string): boolean => digestOf(memory.released[container] ?? '') === digestOf(images[container] ?? '');
  return {
    ...memory,
    released: { ...memory.released, ...images },
    releasedAt: at,
    taskDefinition,
    previous: previousAfter(memory, images),
    quarantine: memory.quarantine.filter((entry) => entry.rollout === rollout || unchanged(entry.container)),
    staged,
  };
};

const heldBeyond = ({ staged }: ServiceMemory, images: ImageSet, began: string): ServiceMemory['staged'] =>
  staged !== null && staged.reason !== undefined && staged.since > began && !holds(images, staged.images) ? staged : null;

/** The good release before this one: an image that was just left as bad is none, and what is gone back to is no longer the one before (R5). */
const previousAfter = ({ released, previous, quarantine }: ServiceMemory, images: ImageSet): ImageSet | null => {
  if (Object.keys(released).length === 0) return previous;
  const left = Object.entries(released).some(([container, reference]) =>
    quarantine.some((entry) => entry.container === container && entry.digest === digestOf(reference)),
  );
  if (!left) return released;
  return previous !== null && holds(previous, images) ? null : previous;
};

/** Adds digests that must not come back; a digest is listed once. */
export const afterQuarantine = (memory: ServiceMemory, bad: readonly Quarantined[], rollout: string, at: string): ServiceMemory => {
  const known = (entry: Quarantined): boolean =>
    memory.quarantine.some(({ digest, container }) => digest === entry.digest && container === entry.container);
  const added = bad.filter((entry) => !known(entry)).map((entry) => ({ ...entry, since: at, rollout, until: quarantineEnd(entry) }));
  return { ...memory, quarantine: [...memory.quarantine, ...added], staged: bad.length > 0 ? heldBesides(memory, bad) : memory.staged };
};

/** A newer image that a gate holds is not the one that went bad. */
const heldBesides = ({ staged }: ServiceMemory, bad: readonly Quarantined[]): ServiceMemory['staged'] => {
  if (staged?.reason === undefined) return null;
  const isBad = bad.some(({ container, digest }) => digestOf(staged.images[container] ?? '') === digest);
  return isBad ? null : staged;
};

/** A person vouches for digests: for those that failed elsewhere too, because there they stay quarantined. */
export const afterPardon = (memory: ServiceMemory, digests: readonly string[]): ServiceMemory => {
  const vouched = memory.quarantine.flatMap(({ digest, beside }) => (beside !== undefined && digests.includes(digest) ? [digest] : []));
  return {
    ...memory,
    quarantine: memory.quarantine.filter(({ digest }) => !digests.includes(digest)),
    ...(vouched.length === 0 ? {} : { vouched }),
  };
};

/** The newest image that waits; the instant of the first wait for the same images stays. */
export const afterStaging = (memory: ServiceMemory, images: ImageSet, why: string, at: string): ServiceMemory => ({
  ...memory,
  staged: { images, since: waitingSince(memory, images) ?? at, why, told: true },
});

/** A hold or a gate keeps the images back; people are told once per reason. */
export const afterHolding = (memory: ServiceMemory, images: ImageSet, reason: string, why: string, at: string): ServiceMemory => {
  const since = waitingSince(memory, images);
  const told = since !== null && memory.staged?.reason === reason && memory.staged.told === true;
  return { ...memory, staged: { images, since: since ?? at, why, reason, told } };
};

const waitingSince = ({ staged }: ServiceMemory, images: ImageSet): string | null =>
  staged !== null && holds(staged.images, images) ? staged.since : null;

/** Images of a failed rollout that are not the good ones; `because` names the member of the group that failed (R13). */
export const badDigests = (images: ImageSet, good: ImageSet, reason: string, because?: string): readonly Quarantined[] =>
  Object.entries(images).flatMap(([container, reference]) => {
    const digest = digestOf(reference);
    const bad = { container, digest: digest ?? '', reason, ...(because === undefined ? {} : { because }) };
    return digest === null || digest === digestOf(good[container] ?? '') ? [] : [bad];
  });
