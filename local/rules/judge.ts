// The rules as executable checks over a finished world: each says what broke, in words, or nothing.
import type { TrailEntry, TrailKind } from '../trail.ts';
import { alarmRules } from './alarms.ts';
import type { Check, Ended } from './check.ts';
import { deliveryRules } from './delivery.ts';
import { machineRules } from './machines.ts';
import { morningRules } from './mornings.ts';
import { nightRules } from './nights.ts';
import { permissionRules } from './permissions.ts';
import { quarantineRules } from './quarantines.ts';
import { repeatRules } from './repeats.ts';
import { restoredRules } from './restored.ts';
import { restRules } from './rest.ts';
import { rolloutRules } from './rollouts.ts';

export interface Broken {
  readonly id: string;
  readonly words: string;
  readonly what: string;
}

export const checks: readonly Check[] = [
  ...machineRules, ...permissionRules, ...rolloutRules, ...repeatRules, ...quarantineRules, ...nightRules, ...morningRules, ...restoredRules, ...alarmRules, ...deliveryRules, ...restRules,
];

/** The same with a trail that is sorted by kinds once: dozens of checks ask for the same ones. */
const sorted = ({ world, ...ended }: Ended): Ended => {
  const known = new Map<TrailKind, readonly TrailEntry[]>();
  const of = (kind: TrailKind): readonly TrailEntry[] => {
    const entries = known.get(kind) ?? world.trail.of(kind);
    known.set(kind, entries);
    return entries;
  };
  return { ...ended, world: { ...world, trail: { ...world.trail, of } } };
};

/** Holds every rule against a finished world. */
export const judge = (ended: Ended): { readonly broken: readonly Broken[]; readonly judged: number } => {
  const over = sorted(ended);
  return {
    judged: checks.length,
    broken: checks.flatMap(({ id, words, violations }) => violations(over).map((what) => ({ id, words, what }))),
  };
};
