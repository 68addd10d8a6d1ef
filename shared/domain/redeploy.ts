// What a trigger means for one service: roll, adopt, restore, stage, hold, wait or leave alone (R3, R4, R7, R10–R12).
import { digestOf, holds, shortDigest, type ImageSet } from './image-references.ts';
import { quarantineEnd, untilWords } from './quarantine-end.ts';
import type { Facts } from './reason.ts';
import type { Ban } from './shared-quarantine.ts';
import type { Trigger } from './selection.ts';

/** What the watched tag of a container points to at the moment of the decision. */
export interface FoundImage {
  readonly digest: string;
  readonly reference: string;
  readonly platforms: readonly string[];
  readonly tags: readonly string[];
  readonly commit: string | null;
  /** It failed in another platform of the account (R10). */
  readonly banned?: Ban | null;
}

export interface Quarantined {
  readonly digest: string;
  readonly container: string;
  readonly reason: string;
  /** The member of its group that failed; the image itself may be fine (R13). */
  readonly because?: string;
  /** True where the image itself failed here, not a refusal, a neighbour or a person's word: then it counts for the services beside this one too. */
  readonly itself?: boolean;
  /** The service of the same platform in which it failed. */
  readonly beside?: string;
}

/** Something that keeps an image back although it is wanted: a freeze, a stop-the-line switch or a gate (R8, R11). */
export interface Hold {
  readonly reason: string;
  readonly facts: Facts;
}

export interface Situation {
  readonly service: string;
  readonly exists: boolean;
  readonly desired: number;
  /** Tasks at work as configured: 0 means the service is meant to be off. */
  readonly configured: number;
  /** Images of the primary deployment's revision. */
  readonly running: ImageSet;
  /** Per watched container; null when the registry has no image for its rule. */
  readonly found: Readonly<Record<string, FoundImage | null>>;
  /** Why a registry could not be asked; null when all answered. */
  readonly silent: string | null;
  readonly released: ImageSet;
  readonly previous: ImageSet | null;
  /** What a rollout of its own is just bringing to it; absent where none is under way. */
  readonly underWay?: ImageSet;
  /** Image whose migration has run. */
  readonly migrated: string | null;
  readonly quarantine: readonly Quarantined[];
  /** What failed in services of the same platform and is not yet known here. */
  readonly beside?: readonly Quarantined[];
  readonly hold: Hold | null;
  /** What the gates answered, in words; empty where there are none. */
  readonly gates?: readonly string[];
}

/** What a look at registry, ECS and records shows, before anybody is asked what keeps an image back. */
export type Seen = Omit<Situation, 'hold' | 'gates'>;

export type PlatformState = 'awake' | 'falling-asleep' | 'asleep' | 'waking';

export type RedeployAction = 'roll' | 'adopt' | 'restore' | 'stage' | 'hold' | 'wait' | 'skip';

export interface RedeployDecision {
  readonly service: string;
  readonly action: RedeployAction;
  readonly reason: string;
  readonly facts: Facts;
  readonly images: ImageSet;
  /** Digests to quarantine and digests to let go with this decision (a person's word). */
  readonly remember: { readonly quarantine: readonly Quarantined[]; readonly pardon: readonly string[] };
}

/** Guilt by group ends when the member that failed has a newer image: then the group may try again together (R13). */
export const withoutOldGuilt = <S extends Seen>(situation: S, all: readonly Seen[]): S => {
  const stillGuilty = (culprit: string): boolean => {
    const other = all.find(({ service }) => service === culprit);
    return (
      other === undefined ||
      other.quarantine.some(({ container, digest, because }) => because === undefined && other.found[container]?.digest === digest)
    );
  };
  return { ...situation, quarantine: situation.quarantine.filter(({ because }) => because === undefined || stillGuilty(because)) };
};

