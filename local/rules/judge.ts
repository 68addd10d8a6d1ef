// The rules as executable checks over a finished world: each says what broke, in words, or nothing.
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

/** Holds every rule against a finished world. */
export const judge = (ended: Ended): { readonly broken: readonly Broken[]; readonly judged: number } => ({
  judged: checks.length,
  broken: checks.flatMap(({ id, words, violations }) => violations(ended).map((what) => ({ id, words, what }))),
});
