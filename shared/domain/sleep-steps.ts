// The next changes on the way to sleep, from how things stand: fronts first, then what they need, then the databases (S3).
import { later } from './instants.ts';
import { sameBounds, type NightBounds, type NightTarget } from './night.ts';

/** One service on its way to the night. */
export interface FallingService {
  readonly name: string;
  readonly layer: number;
  readonly target: NightTarget;
  readonly now: { readonly exists: boolean; readonly desired: number; readonly running: number; readonly bounds: NightBounds | null };
  /** Somebody else changes it right now: a rollout that has to end first. */
  readonly busy: boolean;
}

export interface FallingStore {
  /** Identifier of the database or cache. */
  readonly identifier: string;
  readonly status: string;
}

export interface Falling {
  /** When the record was taken: every deadline counts from there. */
  readonly since: string;
  readonly services: readonly FallingService[];
  /** Databases that shall stop. */
  readonly databases: readonly FallingStore[];
  /** Changes that AWS's request limits allow in this step. */
  readonly budget: number;
}

export interface ServiceChange {
  readonly name: string;
  /** Null: leave the bounds alone. */
  readonly bounds: NightBounds | null;
  /** Null: the bounds bring the count where it belongs (aws-facts C). */
  readonly desired: number | null;
}

export interface SleepStep {
  readonly changes: readonly ServiceChange[];
  readonly stop: readonly string[];
  /** What is not where it belongs yet, changes of this step included. */
  readonly pending: readonly string[];
  /** Nothing more will be done in this night's beginning; `pending` are then the troubles. */
  readonly finished: boolean;
  readonly seconds: number;
}

/** ECS takes 50 changes at once and 5 a second from then on: 40 every 8 seconds are never throttled (aws-facts B10). */
export const FIRST_BUDGET = 50;
export const BUDGET = 40;
const BUDGET_SECONDS = 8;
const DRAIN_AGAIN_SECONDS = 20;
const DATABASE_AGAIN_SECONDS = 60;

/** A rollout in progress may finish first, so long and no longer (S3). */
export const ROLLOUT_PATIENCE_SECONDS = 30 * 60;
/** A layer that does not drain holds the next one no longer than this. */
const DRAIN_SECONDS = 10 * 60;
/** RDS takes "several minutes or even up to an hour" to stop (aws-facts D); what is not even stopping by then is a trouble. */
const DATABASE_SECONDS = 60 * 60;

const STOPPED: ReadonlySet<string> = new Set(['stopping', 'stopped', 'paused']);

/** What to do now. Called again after `seconds` until it is finished. */
export const sleepStep = ({ since, services, databases, budget }: Falling, at: string): SleepStep => {
  const open = services.filter((service) => service.now.exists && !arrived(service));
  const patient = (seconds: number): boolean => at < later(since, seconds);
  const held = (layer: number): boolean => services.some((other) => other.layer < layer && stillUp(other) && patient((other.layer + 1) * DRAIN_SECONDS));
  const due = open.filter(({ busy, layer }) => !busy && !held(layer));
  const changes = due.slice(0, budget).map(changeOf);
  const draining = services.filter(stillUp);
  const rest = databases.filter(({ status }) => !STOPPED.has(status));
  const mayStop = draining.length === 0 || !patient(DRAIN_SECONDS * (1 + Math.max(0, ...services.map(({ layer }) => layer))));
  const stop = mayStop ? rest.filter(({ status }) => status === 'available').map(({ identifier }) => identifier) : [];
  const pending = [...new Set([...open.map(({ name }) => name), ...draining.map(({ name }) => name)]), ...rest.map(({ identifier }) => identifier)];
  const waiting = open.length > 0 || draining.length > 0 ? patient(ROLLOUT_PATIENCE_SECONDS) : patient(DATABASE_SECONDS);
  const finished = changes.length === 0 && stop.length === 0 && (pending.length === 0 || !waiting);
  return { changes, stop, pending, finished, seconds: secondsUntilNext(due.length > changes.length, draining.length + open.length > 0, rest.length > 0) };
};

const secondsUntilNext = (more: boolean, draining: boolean, stopping: boolean): number => {
  if (more) return BUDGET_SECONDS;
  if (draining) return DRAIN_AGAIN_SECONDS;
  return stopping ? DATABASE_AGAIN_SECONDS : 1;
};

const arrived = ({ now, target }: FallingService): boolean => now.desired <= target.desired && (target.bounds === null || sameBounds(now.bounds, target.bounds));

const stillUp = ({ now, target }: FallingService): boolean => now.exists && now.running > target.desired;

/** Setting the bounds moves the count by itself; where there are none, or where that did not happen, the count is set. */
const changeOf = ({ name, now, target }: FallingService): ServiceChange => {
  const bounds = target.bounds === null || sameBounds(now.bounds, target.bounds) ? null : target.bounds;
  const byBounds = bounds !== null && bounds.max <= target.desired;
  return { name, bounds, desired: now.desired > target.desired && !byBounds ? target.desired : null };
};