/** Decides on one service; nothing here is an event's opinion, all of it is how things stand (R4). */
export const decideRedeploy = (trigger: Trigger, platform: PlatformState, situation: Situation): RedeployDecision => {
  const { service, exists } = situation;
  const settle = (action: RedeployAction, reason: string, facts: Facts = {}, images: ImageSet = {}): RedeployDecision => ({
    service,
    action,
    reason,
    facts: { service, ...facts },
    images,
    remember: { quarantine: [], pardon: [] },
  });
  if (!exists) return settle('skip', 'service-missing');
  if (platform === 'falling-asleep' || (platform === 'waking' && trigger.kind !== 'wake'))
    return settle('wait', 'platform-moving', { state: platform });
  if (trigger.intent !== 'previous' && situation.silent !== null) return settle('skip', 'registry-silent', { detail: situation.silent });
  if (trigger.intent === 'previous') return goToPrevious(settle, situation, trigger, platform);
  const wanted = wantedImages(situation);
  if (wanted === null) return settle('skip', 'no-image', { containers: missing(situation).join(', ') });
  return decideOn(wanted, settle, situation, trigger, platform);
};

type Settle = (action: RedeployAction, reason: string, facts?: Facts, images?: ImageSet) => RedeployDecision;

const missing = ({ found }: Situation): readonly string[] =>
  Object.entries(found).flatMap(([container, image]) => (image === null ? [container] : []));

/** Newest image per watched container; where a tag is gone the released image stays. Null when a container would have none. */
const wantedImages = ({ found, released }: Situation): ImageSet | null => {
  const wanted: Record<string, string> = {};
  for (const [container, image] of Object.entries(found)) {
    const reference = image?.reference ?? released[container];
    if (reference === undefined) return null;
    wanted[container] = reference;
  }
  return wanted;
};

const decideOn = (newest: ImageSet, settle: Settle, situation: Situation, trigger: Trigger, platform: PlatformState): RedeployDecision => {
  const { quarantine, beside = [], running, released, desired, hold } = situation;
  const asleep = platform === 'asleep' && desired === 0;
  const bad = [...quarantine, ...beside].filter(({ container, digest }) => digestOf(newest[container] ?? '') === digest);
  const pardoned = trigger.intent === 'release';
  // A container whose newest image is quarantined keeps its released one; the others may still move on.
  const kept = pardoned
    ? {}
    : Object.fromEntries(bad.flatMap(({ container }) => (released[container] === undefined ? [] : [[container, released[container]]])));
  const wanted = { ...newest, ...kept };
  const keptOut = bad.length > 0 && !pardoned;
  // A container that was renamed has no good image under its new name.
  const isNew = bad.some(({ container }) => released[container] === undefined);
  if (keptOut && (isNew || holds(released, wanted))) return withLearnt(keepOut(bad, settle, situation, asleep), beside);
  const decided = ((): RedeployDecision => {
    const facts = { images: inWords(wanted) };
    if (holds(running, wanted)) return alreadyThere(wanted, settle, situation, asleep);
    const left = hold === null ? null : leftUnproven(trigger, situation);
    if (left !== null) return settle('adopt', 'unproven', { images: inWords(left) }, left);
    if (hold !== null) return settle('hold', hold.reason, { ...facts, ...hold.facts }, wanted);
    if (asleep) return settle('stage', 'staged-asleep', facts, wanted);
    if (desired === 0 && !isFirst(released)) return settle('stage', 'staged-at-zero', facts, wanted);
    return settle('roll', isFirst(released) ? 'first-image' : 'new-image', { ...facts, before: inWords(released) }, wanted);
  })();
  const remembered = withLearnt(decided, beside);
  return pardoned ? { ...remembered, remember: { ...remembered.remember, pardon: bad.map(({ digest }) => digest) } } : remembered;
};

/** What failed in a service beside this one is quarantined here too, so that it is seen and let go here. */
const withLearnt = (decision: RedeployDecision, learnt: readonly Quarantined[]): RedeployDecision =>
  learnt.length === 0 ? decision : { ...decision, remember: { ...decision.remember, quarantine: learnt } };

const isFirst = (released: ImageSet): boolean => Object.keys(released).length === 0;

/** Only containers that are watched now: the record remembers those that were renamed or removed since, and a revision has others beside them. */
const watchedOf = (images: ImageSet, found: Situation['found']): ImageSet =>
  Object.fromEntries(Object.entries(images).filter(([container]) => Object.hasOwn(found, container)));

