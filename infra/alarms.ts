// Every alarm of a platform as one table: what it watches, when it speaks, what it means and what to do (A10, F11, L1).
// Missing data is never a breach, so that no alarm speaks because a platform sleeps.
import type { Database, Platform, Service } from '../shared/domain/platform.ts';
import { alarmPrefix, cacheIdentifier, clusterName, databaseIdentifier, type Deployment, serviceName } from './names.ts';

/** Where metrics of the load balancer are found: names that AWS makes. */
export interface AlarmPlaces {
  readonly loadBalancer: string | null;
  readonly targets: readonly { readonly service: string; readonly container: string; readonly group: string }[];
}

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface AlarmRow {
  /** `<platform>-<stage>-<subject>-<what>`. */
  readonly name: string;
  /** Key of the service in the file; null for what belongs to all. */
  readonly service: string | null;
  readonly meaning: string;
  readonly todo: string;
  /** One metric, or the first minus the second. */
  readonly metrics: readonly [Metric] | readonly [Metric, Metric];
  readonly compare: 'above' | 'below' | 'at-least';
  readonly threshold: number;
  readonly periodSeconds: number;
  readonly periods: number;
  /** Whether it may end a rollout of its service. */
  readonly endsRollout: boolean;
}

const minutes5 = 300;
const gibibyte = 1_073_741_824;
const mebibyte = 1_048_576;

type Draft = Omit<AlarmRow, 'name' | 'service' | 'endsRollout' | 'threshold'> & {
  readonly key: string;
  readonly threshold: number | null;
  readonly endsRollout?: boolean;
};

/** Drafts whose threshold is null are switched off in the file. */
const rowsFrom = (prefix: string, service: string | null, drafts: readonly Draft[]): readonly AlarmRow[] =>
  drafts.flatMap(({ key, threshold, ...rest }) =>
    threshold === null ? [] : [{ endsRollout: false, ...rest, threshold, service, name: `${prefix}${key}` }],
  );

const ecsDrafts = (deployment: Deployment, name: string, service: Service): readonly Draft[] => {
  const dimensions = { ClusterName: clusterName(deployment), ServiceName: serviceName(deployment, name, service) };
  const own = (metric: string): Metric => ({ namespace: 'AWS/ECS', name: metric, statistic: 'Average', dimensions });
  const counted = (metric: string): Metric => ({ namespace: 'ECS/ContainerInsights', name: metric, statistic: 'Average', dimensions });
  const quarterHour = { periodSeconds: minutes5, periods: 3, compare: 'above' } as const;
  return [
    {
      key: 'cpu-high',
      ...quarterHour,
      threshold: service.alarms.cpu,
      metrics: [own('CPUUtilization')],
      meaning: `${name} has been short of CPU for 15 minutes.`,
      todo: 'Look for a change in traffic or in the code; give it more CPU or more tasks.',
    },
    {
      key: 'memory-high',
      ...quarterHour,
      threshold: service.alarms.memory,
      metrics: [own('MemoryUtilization')],
      meaning: `${name} has been short of memory for 15 minutes.`,
      todo: 'Look for a leak since the last rollout; give it more memory before tasks are killed.',
    },
    {
      key: 'tasks-missing',
      periodSeconds: minutes5,
      periods: 2,
      compare: 'above',
      threshold: service.alarms.taskFailures ? 0 : null,
      metrics: [counted('DesiredTaskCount'), counted('RunningTaskCount')],
      meaning: `${name} has run fewer tasks than it should for 10 minutes.`,
      todo: 'Read why the last tasks stopped: exit code, image, secrets, capacity.',
    },
  ];
};

const targetDrafts = (name: string, service: Service, group: string, loadBalancer: string, suffix: string): readonly Draft[] => {
  const metric = (metricName: string, statistic: string): Metric => ({
    namespace: 'AWS/ApplicationELB',
    name: metricName,
    statistic,
    dimensions: { LoadBalancer: loadBalancer, TargetGroup: group },
  });
  const { unhealthyHosts, serverErrors, latencySeconds } = service.alarms;
  return [
    {
      key: `unhealthy${suffix}`,
      periodSeconds: minutes5,
      periods: 2,
      compare: 'above',
      threshold: unhealthyHosts ? 0 : null,
      metrics: [metric('UnHealthyHostCount', 'Maximum')],
      endsRollout: true,
      meaning: `Tasks of ${name} have failed their health check for 10 minutes.`,
      todo: 'Open the last log lines of the unhealthy task; check its port, its health path and its database.',
    },
    {
      key: `errors${suffix}`,
      periodSeconds: minutes5,
      periods: 1,
      compare: 'at-least',
      threshold: serverErrors,
      metrics: [metric('HTTPCode_Target_5XX_Count', 'Sum')],
      endsRollout: true,
      meaning: `${name} answered with server errors.`,
      todo: 'Read its error lines, and see whether a rollout came just before.',
    },
    {
      key: `slow${suffix}`,
      periodSeconds: minutes5,
      periods: 3,
      compare: 'above',
      threshold: latencySeconds,
      metrics: [metric('TargetResponseTime', 'p90')],
      endsRollout: true,
      meaning: `One request in ten to ${name} has been slow for 15 minutes.`,
      todo: 'Compare with CPU, database connections and the last rollout.',
    },
  ];
};

