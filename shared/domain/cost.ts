// What a platform costs per month: all the time, with its hours, and the difference; from sizes and counts, never from use (W12, S14).
import type { Manifest, ManifestService } from './manifest.ts';
import { costParts, type CostPart, type Estimate } from './cost-parts.ts';
import { edges, scheduledState } from './hours-decisions.ts';
import { HOURS_PER_MONTH, priceOf } from './prices.ts';
import { onDemandAmong } from './spot-share.ts';

/** What the templates hold beyond the manifest: how many of each thing that is billed by being there. */
export interface Counted {
  readonly zones: number;
  readonly loadBalancers: number;
  readonly natGateways: number;
  /** Interface endpoints, counted once per zone. */
  readonly endpoints: number;
  readonly tasksHavePublicIp: boolean;
  readonly secrets: number;
  readonly alarms: number;
  readonly dashboards: number;
  /** Web ACLs and the rules in them, billed by being there. */
  readonly firewalls: number;
  readonly firewallRules: number;
  /** Things billed only by use: named, not priced. */
  readonly byUse: readonly string[];
}

export interface CostRow {
  readonly part: CostPart;
  readonly what: string;
  /** USD a month when it runs all the time; null when a price is unknown in the platform's region. */
  readonly always: number | null;
  /** USD a month with the platform's hours. */
  readonly withHours: number | null;
  /** For orientation, what it costs in us-east-1 where the price is unknown here; null when it is known, or unknown there as well. */
  readonly elsewhere: Month | null;
  /** Why there is no figure. */
  readonly note: string;
}

export interface Month {
  readonly always: number;
  readonly withHours: number;
}

/** The region with the most known prices. */
export const REGION_FOR_ORIENTATION = 'us-east-1';

interface Part {
  readonly item: string;
  readonly quantity: number;
}

/** Share of a year the platform is at work, 1 without hours. */
export const shareAtWork = (manifest: Manifest): number => {
  if (manifest.hours === null) return 1;
  const from = '2027-01-01T00:00:00.000Z';
  const ahead = edges(manifest.hours, from, 364);
  let worked = 0;
  let begun = scheduledState(manifest.hours, from) === 'at-work' ? Date.parse(from) : null;
  for (const { at, to } of ahead) {
    if (to === 'at-work') begun = Date.parse(at);
    else if (begun !== null) {
      worked += Date.parse(at) - begun;
      begun = null;
    }
  }
  const end = Date.parse(from) + 364 * 86_400_000;
  return (worked + (begun === null ? 0 : end - begun)) / (364 * 86_400_000);
};

const sumOf = (parts: readonly Part[], region: string): number | null =>
  parts.reduce<number | null>((sum, { item, quantity }) => {
    const price = priceOf(item, region);
    return sum === null || price === null ? null : sum + quantity * price.usd;
  }, 0);

/** `share` of the time it is there with the platform's hours. */
const row = (part: CostPart, what: string, parts: readonly Part[], region: string, share: number): CostRow => {
  const usd = sumOf(parts, region);
  if (usd !== null) return { part, what, always: usd, withHours: usd * share, elsewhere: null, note: '' };
  const unknown = parts.filter(({ item }) => priceOf(item, region) === null).map(({ item }) => item);
  const there = sumOf(parts, REGION_FOR_ORIENTATION);
  const words = there === null ? '' : ` (${there.toFixed(2)} in ${REGION_FOR_ORIENTATION})`;
  const elsewhere = there === null ? null : { always: there, withHours: there * share };
  return { part, what, always: null, withHours: null, elsewhere, note: `price unknown: ${unknown.join(', ')}${words}` };
};

const taskParts = ({ size }: ManifestService, tasks: number, publicIp: boolean): readonly Part[] => {
  const onDemand = onDemandAmong(size, tasks);
  const at = (kind: string, count: number): readonly Part[] => [
    { item: `${kind}.vcpu`, quantity: count * (size.cpu / 1024) * HOURS_PER_MONTH },
    { item: `${kind}.memory`, quantity: count * (size.memory / 1024) * HOURS_PER_MONTH },
  ];
  return [
    ...(onDemand > 0 ? at(`fargate.${size.architecture}`, onDemand) : []),
    ...(tasks > onDemand ? at(`fargate.${size.architecture}.spot`, tasks - onDemand) : []),
    ...(publicIp ? [{ item: 'ipv4.hour', quantity: tasks * HOURS_PER_MONTH }] : []),
  ];
};

const serviceRow = (service: ManifestService, region: string, share: number, publicIp: boolean): CostRow => {
  const tasks = service.count.scaling ? service.count.min : service.count.desired;
  const off = service.offHours.kind === 'zero' ? 0 : service.offHours.kind === 'reduce' ? Math.min(1, service.offHours.min / Math.max(1, tasks)) : 1;
  return row('compute', `Fargate ${service.name}, ${tasks} x ${service.size.cpu / 1024} vCPU / ${service.size.memory / 1024} GB`, taskParts(service, tasks, publicIp), region, share + (1 - share) * off);
};

