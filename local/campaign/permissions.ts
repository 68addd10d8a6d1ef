// Least privilege as a report: what the roles of the automation grant and nobody used, and what was asked for without a grant (X2).
import { setImmediate as turn } from 'node:timers/promises';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { checkDay } from '../rehearsal/day.ts';
import { rehearsal } from '../rehearsal/rehearsal.ts';
import type { World } from '../world.ts';
import { randomWeek } from './random-week.ts';
import { storyDays } from './story-days.ts';
import { subjectsOf } from './subjects.ts';
import type { Place } from './verdict.ts';

/** Uses by `role\naction`, over any number of worlds. */
export interface UsageCount {
  readonly granted: Map<string, number>;
  readonly refused: Set<string>;
}

export interface PermissionReport {
  readonly grants: number;
  /** Random weeks that were played beside the standard cases, all of them unless it was interrupted. */
  readonly weeks: number;
  /** `role: action` granted by the role's policies and allowed no call in any day played. */
  readonly neverUsed: readonly string[];
  /** `role: action on resource` asked for and refused. */
  readonly notGranted: readonly string[];
}

export const emptyUsage = (): UsageCount => ({ granted: new Map(), refused: new Set() });

/** Who carries out the stories; roles that other services take (backups, monitoring of databases) are none of the automation's. */
const HANDS: readonly string[] = ['lambda', 'states', 'events', 'scheduler'].map((service) => `${service}.amazonaws.com`);

/** A role's name without the ending CloudFormation chose, which is another one in every world. */
const name = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1).replace(/-[0-9A-Z]{12}$/, '');

/** Adds what one finished world recorded; only roles of the automation's own functions, machines, rules and schedules count. */
export const addUsage = (usage: UsageCount, world: World, manifest: Manifest): void => {
  const { iam } = world.services;
  const hands = iam.roles().filter(({ trust }) => HANDS.some((service) => JSON.stringify(trust ?? '').includes(service)));
  const roles = new Set(hands.map(({ arn }) => arn).filter((arn) => name(arn).startsWith(`${manifest.id}-`)));
  const mine = (arn: string): boolean => roles.has(arn);
  for (const { roleArn, action, used } of [...roles].flatMap((arn) => iam.grants(arn))) {
    const key = `${name(roleArn)}: ${action}`;
    usage.granted.set(key, (usage.granted.get(key) ?? 0) + used);
  }
  for (const { roleArn, action, resource } of iam.refusals()) if (mine(roleArn)) usage.refused.add(`${name(roleArn)}: ${action} on ${resource}`);
};

/** The report over everything added, sorted by role. */
const permissionReport = ({ granted, refused }: UsageCount): Omit<PermissionReport, 'weeks'> => ({
  grants: granted.size,
  neverUsed: [...granted].filter(([, used]) => used === 0).map(([key]) => key).sort(),
  notGranted: [...refused].sort(),
});

/** Plays the standard case of every story and that many random weeks, until the signal ends it, and reports over all it has played. */
export const permissionsOver = async (
  { assembly, manifest, hosts }: Place,
  weeks: number,
  seed: string,
  signal?: AbortSignal,
): Promise<PermissionReport> => {
  const subjects = subjectsOf(assembly, manifest);
  const usage = emptyUsage();
  const standard = storyDays(manifest, subjects).map(({ data }) => data);
  let played = 0;
  while (played < standard.length + weeks && signal?.aborted !== true) {
    const data = standard[played] ?? randomWeek(manifest, subjects, `${seed}/${played - standard.length + 1}`);
    const day = checkDay(data.title, data, manifest.hours?.timeZone ?? 'UTC');
    await rehearsal({ assembly, manifest, hosts, day, given: 'running', ended: (world) => addUsage(usage, world, manifest) });
    played += 1;
    // A day in process gives nothing else a turn, not even Ctrl-C.
    await turn();
  }
  return { ...permissionReport(usage), weeks: Math.max(0, played - standard.length) };
};
