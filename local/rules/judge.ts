// The rules as executable checks over a finished world: each says what broke, in words, or nothing.
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Day } from '../rehearsal/day.ts';
import type { World } from '../world.ts';
import { alarmRules } from './alarms.ts';
import type { Check } from './check.ts';
import { deliveryRules } from './delivery.ts';
import { machineRules } from './machines.ts';
import { nightRules } from './nights.ts';
import { permissionRules } from './permissions.ts';
import { quarantineRules } from './quarantines.ts';
import { repeatRules } from './repeats.ts';
import { restRules } from './rest.ts';
import { rolloutRules } from './rollouts.ts';

export interface Broken {
  readonly id: string;
  readonly words: string;
  readonly what: string;
}

export const checks: readonly Check[] = [
  ...machineRules, ...permissionRules, ...rolloutRules, ...repeatRules, ...quarantineRules, ...nightRules, ...alarmRules, ...deliveryRules, ...restRules,
];

/** Holds every rule against a finished world. */
export const judge = (world: World, manifest: Manifest, day: Day): { readonly broken: readonly Broken[]; readonly judged: number } => ({
  judged: checks.length,
  broken: checks.flatMap(({ id, words, violations }) => violations({ world, manifest, day }).map((what) => ({ id, words, what }))),
});
