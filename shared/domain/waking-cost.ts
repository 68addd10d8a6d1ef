// What a waking outside the hours cost: from when it began until the platform slept again, or work began anyway (S10, S14).
import { nextWork, scheduledState } from './hours-decisions.ts';
import type { Hours } from './hours.ts';
import { secondsBetween } from './instants.ts';

export interface Waking {
  readonly kind: string;
  readonly by: string;
  readonly startedAt: string;
}

/** Only a person wakes a platform when the clock would not; `day-7`, the clock and the reconciler do what the hours ask. */
const BY_PEOPLE: ReadonlySet<string> = new Set(['visit', 'link', 'operator']);

/** Seconds outside the hours that one waking was awake for until `asleepAt`; 0 for wakings that the hours asked for. */
export const extraSeconds = ({ kind, startedAt }: Waking, hours: Hours | null, asleepAt: string): number => {
  if (!BY_PEOPLE.has(kind)) return 0;
  if (hours === null) return Math.max(0, secondsBetween(startedAt, asleepAt));
  if (scheduledState(hours, startedAt) === 'at-work') return 0;
  const work = nextWork(hours, startedAt);
  return Math.max(0, secondsBetween(startedAt, work !== null && work < asleepAt ? work : asleepAt));
};
