// The next changes on the way to work, from how things stand: databases first, then services as soon as what they need is up (S4).
import { databaseAnswers, isGone } from './database-status.ts';
import { secondsBetween } from './instants.ts';
import { sameBounds, type NightBounds } from './night.ts';
import { SPOT_PATIENCE_SECONDS } from './rollout-capacity.ts';
import { budgetSeconds, type ServiceChange } from './sleep-steps.ts';

export interface WakingService {
  readonly name: string;
  readonly needs: readonly string[];
  readonly wanted: { readonly desired: number; readonly bounds: NightBounds | null };
  readonly now: { readonly exists: boolean; readonly desired: number; readonly bounds: NightBounds | null };
  /** Tasks that prove health (S4). */
  readonly healthy: number;
  /** When it was started this morning, null before. */
  readonly raisedAt: string | null;
  /** Its health was proven this morning: from then on its count belongs to scaling and to people. */
  readonly proven?: boolean;
  readonly deadlineSeconds: number;
  /** Tasks that run, and whether ECS places any of them on Spot. */
  readonly running: number;
  readonly onSpot: boolean;
  readonly busy: boolean;
  /** Since when AWS refuses its bounds or count, and what it said last; absent or null where it never did. */
  readonly refused?: { readonly since: string; readonly error: string } | null;
}

export interface WakingStore {
  /** Name in the platform file, as services need it. */
  readonly name: string;
  readonly identifier: string;
  readonly status: string;
  /** Since when AWS has not found it, look after look; absent or null while it does. */
  readonly missedAt?: string | null;
  /** What AWS said when it could not be started; absent or null when it said nothing. */
  readonly refused?: string | null;
}

export interface Waking {
  readonly startedAt: string;
  readonly services: readonly WakingService[];
  readonly stores: readonly WakingStore[];
  readonly budget: number;
}

export interface Failed {
  readonly resource: string;
  readonly error: string;
}

/** How the databases and caches are coming up. */
export interface StoreStep {
  /** Identifiers to start. */
  readonly start: readonly string[];
  readonly waiting: readonly string[];
  readonly seconds: number;
}

export interface WakeStep {
  readonly changes: readonly ServiceChange[];
  /** Services that have their count from now on: their time to become healthy runs. */
  readonly raised: readonly string[];
  /** Names that are up and proven. */
  readonly up: readonly string[];
  /** What did not come up in time; the others do not wait for it any longer (S3, S4). */
  readonly failed: readonly Failed[];
  readonly waiting: readonly string[];
  /** Services for which Spot has had no capacity long enough: from now on they are placed on demand. */
  readonly leaveSpot: readonly string[];
  /** Some of what is waited for is a database or a cache: those are looked at first the next time. */
  readonly storesWaiting: boolean;
  readonly finished: boolean;
  readonly seconds: number;
}

/** A store that is not up by then is given up; AWS says "minutes to hours" (aws-facts D). */
export const STORE_SECONDS = 60 * 60;
const SERVICE_AGAIN_SECONDS = 15;
/** A service whose count AWS has refused for so long is given up: the others, and the site, do not wait behind the page for it. */
const REFUSED_SECONDS = 30 * 60;
/** A database is asked again after a fifth of the time it has taken so far: soon at first, seldom when it takes long. */
const STORE_AGAIN = { share: 0.2, least: 25, most: 120 } as const;

/** Whether a database or cache of this status answers; a cache does while it is saved. */
export const isUsable = (status: string): boolean => databaseAnswers(status) || status === 'snapshotting';

const isGivenUp = (store: WakingStore, startedAt: string, at: string): boolean =>
  isGone(store, at) || secondsBetween(startedAt, at) >= STORE_SECONDS;

/** What to do for the stores now; asked again after `seconds` while something is waiting. */
export const storeStep = (stores: readonly WakingStore[], startedAt: string, at: string): StoreStep => {
  const waiting = stores.filter((store) => !isUsable(store.status) && !isGivenUp(store, startedAt, at));
  const { share, least, most } = STORE_AGAIN;
  return {
    start: stores.filter(({ status }) => status === 'stopped').map(({ identifier }) => identifier),
    waiting: waiting.map(({ name }) => name),
    seconds: stores.some(({ status }) => status === 'missing')
      ? least
      : Math.round(Math.min(most, Math.max(least, secondsBetween(startedAt, at) * share))),
  };
};