const databaseRows = ({ databases, region }: Manifest, share: number): readonly CostRow[] =>
  databases.flatMap((database) => {
    if (database.kind === 'aurora-serverless') return [{ part: 'database' as const, what: `Aurora Serverless ${database.identifier}`, always: null, withHours: null, elsewhere: null, note: 'by use: 0.12 USD per ACU-hour, pauses at 0' }];
    const copies = database.multiAz ? 2 : 1;
    const hours = copies * HOURS_PER_MONTH;
    return [
      row('database', `RDS ${database.instanceClass}${database.multiAz ? ' Multi-AZ' : ''}`, [{ item: `rds.${database.instanceClass}`, quantity: hours }], region, database.offHours === 'stop' ? share : 1),
      row('database', `RDS storage ${database.storageGiB} GB`, [{ item: 'rds.storage', quantity: copies * database.storageGiB }], region, 1),
    ];
  });

/** Every row of a platform's month; things billed only by use stand at the end without a figure. */
export const monthlyCost = (manifest: Manifest, counted: Counted): readonly CostRow[] => {
  const { region } = manifest;
  const share = shareAtWork(manifest);
  const always = (part: CostPart, what: string, count: number, parts: readonly Part[]): readonly CostRow[] => (count === 0 ? [] : [row(part, what, parts, region, 1)]);
  const { zones, loadBalancers, natGateways, endpoints, secrets, alarms, dashboards, firewalls, firewallRules } = counted;
  return [
    ...manifest.services.map((service) => serviceRow(service, region, share, counted.tasksHavePublicIp)),
    ...databaseRows(manifest, share),
    ...manifest.caches.map((cache) => row('cache', `ElastiCache ${cache.engine} ${cache.nodeType}`, [{ item: `cache.${cache.engine}.${cache.nodeType}`, quantity: HOURS_PER_MONTH }], region, cache.offHours === 'hibernate' ? share : 1)),
    ...always('load balancer', 'Load balancer without traffic', loadBalancers, [
      { item: 'alb.hour', quantity: loadBalancers * HOURS_PER_MONTH },
      { item: 'ipv4.hour', quantity: loadBalancers * zones * HOURS_PER_MONTH },
    ]),
    ...always('network', `NAT gateway x ${natGateways} without traffic`, natGateways, [
      { item: 'nat.hour', quantity: natGateways * HOURS_PER_MONTH },
      { item: 'ipv4.hour', quantity: natGateways * HOURS_PER_MONTH },
    ]),
    ...always('network', `Interface endpoints x ${endpoints} (per zone)`, endpoints, [{ item: 'endpoint.hour', quantity: endpoints * HOURS_PER_MONTH }]),
    ...always('network', `Firewall (WAF) x ${firewalls} with ${firewallRules} rules`, firewalls, [
      { item: 'waf.acl', quantity: firewalls },
      { item: 'waf.rule', quantity: firewallRules },
    ]),
    ...always('secrets', `Secrets x ${secrets}`, secrets, [{ item: 'secret.month', quantity: secrets }]),
    ...always('watching', `Alarms x ${alarms}`, alarms, [{ item: 'alarm.month', quantity: alarms }]),
    ...always('watching', `Dashboards x ${dashboards}`, dashboards, [{ item: 'dashboard.month', quantity: dashboards }]),
    ...counted.byUse.map((what) => ({ part: 'by use' as const, what, always: null, withHours: null, elsewhere: null, note: 'by use' })),
  ];
};

export interface Difference {
  readonly part: CostPart;
  readonly theirs: number;
  readonly ours: number;
  /** Why the two differ, in words. */
  readonly why: string;
}

/** What each part's price here holds that people leave out of their estimates. */
const reasons = ({ tasksHavePublicIp }: Pick<Counted, 'tasksHavePublicIp'>): Readonly<Record<CostPart, string>> => ({
  compute: tasksHavePublicIp
    ? 'the public IPv4 address of each task (3.65) is in ours, and the list price per vCPU and GB at all hours'
    : 'the list price per vCPU and GB at all hours is in ours',
  database: 'storage is in ours; a free tier is not',
  cache: 'list price of the node',
  'load balancer': 'the public IPv4 addresses of the load balancer, one per zone (3.65 each), are in ours; traffic is not',
  network: 'the public IPv4 address of the NAT gateway (3.65) is in ours; traffic is not',
  watching: 'alarms (0.10 each) and the dashboard (3.00) are in ours; log volume is not',
  secrets: '0.40 per secret',
  'by use': 'traffic, requests, log volume and users: nobody can tell from a template',
});

const whyOf = (part: CostPart, rows: readonly CostRow[], counted: Pick<Counted, 'tasksHavePublicIp'>): string => {
  const unknown = rows.some((row) => row.part === part && row.elsewhere !== null);
  return `${reasons(counted)[part]}${unknown ? `; price unknown here, ours is ${REGION_FOR_ORIENTATION}'s` : ''}`;
};

/** A team's own estimate held against ours, part by part; parts within a dollar are left out. */
export const differences = (estimate: Estimate, rows: readonly CostRow[], counted: Pick<Counted, 'tasksHavePublicIp'>): readonly Difference[] =>
  costParts
    .map((part) => ({ part, theirs: estimate.parts[part] ?? 0, ours: rows.filter((row) => row.part === part).reduce((sum, row) => sum + (row.always ?? row.elsewhere?.always ?? 0), 0), why: whyOf(part, rows, counted) }))
    .filter(({ theirs, ours }) => Math.abs(theirs - ours) >= 1);