const serviceRows = (deployment: Deployment, name: string, service: Service, places: AlarmPlaces): readonly AlarmRow[] => {
  const own = places.targets.filter((target) => target.service === name);
  const prefix = `${alarmPrefix(deployment)}${name}-`;
  const { loadBalancer } = places;
  const behind =
    loadBalancer === null
      ? []
      : own.flatMap(({ container, group }) => targetDrafts(name, service, group, loadBalancer, own.length > 1 ? `-${container}` : ''));
  return rowsFrom(prefix, name, [...ecsDrafts(deployment, name, service), ...behind]);
};

const loadBalancerRows = (deployment: Deployment, { loadBalancer }: AlarmPlaces): readonly AlarmRow[] =>
  loadBalancer === null
    ? []
    : rowsFrom(`${alarmPrefix(deployment)}loadbalancer-`, null, [
        {
          key: 'errors',
          periodSeconds: minutes5,
          periods: 1,
          compare: 'at-least',
          threshold: deployment.platform.alarms.loadBalancerErrors,
          metrics: [
            {
              namespace: 'AWS/ApplicationELB',
              name: 'HTTPCode_ELB_5XX_Count',
              statistic: 'Sum',
              dimensions: { LoadBalancer: loadBalancer },
            },
          ],
          meaning: 'The load balancer itself answered with server errors: it found no healthy task, or tasks hung up.',
          todo: 'See which service has no healthy task; check security groups, ports and health paths.',
        },
      ]);

const databaseRows = (deployment: Deployment, name: string, database: Database): readonly AlarmRow[] => {
  const { cpu, freeGiB, freeMemoryMiB, connections } = deployment.platform.alarms.database;
  const identifier = databaseIdentifier(deployment, name, database);
  const dimension: Readonly<Record<string, string>> =
    database.kind === 'postgres' ? { DBInstanceIdentifier: identifier } : { DBClusterIdentifier: identifier };
  const metric = (metricName: string): Metric => ({ namespace: 'AWS/RDS', name: metricName, statistic: 'Average', dimensions: dimension });
  const grows = database.kind === 'aurora-serverless';
  return rowsFrom(`${alarmPrefix(deployment)}${name}-`, null, [
    {
      key: 'database-cpu-high',
      periodSeconds: minutes5,
      periods: 3,
      compare: 'above',
      threshold: cpu,
      metrics: [metric('CPUUtilization')],
      meaning: `Database ${name} has been short of CPU for 15 minutes.`,
      todo: 'Find the slow statements; a larger class if they are in order.',
    },
    {
      key: 'database-disk-low',
      periodSeconds: minutes5,
      periods: 1,
      compare: 'below',
      threshold: grows || freeGiB === null ? null : freeGiB * gibibyte,
      metrics: [metric('FreeStorageSpace')],
      meaning: `Database ${name} is running out of disk.`,
      todo: 'Raise `storage` or `storageMax` in the platform file and deploy, or delete what nobody needs: a full database takes no more writes.',
    },
    {
      key: 'database-memory-low',
      periodSeconds: minutes5,
      periods: 2,
      compare: 'below',
      threshold: freeMemoryMiB === null ? null : freeMemoryMiB * mebibyte,
      metrics: [metric('FreeableMemory')],
      meaning: `Database ${name} has been short of memory for 10 minutes.`,
      todo: 'Fewer connections, or a larger class.',
    },
    {
      key: 'database-connections-high',
      periodSeconds: minutes5,
      periods: 3,
      compare: 'above',
      threshold: connections,
      metrics: [metric('DatabaseConnections')],
      meaning: `Database ${name} has had too many connections for 15 minutes.`,
      todo: 'Look for a service that does not return connections; limit its pool.',
    },
  ]);
};

const cacheRows = (deployment: Deployment, platform: Platform): readonly AlarmRow[] =>
  Object.entries(platform.caches).flatMap(([name, cache]) => {
    const grouped = cache.engine === 'valkey' || cache.tls;
    const identifier = cacheIdentifier(deployment, name, cache);
    const metric = (metricName: string, statistic: string): Metric => ({
      namespace: 'AWS/ElastiCache',
      name: metricName,
      statistic,
      dimensions: { CacheClusterId: grouped ? `${identifier}-001` : identifier },
    });
    return rowsFrom(`${alarmPrefix(deployment)}${name}-`, null, [
      {
        key: 'cache-cpu-high',
        periodSeconds: minutes5,
        periods: 3,
        compare: 'above',
        threshold: platform.alarms.cache.cpu,
        metrics: [metric('CPUUtilization', 'Average')],
        meaning: `Cache ${name} has been short of CPU for 15 minutes.`,
        todo: 'Look for expensive commands; a larger node if they are in order.',
      },
      {
        key: 'cache-evictions',
        periodSeconds: minutes5,
        periods: 1,
        compare: 'at-least',
        threshold: platform.alarms.cache.evictions,
        metrics: [metric('Evictions', 'Sum')],
        meaning: `Cache ${name} throws keys away because it is full.`,
        todo: 'Shorter lifetimes, or a larger node.',
      },
    ]);
  });

/** Every alarm of the platform. */
export const alarmRows = (deployment: Deployment, places: AlarmPlaces): readonly AlarmRow[] => {
  const { platform } = deployment;
  return [
    ...loadBalancerRows(deployment, places),
    ...Object.entries(platform.services).flatMap(([name, service]) => serviceRows(deployment, name, service, places)),
    ...Object.entries(platform.databases).flatMap(([name, database]) => databaseRows(deployment, name, database)),
    ...cacheRows(deployment, platform),
  ];
};
