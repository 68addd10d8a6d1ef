// What one execution takes on of a push to a whole fleet: the rest follows in executions of their own, one after the other (X3).
import type { Selectable, Trigger } from './selection.ts';

/** Containers of one rollout: its record must stay well below what one item of the ledger holds (400 KB). */
export const MOST_CONTAINERS = 200;

export interface Share<S> {
  readonly share: readonly S[];
  /** Names of the services left for the executions after this one. */
  readonly rest: readonly string[];
}

/** The first services that fit, in the order they are described; an atomic group is never torn apart (R13). */
export const shareOf = <S extends Selectable>(wanted: readonly S[], most = MOST_CONTAINERS): Share<S> => {
  const taken = new Set<S>();
  let containers = 0;
  for (const service of wanted) {
    if (taken.has(service)) continue;
    const group = service.rollout?.group ?? null;
    const unit = group === null ? [service] : wanted.filter(({ rollout }) => rollout?.group === group);
    const size = unit.reduce((sum, member) => sum + member.containers.length, 0);
    if (taken.size > 0 && containers + size > most) break;
    for (const member of unit) taken.add(member);
    containers += size;
  }
  return { share: wanted.filter((service) => taken.has(service)), rest: wanted.flatMap((service) => (taken.has(service) ? [] : [service.name])) };
};

/** Services of a fleet that the next execution takes on, and whether it was started. */
export interface NextShare {
  readonly services: readonly string[];
  readonly trigger: Trigger;
  readonly handedOn: boolean;
}

export interface ShareDecision {
  /** `start`: the next execution begins. `refill`: ECS takes no more now, this execution comes back. `go-on`: nothing is left to begin. */
  readonly action: 'start' | 'refill' | 'go-on';
  readonly reason: 'burst-is-free' | 'rate-limit' | 'all-begun';
  /** What the rollout's record remembers of the next share, null where it stays as it is. */
  readonly remember: NextShare | null;
}

/**
 * When the next share of a fleet begins: once ECS takes a whole burst of registrations again, which is when a call of this execution
 * found nothing of its own to carry out (aws-facts B10). `more`: due effects were left because of the limit; `taken`: how many were
 * carried out.
 */
export const decideNextShare = (next: NextShare | undefined, more: boolean, taken: number): ShareDecision => {
  const waits = next !== undefined && !next.handedOn;
  if (more || (waits && taken > 0)) return { action: 'refill', reason: 'rate-limit', remember: null };
  return waits
    ? { action: 'start', reason: 'burst-is-free', remember: { ...next, handedOn: true } }
    : { action: 'go-on', reason: 'all-begun', remember: null };
};

/** Name of the execution that takes the next share: a second start of the same name is none (X1). */
export const nextShareName = (execution: string): string => {
  const [, base = execution, number = '1'] = /^(.*)-share-(\d+)$/.exec(execution) ?? [];
  return `${base.slice(0, 68)}-share-${Number(number) + 1}`;
};
