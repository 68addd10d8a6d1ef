// What the reconciler starts: services that are not as their registry and record say, and that nobody is working on (R1).
import { holds, type ImageSet } from './image-references.ts';
import { secondsBetween } from './instants.ts';
import { sentence } from './reason.ts';
import { decideRedeploy, type RedeployDecision, type Seen } from './redeploy.ts';
import { isPlanned } from './rollout-round.ts';
import type { Trigger } from './selection.ts';

/** What the reconciler asks for. */
export const LOOK: Trigger = { kind: 'reconcile', detail: 'registry and services differ' };

/**
 * Whether nothing can be due for a service, whatever the platform does and whatever people said: neither is asked then (X3).
 * Most is due while the platform is awake, and a hold only ever keeps back what would begin without it.
 */
export const isSettled = (seen: Seen): boolean => !isWorthIt(decideRedeploy(LOOK, 'awake', { ...seen, hold: null }), null);

/** Looks come every quarter of an hour. */
const DEAD_EVERY_MS = 30 * 60_000;

/**
 * Whether a look at services that are all settled searches for rollouts of dead executions, too. A lease lasts an hour, and what differs is seen
 * to at every look: here only a record waits to be closed, or a proof to be stopped, so that every other look is soon enough.
 */
export const searchesForDead = (at: string): boolean => Date.parse(at) % DEAD_EVERY_MS < DEAD_EVERY_MS / 2;

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
