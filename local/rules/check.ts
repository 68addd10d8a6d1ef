// What a check of a rule is: it looks at a finished world and says what broke.
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Day } from '../rehearsal/day.ts';
import type { World } from '../world.ts';
import type { NightSeen } from './photographs.ts';

export interface Ended {
  readonly world: World;
  readonly manifest: Manifest;
  readonly day: Day;
  /** How AWS stood before and after each night that began during the day. */
  readonly nights: readonly NightSeen[];
}

/** One rule of the house that can be checked on what happened. */
export interface Check {
  /** Rule ids, e.g. `R10`. */
  readonly id: string;
  readonly words: string;
  /** Answers one sentence per violation. */
  readonly violations: (ended: Ended) => readonly string[];
}
