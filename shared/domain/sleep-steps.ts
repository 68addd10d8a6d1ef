// The next changes on the way to sleep, from how things stand: fronts first, then what they need, then the databases (S3).
import { isGone } from './database-status.ts';
import { later, secondsBetween } from './instants.ts';
import { mostAtNight, sameBounds, type NightBounds, type NightTarget } from './night.ts';

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
  /** Since when AWS has not found it, look after look; absent or null while it does. */
  readonly missedAt?: string | null;
}

export interface Falling {
  /** When the record was taken: every deadline counts from there. */
  readonly since: string;
  readonly services: readonly FallingService[];
  /** Databases and caches that shall stop. */
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

/** ECS takes 50 changes at once and 5 a second from then on (aws-facts B10). */
const MOST_CHANGES = 50;
const CHANGES_PER_SECOND = 5;
export const BUDGET_SECONDS = 8;
/** Looking at more services than this twice in a second is more than ECS takes. */
const FLEET = 300;

/** A step looks before it changes, now faster, now slower: one change less keeps the pace within the limit all the same. */
const MARGIN = 1;

/** How many changes AWS takes now; `last` is when the ones before were made, null when there were none. */
export const budgetAt = (last: string | null, at: string): number =>
  last === null ? MOST_CHANGES : Math.max(0, Math.min(MOST_CHANGES, Math.floor(secondsBetween(last, at) * CHANGES_PER_SECOND) - MARGIN));

/** Seconds until AWS takes so many changes more, a budget at most: the last of them need not wait for a whole one. */
export const budgetSeconds = (changes: number): number => Math.min(BUDGET_SECONDS, Math.ceil((changes + MARGIN) / CHANGES_PER_SECOND));

/** Whether so many services must not be looked at again at once. */
export const isFleet = (services: number): boolean => services > FLEET;
const DRAIN_AGAIN_SECONDS = 20;
const DATABASE_AGAIN = { share: 0.2, least: 60, most: 600 } as const;

/** A rollout in progress may finish first, so long and no longer (S3). */
export const ROLLOUT_PATIENCE_SECONDS = 30 * 60;
/** A layer that does not drain holds the next one no longer than this. */
const DRAIN_SECONDS = 10 * 60;
/** RDS takes "several minutes or even up to an hour" to stop (aws-facts D); what is not even stopping by then, the layers having had theirs, is a trouble. */
const DATABASE_SECONDS = 60 * 60;

/** On their way down or down. A cache that is being saved may be at its daily backup: it is waited for until it goes or can be told to. */
const STOPPED: ReadonlySet<string> = new Set(['stopping', 'stopped', 'paused', 'deleting']);

/** What to do now. Called again after `seconds` until it is finished. */
export const sleepStep = (falling: Falling, at: string): SleepStep => {
  const { since, services, databases, budget } = falling;
  const open = services.filter((service) => service.now.exists && !arrived(service));
  const draining = services.filter(stillUp);
  const rest = databases.filter((store) => !STOPPED.has(store.status) && !isGone(store, at));
  const pending = [...new Set([...open, ...draining].map(({ name }) => name)), ...rest.map(({ identifier }) => identifier)];
  const layers = 1 + Math.max(0, ...services.map(({ layer }) => layer));
  if (pending.length === 0 || at >= later(since, patienceSeconds(layers, open.length + draining.length > 0))) return { changes: [], stop: [], pending, finished: true, seconds: 1 };
  const due = open.filter(({ busy, layer }) => !busy && !isHeld(falling, layer, at));
  const changes = due.slice(0, budget).map(changeOf);
  const mayStop = draining.length === 0 || at >= later(since, DRAIN_SECONDS * layers);
  const stop = mayStop ? rest.filter(({ status }) => status === 'available').map(({ identifier }) => identifier) : [];
  const seconds =
    due.length > changes.length ? budgetSeconds(due.length - changes.length) : draining.length + open.length > 0 ? DRAIN_AGAIN_SECONDS : databaseSeconds(since, at);
  return { changes, stop, pending, finished: false, seconds };
};

/** Every layer has its time to drain, and the databases behind the last of them theirs. */
const patienceSeconds = (layers: number, servicesUp: boolean): number =>
  servicesUp ? Math.max(ROLLOUT_PATIENCE_SECONDS, DRAIN_SECONDS * (layers + 1)) : DATABASE_SECONDS + DRAIN_SECONDS * (layers - 1);

/** A layer waits until every layer in front of it has drained, or has had its time to. */
const isHeld = ({ services, since }: Falling, layer: number, at: string): boolean =>
  services.some((other) => other.layer < layer && stillUp(other) && at < later(since, (other.layer + 1) * DRAIN_SECONDS));

/** A database that refuses is asked ever more seldom. */
const databaseSeconds = (since: string, at: string): number =>
  Math.round(Math.min(DATABASE_AGAIN.most, Math.max(DATABASE_AGAIN.least, secondsBetween(since, at) * DATABASE_AGAIN.share)));

const arrived = ({ now, target }: FallingService): boolean =>
  now.desired <= mostAtNight(target) && (target.bounds === null || sameBounds(now.bounds, target.bounds));

const stillUp = ({ now, target }: FallingService): boolean => now.exists && now.running > mostAtNight(target);

/** Setting the bounds moves the count by itself; where there are none, or where that did not happen, the count is set. */
const changeOf = ({ name, now, target }: FallingService): ServiceChange => {
  const bounds = target.bounds === null || sameBounds(now.bounds, target.bounds) ? null : target.bounds;
  const byBounds = bounds !== null && bounds.max <= target.desired;
  return { name, bounds, desired: now.desired > target.desired && !byBounds ? target.desired : null };
};
