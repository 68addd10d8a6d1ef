// What a night saved, in USD against the record: tasks and databases that did not run, and what kept billing all the same (S14).
import { priceOf } from './prices.ts';
import { type Capacity, onDemandAmong } from './spot-share.ts';

export interface SavedService extends Capacity {
  /** Tasks that were away: the record's count less the night's. */
  readonly tasks: number;
  /** Tasks that ran all night. */
  readonly staying?: number;
  readonly cpu: number;
  readonly memory: number;
  readonly architecture: 'x86_64' | 'arm64';
}

export interface SavedDatabase {
  readonly kind: 'instance' | 'aurora-serverless';
  readonly instanceClass: string;
  readonly multiAz: boolean;
  readonly storageGiB: number;
  readonly stopped: boolean;
}

export interface SavedCache {
  readonly nodeType: string;
  readonly engine: 'redis' | 'valkey';
  readonly stopped: boolean;
}

export interface NightBill {
  readonly region: string;
  readonly hours: number;
  readonly services: readonly SavedService[];
  readonly databases: readonly SavedDatabase[];
  readonly caches: readonly SavedCache[];
  readonly loadBalancer: boolean;
}

export interface Saved {
  readonly compute: number;
  /** Databases and caches. */
  readonly database: number;
  /** The caches' part of it; absent where none hibernated, or a price is unknown. */
  readonly caches?: number;
  readonly keptBilling: number;
  /** Items without a known price in the region: left out, not guessed. */
  readonly unpriced?: readonly string[];
}

const HOURS_PER_MONTH = 730;
/** RDS bills at least ten minutes after each start (aws-facts D). */
const START_MINIMUM_HOURS = 10 / 60;

/** Sums one night. Aurora that pauses by itself saves by its own doing and is not counted. */
export const savedBy = ({ region, hours, services, databases, caches, loadBalancer }: NightBill): Saved => {
  const unpriced = new Set<string>();
  const price = (item: string): number => {
    const found = priceOf(item, region);
    if (found === null) unpriced.add(item);
    return found?.usd ?? 0;
  };
  const compute = services.reduce((sum, service) => sum + tasksHour(service, price), 0) * hours;
  const instances = databases.filter(({ kind, stopped }) => kind === 'instance' && stopped);
  const nodes = caches.filter(({ stopped }) => stopped);
  const hibernated = nodes.reduce((sum, node) => sum + price(nodeItem(node)), 0) * hours;
  const database =
    instances.reduce((sum, instance) => sum + instanceHour(instance, price), 0) * Math.max(0, hours - START_MINIMUM_HOURS) + hibernated;
  const storage = databases.reduce(
    (sum, { storageGiB, multiAz }) => sum + (storageGiB * price('rds.storage') * (multiAz ? 2 : 1)) / HOURS_PER_MONTH,
    0,
  );
  const awake = caches.filter(({ stopped }) => !stopped).reduce((sum, node) => sum + price(nodeItem(node)), 0);
  const kept = (storage + awake + (loadBalancer ? price('alb.hour') : 0)) * hours;
  return {
    compute: cents(compute),
    database: cents(database),
    ...(nodes.length === 0 || nodes.some((node) => unpriced.has(nodeItem(node))) ? {} : { caches: cents(hibernated) }),
    keptBilling: cents(kept),
    ...(unpriced.size === 0 ? {} : { unpriced: [...unpriced] }),
  };
};

/** Fractions of a cent matter: one small night is worth a few. */
const cents = (usd: number): number => Math.round(usd * 10_000) / 10_000;

/** An hour of the tasks that were away; where some stayed, those are the ones on demand first. */
const tasksHour = (service: SavedService, price: (item: string) => number): number => {
  const { tasks, staying = 0, cpu, memory, architecture } = service;
  const onDemand = onDemandAmong(service, staying + tasks) - onDemandAmong(service, staying);
  const hour = (kind: string, count: number): number =>
    count === 0 ? 0 : count * ((cpu / 1024) * price(`${kind}.vcpu`) + (memory / 1024) * price(`${kind}.memory`));
  return hour(`fargate.${architecture}`, onDemand) + hour(`fargate.${architecture}.spot`, tasks - onDemand);
};

const instanceHour = ({ instanceClass, multiAz }: SavedDatabase, price: (item: string) => number): number =>
  price(`rds.${instanceClass}`) * (multiAz ? 2 : 1);

const nodeItem = ({ engine, nodeType }: SavedCache): string => `cache.${engine}.${nodeType}`;
