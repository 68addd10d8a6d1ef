// A decision becomes a plan: where each service of a rollout begins, what it goes back to, and in which order a group follows (R10, R13).
import { digestOf, type ImageSet } from './image-references.ts';
import { later } from './instants.ts';
import { acceptedDigests, type FoundImage, type RedeployDecision, type Situation } from './redeploy.ts';
import type { Progress, ProgressByService, Step } from './rollout-progress.ts';

/** The settings of a service that a plan needs. */
export interface Planned {
  readonly name: string;
  readonly needs: readonly string[];
  readonly rollout: {
    readonly group: string | null;
    readonly deadlineSeconds: number;
    readonly proveAsleep?: object | null;
    readonly gates: { readonly migration: { readonly container: string; readonly snapshot: boolean } | null };
  };
}

export interface PlanEntry {
  readonly decision: RedeployDecision;
  readonly situation: Situation;
  readonly settings: Planned;
  /** Revision that runs now; the one under watch when a rollout is adopted. */
  readonly revision: string;
}

/** First step by action; actions without one are not part of a rollout. */
const BEGIN: Readonly<Partial<Record<RedeployDecision['action'], Step>>> = {
  roll: 'queued',
  restore: 'queued',
  adopt: 'rolling',
  stage: 'staging',
};

/** Progress of every service that is to be rolled, adopted, restored or staged. */
export const planRollout = (entries: readonly PlanEntry[], at: string): ProgressByService => {
  const planned = entries.filter(({ decision }) => BEGIN[decision.action] !== undefined);
  const services = planned.map(({ settings }) => settings);
  return Object.fromEntries(
    planned.map((entry) => {
      const own = begin(entry, depthOf(entry.settings, services, []), at);
      const proven = own.step === 'staging' && isProvenAsleep(entry.settings, services);
      return [entry.settings.name, proven ? { ...own, prove: true } : own];
    }),
  );
};

/** A group is proven together: one member that asks for a proof makes the others wait for it (R12, R13). */
const isProvenAsleep = (own: Planned, all: readonly Planned[]): boolean =>
  [own, ...all.filter(({ rollout }) => rollout.group !== null && rollout.group === own.rollout.group)].some(
    ({ rollout }) => rollout.proveAsleep !== null && rollout.proveAsleep !== undefined,
  );

const begin = ({ decision, situation, settings, revision }: PlanEntry, order: number, at: string): Progress => {
  const step = BEGIN[decision.action] ?? 'queued';
  const adopted = step === 'rolling';
  return {
    step,
    since: at,
    deadline: adopted ? deadlineAt(settings, at) : null,
    images: decision.images,
    accept: acceptedDigests(decision.images, situation.found),
    good: situation.released,
    tags: tagsOf(decision, situation),
    taskDefinition: adopted ? revision : null,
    bad: [],
    first: Object.keys(situation.released).length === 0,
    group: settings.rollout.group,
    order,
    reason: decision.reason,
    facts: decision.facts,
    startedAt: adopted ? at : null,
    snapshot: settings.rollout.gates.migration?.snapshot === true,
    migrate: step === 'queued' && mustMigrate(decision, situation, settings),
    migration: null,
  };
};

/** A new image's migration runs once per digest; going back never migrates. */
const mustMigrate = (
  { action, reason, images }: RedeployDecision,
  { migrated, released }: Situation,
  { rollout: { gates } }: Planned,
): boolean => {
  if (gates.migration === null || action !== 'roll' || reason === 'went-back') return false;
  const digest = digestOf(images[gates.migration.container] ?? '');
  return digest !== null && digest !== digestOf(migrated ?? '') && digest !== digestOf(released[gates.migration.container] ?? '');
};

/** Instant at which a rollout accepted now has failed. */
export const deadlineAt = ({ rollout }: { readonly rollout: { readonly deadlineSeconds: number } }, at: string): string =>
  later(at, rollout.deadlineSeconds);

/** How many of the rollout's own group must be proven before this one: the longest chain of `dependsOn` inside the group. */
const depthOf = (own: Planned, all: readonly Planned[], seen: readonly string[]): number => {
  if (own.rollout.group === null) return 0;
  const before = all.filter(({ name, rollout }) => rollout.group === own.rollout.group && own.needs.includes(name) && !seen.includes(name));
  return Math.max(0, ...before.map((other) => 1 + depthOf(other, all, [...seen, own.name])));
};

/** What the registry says of the very images that are rolled: what a watched tag names now says nothing of an image that is gone back to. */
export const rolledOf = (images: ImageSet, { found }: Pick<Situation, 'found'>): readonly FoundImage[] =>
  Object.entries(images).flatMap(([container, reference]) => {
    const image = found[container] ?? null;
    return image !== null && image.digest === digestOf(reference) ? [image] : [];
  });

const tagsOf = ({ images }: RedeployDecision, situation: Situation): readonly string[] =>
  [...new Set(rolledOf(images, situation).flatMap(({ tags }) => tags))].sort();
