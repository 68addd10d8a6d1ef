// An alarm as CloudWatch describes it, in the domain's words, and what it is about (L1, L2).

export type AlarmState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

export interface AlarmFacts {
  readonly name: string;
  readonly state: AlarmState;
  /** When it entered this state. */
  readonly since: string;
  /** The words its author gave it, with an optional `Runbook: https://…` and `[page]`, `[channel]` or `[digest]`. */
  readonly description: string;
  readonly reason: string;
  /** Datapoints behind the state, as CloudWatch reports them; empty when it reports none. */
  readonly datapoints: readonly number[];
  readonly threshold: number | null;
  readonly comparison: string | null;
  readonly statistic: string | null;
  readonly periodSeconds: number | null;
  readonly evaluationPeriods: number | null;
  /** Whether the value is computed from several metrics; `metric` is then the first of them. */
  readonly calculated: boolean;
  /** null for composite alarms. */
  readonly metric: { readonly namespace: string; readonly name: string; readonly dimensions: Readonly<Record<string, string>> } | null;
  /** Rule of a composite alarm. */
  readonly rule: string | null;
  /** What holds a composite alarm's actions in CloudWatch now: `Alarm`, `WaitPeriod` or `ExtensionPeriod`; its events come all the same. */
  readonly suppressedBy?: string | null;
}

/** The names the domain needs to recognise what an alarm is about; a manifest has them all. */
export interface PlatformNames {
  readonly id: string;
  readonly loadBalancer: string | null;
  readonly services: readonly {
    readonly name: string;
    readonly serviceName: string;
    readonly logGroup: string;
    readonly offHours: { readonly kind: 'zero' | 'stay' | 'reduce' };
    readonly routes?: readonly unknown[];
  }[];
  readonly databases: readonly { readonly name: string; readonly identifier: string; readonly offHours: 'stop' | 'pause' | 'stay' }[];
  readonly caches: readonly { readonly name: string; readonly identifier: string; readonly offHours: 'stay' | 'hibernate' }[];
}

/** What an alarm is about. `sleeps`: whether it stands still while the platform is asleep. */
export interface Subject {
  readonly kind: 'service' | 'database' | 'cache' | 'load-balancer' | 'automation' | 'platform';
  readonly name: string;
  readonly sleeps: boolean;
}

/** Names of our own alarms, after the platform's prefix: stories, queues and roads (infra/constructs, infra/stories). */
const ours = /^(?:(?:redeploy|sleep|wake|alarm|reconcile)-story-failed|(?:slack|webhook|email)-(?:parked|waiting)|dead-letters)$/;

/** The subject: by the metric's dimensions first, then by the name after the platform's prefix; a platform alarm when neither tells. */
export const subjectOf = (alarm: Pick<AlarmFacts, 'name' | 'metric'>, platform: PlatformNames): Subject => {
  const rest = alarm.name.startsWith(`${platform.id}-`) ? alarm.name.slice(platform.id.length + 1) : alarm.name;
  if (ours.test(rest)) return { kind: 'automation', name: rest, sleeps: false };
  return (
    byDimensions(alarm.metric?.dimensions ?? {}, platform) ??
    byName(rest, platform) ?? { kind: 'platform', name: platform.id, sleeps: false }
  );
};

const byDimensions = (dimensions: Readonly<Record<string, string>>, platform: PlatformNames): Subject | null => {
  const service = platform.services.find(({ serviceName }) => serviceName === dimensions['ServiceName']);
  if (service !== undefined) return serviceSubject(service);
  const database = platform.databases.find(
    ({ identifier }) => identifier === dimensions['DBInstanceIdentifier'] || identifier === dimensions['DBClusterIdentifier'],
  );
  if (database !== undefined) return databaseSubject(database);
  const cacheId = dimensions['ReplicationGroupId'] ?? dimensions['CacheClusterId'] ?? '';
  const cache = platform.caches.find(({ identifier }) => cacheId === identifier || cacheId.startsWith(`${identifier}-`));
  if (cache !== undefined) return { kind: 'cache', name: cache.name, sleeps: cache.offHours !== 'stay' };
  const group = dimensions['TargetGroup']?.split('/')[1];
  if (group !== undefined) {
    const target = longestFirst(platform.services).find(
      ({ name, serviceName }) =>
        group === serviceName ||
        group === `${platform.id}-${name}` ||
        group.startsWith(`${serviceName}-`) ||
        group.startsWith(`${platform.id}-${name}-`),
    );
    return target === undefined ? null : serviceSubject(target);
  }
  return dimensions['LoadBalancer'] === undefined ? null : loadBalancerSubject(platform);
};

const byName = (rest: string, platform: PlatformNames): Subject | null => {
  const names = (name: string): boolean => rest === name || rest.startsWith(`${name}-`);
  const service = longestFirst(platform.services).find(({ name }) => names(name));
  if (service !== undefined) return serviceSubject(service);
  const database = longestFirst(platform.databases).find(({ name }) => names(name) || names(`db-${name}`) || names(`database-${name}`));
  if (database !== undefined) return databaseSubject(database);
  const cache = longestFirst(platform.caches).find(({ name }) => names(name) || names(`cache-${name}`));
  if (cache !== undefined) return { kind: 'cache', name: cache.name, sleeps: cache.offHours !== 'stay' };
  return /^(?:alb|load-?balancer|lb)(?:-|$)/.test(rest) ? loadBalancerSubject(platform) : null;
};

/** `api-worker` before `api`, so that the shorter name does not claim the longer one's alarms. */
const longestFirst = <T extends { readonly name: string }>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => b.name.length - a.name.length);
const serviceSubject = (service: PlatformNames['services'][number]): Subject => ({
  kind: 'service',
  name: service.name,
  sleeps: service.offHours.kind !== 'stay',
});
const databaseSubject = (database: PlatformNames['databases'][number]): Subject => ({
  kind: 'database',
  name: database.name,
  sleeps: database.offHours !== 'stay',
});
/** It rests when the whole site does; where a part stays up, that part's trouble is heard all night (S6, L4). */
const loadBalancerSubject = (platform: PlatformNames): Subject => ({
  kind: 'load-balancer',
  name: platform.loadBalancer ?? platform.id,
  sleeps:
    platform.services.some(({ offHours }) => offHours.kind === 'zero') &&
    platform.services.every(({ offHours, routes = [] }) => offHours.kind === 'zero' || routes.length === 0),
});

/** The datapoint farthest on the wrong side; CloudWatch does not promise an order. */
export const worstValue = (alarm: Pick<AlarmFacts, 'datapoints' | 'comparison'>): number | null => {
  if (alarm.datapoints.length === 0) return null;
  return alarm.comparison?.startsWith('LessThan') === true ? Math.min(...alarm.datapoints) : Math.max(...alarm.datapoints);
};

/** Seconds of data the alarm looks at: how long old trouble keeps it standing. */
export const windowSeconds = (alarm: Pick<AlarmFacts, 'periodSeconds' | 'evaluationPeriods'>): number =>
  (alarm.periodSeconds ?? 300) * (alarm.evaluationPeriods ?? 1);
