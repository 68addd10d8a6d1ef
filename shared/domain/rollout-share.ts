// What one execution takes on of a push to a whole fleet: the rest follows in executions of their own, one after the other (X3).
import type { Selectable } from './selection.ts';

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

/** Name of the execution that takes the next share: a second start of the same name is none (X1). */
export const nextShareName = (execution: string): string => {
  const [, base = execution, number = '1'] = /^(.*)-share-(\d+)$/.exec(execution) ?? [];
  return `${base.slice(0, 68)}-share-${Number(number) + 1}`;
};
