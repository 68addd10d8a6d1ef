// What a service is restored to: the record, unless an infrastructure deploy of the night says otherwise (S5).
import type { NightBounds, NightService } from './night.ts';

export interface Configured {
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  readonly scaling: boolean;
}

export interface Restored {
  readonly desired: number;
  readonly bounds: NightBounds | null;
  /** Sentences on what won over the record; empty when the record was restored as it was. */
  readonly explained: readonly string[];
}

const NOT_SUSPENDED = { scaleIn: false, scaleOut: false, scheduled: false } as const;

/**
 * The count and bounds of the morning. `recorded` is null for a service that came with a deploy in the night; `now` are its bounds at this moment,
 * null without a scalable target.
 */
export const restoredTo = (name: string, recorded: NightService | null, configured: Configured, now: NightBounds | null): Restored => {
  if (recorded === null) return newcomer(name, configured, now);
  if (isOff(recorded)) return { desired: recorded.desired, bounds: now === null ? null : recorded.bounds, explained: [] };
  const was = recorded.configured;
  const changed = was !== undefined && (was.min !== configured.min || was.max !== configured.max || was.desired !== configured.desired);
  const suspended = recorded.bounds?.suspended ?? NOT_SUSPENDED;
  if (now === null && recorded.bounds !== null) {
    return { desired: recorded.desired, bounds: null, explained: [`${name}: its scalable target was removed by a deploy in the night`] };
  }
  if (!changed)
    return { desired: recorded.desired, bounds: recorded.bounds ?? (now === null ? null : boundsOf(configured, suspended)), explained: [] };
  if (now === null)
    return {
      desired: configured.desired,
      bounds: null,
      explained: [`${name}: ${configured.desired} tasks by a deploy in the night, ${recorded.desired} before`],
    };
  const desired = Math.min(configured.max, Math.max(configured.min, recorded.desired));
  return {
    desired,
    bounds: boundsOf(configured, suspended),
    explained: [`${name}: between ${configured.min} and ${configured.max} tasks by a deploy in the night, ${was.min} to ${was.max} before`],
  };
};

/** Off already in the evening: unreleased, or switched off by a person. Its first release sets its numbers (R7). */
const isOff = ({ desired, bounds }: NightService): boolean => desired === 0 && (bounds === null || bounds.max === 0);

const boundsOf = ({ min, max }: Configured, suspended: NightBounds['suspended']): NightBounds => ({ min, max, suspended });

const newcomer = (name: string, configured: Configured, now: NightBounds | null): Restored => ({
  desired: configured.desired,
  bounds: now === null ? null : boundsOf(configured, NOT_SUSPENDED),
  explained: [`${name}: new since a deploy in the night`],
});
