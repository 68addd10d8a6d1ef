// What the reconciler starts: services that are not as their registry and record say, and that nobody is working on (R1).
import { holds, type ImageSet } from './image-references.ts';
import { secondsBetween } from './instants.ts';
import { sentence } from './reason.ts';
import type { RedeployDecision } from './redeploy.ts';
import { isPlanned } from './rollout-round.ts';

export interface OngoingRollout {
  readonly result: string;
  readonly leasedAt: string;
  readonly progress: Readonly<Record<string, unknown>>;
  /** Services of a fleet whose turn comes after this rollout's own. */
  readonly next?: { readonly services: readonly string[] };
}

export interface Waiting {
  readonly images: ImageSet;
  readonly why: string;
}

/** Names of services for which the machine is worth starting; empty when all is as it should be. */
export const driftedServices = (
  decisions: readonly RedeployDecision[],
  ongoing: readonly OngoingRollout[],
  staged: ReadonlyMap<string, Waiting | null>,
  leaseSeconds: number,
  at: string,
): readonly string[] => {
  const cared = new Set(
    ongoing.flatMap(({ result, leasedAt, progress, next }) =>
      result === 'in-progress' && secondsBetween(leasedAt, at) < leaseSeconds ? [...Object.keys(progress), ...(next?.services ?? [])] : [],
    ),
  );
  return decisions
    .filter((decision) => !cared.has(decision.service) && isWorthIt(decision, staged.get(decision.service) ?? null))
    .map(({ service }) => service);
};

/** A held image is worth a start only when the record does not say so yet, or for another reason; a quarantine when the record does not know it. */
const isWorthIt = (decision: RedeployDecision, staged: Waiting | null): boolean => {
  if (decision.remember.quarantine.length > 0) return true;
  if (decision.action !== 'hold') return isPlanned(decision);
  return staged === null || !holds(staged.images, decision.images) || staged.why !== sentence(decision.reason, decision.facts);
};