/**
 * What was let through in the night and came up in the morning is judged although a newer image is held; by the morning, or who looks after it (R12).
 * Null when there is nothing to judge: only watched containers count, and only images that are pinned (R3).
 */
const leftUnproven = ({ kind }: Trigger, { desired, released, running, found, quarantine, underWay }: Situation): ImageSet | null => {
  const asks = kind === 'wake' || kind === 'reconcile';
  if (!asks || desired === 0 || underWay !== undefined || isFirst(released)) return null;
  const up = watchedOf(running, found);
  const isPinned = Object.values(up).every((reference) => digestOf(reference) !== null);
  const isBad = quarantine.some(({ container, digest }) => digestOf(up[container] ?? '') === digest);
  return isPinned && !isBad && !holds(released, up) ? up : null;
};

/** The wanted image runs already: either it is the released one, or its proof is still owed. */
const alreadyThere = (
  wanted: ImageSet,
  settle: Settle,
  { released, desired, configured }: Situation,
  asleep: boolean,
): RedeployDecision => {
  const facts = { images: inWords(wanted) };
  if (holds(released, wanted)) return settle('skip', 'same-digest', facts, wanted);
  if (desired > 0) return settle('adopt', 'unproven', facts, wanted);
  if (asleep) return settle('skip', 'staged-already', facts, wanted);
  return isFirst(released) && configured > 0
    ? settle('roll', 'first-image', { ...facts, before: '' }, wanted)
    : settle('skip', 'staged-at-zero', facts, wanted);
};

/** A quarantined image stays out; what is there but the last good one, itself or one that the tag no longer names, gives way to it (R10). */
const keepOut = (bad: readonly Quarantined[], settle: Settle, { running, released, found }: Situation, asleep: boolean): RedeployDecision => {
  const [first] = bad;
  const good = watchedOf(released, found);
  const facts = {
    digest: bad.map(({ digest }) => shortDigest(digest)).join(', '),
    why: first?.reason ?? '',
    until: first === undefined ? '' : untilWords(quarantineEnd(first)),
  };
  if (holds(running, good)) return settle('skip', 'quarantined', facts);
  const before = inWords(watchedOf(running, found)) || facts.digest;
  return settle(asleep ? 'stage' : 'restore', 'restore-good', { ...facts, images: inWords(good), before }, good);
};

/**
 * A person asked to go back: from an image that is not proven yet to the released one, else from the released one to the release before.
 * What it leaves is quarantined so that the tag does not bring it again.
 */
const goToPrevious = (settle: Settle, situation: Situation, trigger: Trigger, platform: PlatformState): RedeployDecision => {
  const { previous, released, running, desired, underWay } = situation;
  const unproven = underWay ?? (holds(running, released) ? null : running);
  const leaves = unproven ?? released;
  const target = unproven !== null && !isFirst(released) ? released : previous;
  if (target === null || isFirst(target)) return settle('skip', 'no-previous');
  const by = trigger.by ?? 'somebody';
  const quarantine = Object.entries(leaves).flatMap(([container, reference]) => {
    const digest = digestOf(reference);
    return digest === null || digest === digestOf(target[container] ?? '')
      ? []
      : [{ container, digest, reason: `${by} went back to the release before it` }];
  });
  const asleep = platform === 'asleep' && desired === 0;
  const action = asleep ? 'stage' : holds(running, target) ? 'adopt' : 'roll';
  return {
    ...settle(action, 'went-back', { by, images: inWords(target), before: inWords(leaves) }, target),
    remember: { quarantine, pardon: [] },
  };
};

/** `api sha256:ab12…, web sha256:cd34…`, or only the digest when there is one container. */
export const inWords = (images: ImageSet, named = Object.keys(images).length > 1): string =>
  Object.entries(images)
    .map(([container, reference]) => (named ? `${container} ${shortDigest(reference)}` : shortDigest(reference)))
    .join(', ');

/** Digests a running container may report: the image's own and its index's platform manifests; none when nobody can tell (R9). */
export const acceptedDigests = (images: ImageSet, found: Situation['found']): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(images).map(([container, reference]) => {
      const image = found[container] ?? null;
      return [container, image !== null && image.digest === digestOf(reference) ? [image.digest, ...image.platforms] : []];
    }),
  );
