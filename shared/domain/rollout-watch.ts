// Folds a verdict into a service's progress, and says how long the rollout may be left alone.
import { later } from './instants.ts';
import { NO_CAPACITY } from './rollout-capacity.ts';
import type { Progress, ProgressByService } from './rollout-progress.ts';
import { FINAL } from './rollout-progress.ts';
import { bakeLeft, type RolloutSettings, type Verdict } from './rollout-judge.ts';

export interface WatchSettings extends RolloutSettings {
  readonly deadlineSeconds: number;
}

/** Steps that are watched; the others wait for an effect or are over. */
export const WATCHED: ReadonlySet<Progress['step']> = new Set(['rolling', 'baking', 'going-back']);

/** The service's progress after a verdict at an instant; the same value when nothing changed. */
export const afterVerdict = (own: Progress, verdict: Verdict, settings: WatchSettings, at: string): Progress => {
  const move = (step: Progress['step'], deadline: string | null = null): Progress => ({
    ...own,
    step,
    since: at,
    deadline,
    reason: verdict.reason,
    facts: verdict.facts,
  });
  switch (verdict.kind) {
    case 'moving':
      return own;
    case 'adopt':
      return { ...own, taskDefinition: verdict.taskDefinition };
    case 'healthy':
      if (own.step === 'going-back') return move('back');
      if (own.step === 'rolling' && settings.bakeSeconds > 0)
        return move('baking', later(at, settings.bakeSeconds + settings.deadlineSeconds));
      return bakeLeft(own, settings, at) > 0 ? own : move('proven');
    case 'bad':
      if (own.step === 'going-back') return move('failed');
      return { ...move('failing'), ...(verdict.reason === NO_CAPACITY ? { blameless: true } : {}) };
    case 'superseded':
      return move('superseded');
    case 'idle':
      return afterIdle(own, move, at);
  }
};

/** What became of the copies of a service's databases: all there, one failed, or still being made. */
export const afterSnapshots = (own: Progress, statuses: readonly ('making' | 'there' | 'failed')[], at: string): Progress => {
  const fail = (detail: string): Progress => ({
    ...own,
    step: 'failing',
    since: at,
    deadline: null,
    reason: 'snapshot-failed',
    facts: { detail },
  });
  if (statuses.includes('failed')) return fail('RDS could not make it');
  if (statuses.every((status) => status === 'there')) return { ...own, step: 'queued', since: at, deadline: null, snapshot: false };
  if (own.step !== 'snapshotting') return { ...own, step: 'snapshotting', since: at, deadline: later(at, SNAPSHOT_SECONDS) };
  return own.deadline !== null && at >= own.deadline ? fail('it was not there within an hour') : own;
};

/** A copy of a large database takes its time; longer than this something is wrong. */
const SNAPSHOT_SECONDS = 3_600;

/** What became of a migration: it passed and the service is next in line, it failed and nothing was touched, or it still runs (R8). */
export const afterMigration = (
  own: Progress,
  outcome: { readonly stopped: boolean; readonly exitCode: number | null; readonly reason: string },
  at: string,
): Progress => {
  const fail = (reason: string, detail: string): Progress => ({
    ...own,
    step: 'failing',
    since: at,
    deadline: null,
    reason,
    facts: { detail },
  });
  if (outcome.stopped && own.behind === true) {
    const { behind: _over, ...next } = own;
    return { ...next, step: 'queued', since: at, deadline: null, migration: null };
  }
  if (outcome.stopped && outcome.exitCode === 0) return { ...own, step: 'queued', since: at, deadline: null, migrate: false };
  if (outcome.stopped) return fail('migration-failed', outcome.exitCode === null ? outcome.reason : `it exited with ${outcome.exitCode}`);
  if (own.deadline === null || at < own.deadline) return own;
  return own.behind === true ? { ...fail('migration-behind', ''), blameless: true } : fail('migration-late', '');
};

/** Services whose migration has passed between two looks: remembered at once, whatever becomes of the rollout, so that it runs once per digest (R8). */
export const passedMigrations = (before: ProgressByService, after: ProgressByService): readonly string[] =>
  Object.entries(after).flatMap(([service, { migrate, migration }]) =>
    before[service]?.migrate === true && !migrate && migration !== null ? [service] : [],
  );

/** A first release has its count set a moment after its revision; anything else at zero waits for somebody to start it. */
const afterIdle = (own: Progress, move: (step: Progress['step']) => Progress, at: string): Progress => {
  if (own.step === 'going-back') return { ...move('back'), reason: 'back-at-rest' };
  if (own.first && own.deadline !== null && at < own.deadline) return own;
  return move('staged');
};

/** Steps in which a one-off task runs beside the service. */
const ON_THEIR_OWN: ReadonlySet<Progress['step']> = new Set(['migrating', 'proving']);

/** With a deployment or a bake under way events tell of its end or of a crash; without one only looking helps. */
const POLL = { events: 60, none: 20 } as const;

/** Seconds a rollout that has just begun is left alone. */
export const FIRST_LOOK_SECONDS = POLL.events;

/** Seconds until the next look if no event comes first: never beyond a deadline or the end of a bake. */
export const lookAgainIn = (
  progress: ProgressByService,
  settings: (service: string) => WatchSettings,
  moving: boolean,
  at: string,
): number => {
  const left = Object.entries(progress).flatMap(([service, own]) => {
    if (!WATCHED.has(own.step) && !ON_THEIR_OWN.has(own.step)) return [];
    const untilDeadline = own.deadline === null ? [] : [(Date.parse(own.deadline) - Date.parse(at)) / 1000];
    return own.step === 'baking' ? [...untilDeadline, bakeLeft(own, settings(service), at)] : untilDeadline;
  });
  const blind = !moving && Object.values(progress).some(({ step }) => step === 'rolling' || step === 'going-back' || ON_THEIR_OWN.has(step));
  const soonest = Math.min(...left, blind ? POLL.none : POLL.events);
  return Math.max(1, Math.ceil(soonest));
};

/** The part of ECS's own summary of a service that is enough to see that nothing has happened. */
export interface Summary {
  readonly taskDefinition: string;
  readonly state: string;
  readonly failedTasks: number;
  readonly desired: number;
  readonly running: number;
}

/**
 * True when tasks and targets need not be asked: the deployment moves without a failure, or the bake goes on with all tasks running.
 * Asking for the tasks of every service at every look would use up the account's request limits in a fleet (aws-facts B10).
 */
export const isQuiet = (own: Progress, summary: Summary, settings: WatchSettings, at: string): boolean => {
  if (summary.taskDefinition !== own.taskDefinition || summary.failedTasks > 0 || summary.desired === 0) return false;
  if (own.deadline !== null && at >= own.deadline) return false;
  if (own.step === 'baking') return summary.running >= summary.desired && bakeLeft(own, settings, at) > 0;
  return summary.state === 'IN_PROGRESS';
};

/** Services of a rollout that still hold their place: neither over nor handed on. */
export const unfinished = (progress: ProgressByService): readonly string[] =>
  Object.entries(progress).flatMap(([service, { step }]) => (FINAL.has(step) ? [] : [service]));
