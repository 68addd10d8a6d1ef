// The dashboard over a platform: alarm states first, then load balancer, services, databases, tables and caches (A12, O10).
import { Aws, CfnOutput, Stack } from 'aws-cdk-lib/core';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmPlaces, AlarmRow } from '../alarms.ts';
import { cacheIdentifier, clusterName, databaseIdentifier, type Deployment, serviceName, tableName } from '../names.ts';
import { arn } from '../platform-stack.ts';

/** One line of a chart: namespace, metric, dimensions, and how to draw it. */
type Line = readonly [string, string, ...(string | Readonly<Record<string, unknown>>)[]];

interface Chart {
  readonly title: string;
  readonly lines: readonly Line[];
}

const flat = (dimensions: Readonly<Record<string, string>>): readonly string[] => Object.entries(dimensions).flat();

const loadBalancerCharts = ({ loadBalancer, targets }: AlarmPlaces): readonly Chart[] => {
  if (loadBalancer === null) return [];
  const own = (metric: string, stat: string): Line => ['AWS/ApplicationELB', metric, 'LoadBalancer', loadBalancer, { stat }];
  const each = (metric: string, stat: string): readonly Line[] =>
    targets.map(({ service, container, group }) => [
      'AWS/ApplicationELB',
      metric,
      'TargetGroup',
      group,
      'LoadBalancer',
      loadBalancer,
      { stat, label: `${service} ${container} ${stat}` },
    ]);
  return [
    { title: 'Load balancer: 5XX', lines: [own('HTTPCode_ELB_5XX_Count', 'Sum'), own('HTTPCode_Target_5XX_Count', 'Sum')] },
    { title: 'Load balancer: requests', lines: [own('RequestCount', 'Sum')] },
    { title: 'Latency p90', lines: each('TargetResponseTime', 'p90') },
    { title: 'Healthy hosts', lines: each('HealthyHostCount', 'Minimum') },
    { title: 'Unhealthy hosts', lines: each('UnHealthyHostCount', 'Maximum') },
  ];
};

const serviceCharts = (deployment: Deployment): readonly Chart[] => {
  const services = Object.entries(deployment.platform.services);
  const each = (namespace: string, metric: string): readonly Line[] =>
    services.map(([name, service]) => [
      namespace,
      metric,
      ...flat({ ClusterName: clusterName(deployment), ServiceName: serviceName(deployment, name, service) }),
      { label: `${name} ${metric}` },
    ]);
  const counted = 'ECS/ContainerInsights';
  return [
    { title: 'Services: CPU', lines: each('AWS/ECS', 'CPUUtilization') },
    { title: 'Services: memory', lines: each('AWS/ECS', 'MemoryUtilization') },
    ...(deployment.platform.cluster.insights === 'off'
      ? []
      : [
          {
            title: 'Services: desired and running tasks',
            lines: [...each(counted, 'DesiredTaskCount'), ...each(counted, 'RunningTaskCount')],
          },
        ]),
  ];
};

const databaseCharts = (deployment: Deployment): readonly Chart[] =>
  Object.entries(deployment.platform.databases).flatMap(([name, database]) => {
    const dimension = database.kind === 'postgres' ? 'DBInstanceIdentifier' : 'DBClusterIdentifier';
    const chart = (title: string, metric: string): Chart => ({
      title: `Database ${name}: ${title}`,
      lines: [['AWS/RDS', metric, dimension, databaseIdentifier(deployment, name, database)]],
    });
    const disk =
      database.kind === 'postgres' ? chart('free storage', 'FreeStorageSpace') : chart('capacity units', 'ServerlessDatabaseCapacity');
    return [chart('CPU', 'CPUUtilization'), disk, chart('freeable memory', 'FreeableMemory'), chart('connections', 'DatabaseConnections')];
  });

const storeCharts = (deployment: Deployment): readonly Chart[] => {
  const tables = Object.entries(deployment.platform.tables).map(([name, table]): Chart => {
    const line = (metric: string): Line => ['AWS/DynamoDB', metric, 'TableName', tableName(deployment, name, table), { stat: 'Sum' }];
    return {
      title: `Table ${name}`,
      lines: [line('ConsumedReadCapacityUnits'), line('ConsumedWriteCapacityUnits'), ['AWS/DynamoDB', 'UserErrors', { stat: 'Sum' }]],
    };
  });
  const caches = Object.entries(deployment.platform.caches).flatMap(([name, cache]): readonly Chart[] => {
    const identifier = cacheIdentifier(deployment, name, cache);
    const node = cache.engine === 'valkey' || cache.tls ? `${identifier}-001` : identifier;
    const chart = (title: string, metric: string): Chart => ({
      title: `Cache ${name}: ${title}`,
      lines: [['AWS/ElastiCache', metric, 'CacheClusterId', node]],
    });
    return [chart('CPU', 'CPUUtilization'), chart('connections', 'CurrConnections'), chart('evictions', 'Evictions')];
  });
  return [...tables, ...caches];
};

const width = 8;
const height = 6;

/** Three charts to a row, under one widget with every alarm's state. */
const widgets = (deployment: Deployment, alarms: readonly AlarmRow[], charts: readonly Chart[]): readonly object[] => [
  {
    type: 'alarm',
    x: 0,
    y: 0,
    width: 24,
    height: 4,
    properties: { title: 'Alarms', alarms: alarms.map((row) => arn('cloudwatch', `alarm:${row.name}`)) },
  },
  ...charts.map(({ title, lines }, index) => ({
    type: 'metric',
    x: (index % 3) * width,
    y: 4 + Math.floor(index / 3) * height,
    width,
    height,
    properties: { title, region: deployment.platform.region, view: 'timeSeries', period: 300, metrics: lines },
  })),
];

/** The dashboard and its address as an output. */
export const dashboard = (scope: Construct, deployment: Deployment, alarms: readonly AlarmRow[], places: AlarmPlaces): void => {
  const charts = [...loadBalancerCharts(places), ...serviceCharts(deployment), ...databaseCharts(deployment), ...storeCharts(deployment)];
  const name = `${Stack.of(scope).stackName}-SystemHealthOverview`;
  new CfnDashboard(scope, 'Dashboard', {
    dashboardName: name,
    dashboardBody: Stack.of(scope).toJsonString({ widgets: widgets(deployment, alarms, charts) }),
  });
  new CfnOutput(scope, 'SystemHealthDashboardUrl', {
    value: `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards:name=${name}`,
  });
};