/** What to do for the services now. Called again after `seconds` until it is finished. */
export const wakeStep = (waking: Waking, at: string): WakeStep => {
  const { services, stores, budget } = waking;
  const usable = new Set(stores.filter(({ status }) => isUsable(status)).map(({ name }) => name));
  const healthy = new Set(services.filter(isUp).map(({ name }) => name));
  const failed = [...failedStores(waking, usable, at), ...failedServices(services, healthy, at)];
  const over = new Set(failed.map(({ resource }) => resource));
  const known = new Set([...stores, ...services].map(({ name }) => name));
  const ready = ({ needs }: WakingService): boolean =>
    needs.every((need) => !known.has(need) || usable.has(need) || healthy.has(need) || over.has(need));
  const due = services.filter(
    (service) => service.now.exists && !service.busy && !over.has(service.name) && ready(service) && !isRaised(service),
  );
  const changes = due.slice(0, budget).map(changeOf);
  const waiting = [...stores, ...services]
    .map(({ name }) => name)
    .filter((name) => !usable.has(name) && !healthy.has(name) && !over.has(name));
  const already = services
    .filter((service) => service.now.exists && service.raisedAt === null && isRaised(service))
    .map(({ name }) => name);
  return {
    changes,
    raised: [...already, ...changes.map(({ name }) => name)],
    up: [...usable, ...healthy],
    failed,
    waiting,
    leaveSpot: services.filter((service) => isStarved(service, at)).map(({ name }) => name),
    storesWaiting: stores.some(({ name }) => waiting.includes(name)),
    finished: waiting.length === 0 && changes.length === 0,
    seconds: due.length > changes.length ? budgetSeconds(due.length - changes.length) : SERVICE_AGAIN_SECONDS,
  };
};

/** The bounds are back and the count was reached once; what scaling does from there is not fought. */
const isRaised = (service: WakingService): boolean => {
  const { now, wanted, proven } = service;
  const isBack = wanted.bounds === null || sameBounds(now.bounds, wanted.bounds);
  return proven === true || (isBack && now.desired >= wanted.desired && !isLifted(service));
};

/** Bounds alone brought the count up to their minimum, by a deploy or a step that got no further: fewer were there in the evening (R6, aws-facts C). */
const isLifted = ({ now, wanted: { desired, bounds }, raisedAt }: WakingService): boolean =>
  raisedAt === null && bounds !== null && now.desired > desired && now.desired <= bounds.min;

/** Raised, but ECS finds no Spot capacity: Fargate does not replace it with on-demand capacity by itself (aws-facts B5). */
const isStarved = ({ onSpot, raisedAt, running, wanted }: WakingService, at: string): boolean =>
  onSpot && raisedAt !== null && running < wanted.desired && secondsBetween(raisedAt, at) >= SPOT_PATIENCE_SECONDS;

const isUp = (service: WakingService): boolean =>
  !service.now.exists || (isRaised(service) && service.healthy >= Math.min(service.wanted.desired, service.now.desired));

/** Bounds come first and wide enough, which lifts the count to their minimum at once; the exact count follows (aws-facts C). */
const changeOf = ({ name, now, wanted }: WakingService): ServiceChange => {
  const bounds = wanted.bounds === null || sameBounds(now.bounds, wanted.bounds) ? null : wanted.bounds;
  const afterBounds = bounds === null ? now.desired : Math.min(bounds.max, Math.max(bounds.min, now.desired));
  return { name, bounds, desired: afterBounds === wanted.desired ? null : wanted.desired };
};

const failedStores = ({ stores, startedAt }: Waking, usable: ReadonlySet<string>, at: string): readonly Failed[] =>
  stores
    .filter((store) => !usable.has(store.name) && isGivenUp(store, startedAt, at))
    .map((store) => ({ resource: store.name, error: whyDown(store) }));

const whyDown = ({ status, refused }: WakingStore): string => {
  if (status === 'missing') return 'it ran in the evening and does not exist now';
  const still = `still ${status} after an hour`;
  return status === 'stopped' && typeof refused === 'string' ? `${still}: ${refused}` : still;
};

const failedServices = (services: readonly WakingService[], healthy: ReadonlySet<string>, at: string): readonly Failed[] =>
  services.flatMap((service) => {
    const error = healthy.has(service.name) ? null : whyNotUp(service, at);
    return error === null ? [] : [{ resource: service.name, error }];
  });

/** Why a service is not waited for any longer; null while it is. */
const whyNotUp = ({ raisedAt, deadlineSeconds, refused = null, healthy, wanted }: WakingService, at: string): string | null => {
  if (raisedAt === null)
    return refused !== null && secondsBetween(refused.since, at) >= REFUSED_SECONDS ? `AWS refuses to start it: ${refused.error}` : null;
  return secondsBetween(raisedAt, at) < deadlineSeconds
    ? null
    : `${healthy} of ${wanted.desired} tasks healthy ${Math.round(deadlineSeconds / 60)} min after their start`;
};
