// Creating, snapshotting and deleting caches: there is no stop, only delete with a final snapshot and restore (aws-facts D).
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { nodeIds, type Cache, type CacheKind, type CacheSnapshot, type CacheState } from './model.ts';

const second = 1000;

export interface CacheLifecycle {
  /** Begins creation; the cache is available minutes later. Throws …AlreadyExistsFault, SnapshotNotFoundFault. */
  create(kind: CacheKind, id: string, properties: any): Cache;
  /** The cache is available now (for stacks, which wait). */
  ready(cache: Cache): void;
  /** Begins deletion, after a final snapshot when one is named. Cannot be cancelled. */
  remove(cache: Cache, finalSnapshot: string | undefined): void;
  snapshot(cache: Cache, name: string): CacheSnapshot;
}

const codes: Readonly<Record<CacheKind, { readonly exists: string; readonly state: string; readonly arn: string }>> = {
  'replication-group': {
    exists: 'ReplicationGroupAlreadyExistsFault',
    state: 'InvalidReplicationGroupStateFault',
    arn: 'replicationgroup',
  },
  cluster: { exists: 'CacheClusterAlreadyExistsFault', state: 'InvalidCacheClusterStateFault', arn: 'cluster' },
  serverless: { exists: 'ServerlessCacheAlreadyExistsFault', state: 'InvalidServerlessCacheStateFault', arn: 'serverlesscache' },
};

/** Region as cache host names spell it: `apse2`, `use1`. */
const shortRegion = (region: string): string => {
  const [area = '', direction = '', number = ''] = region.split('-');
  const compass = direction.replace('north', 'n').replace('south', 's').replace('east', 'e').replace('west', 'w').replace('central', 'c');
  return `${area}${compass}${number}`;
};

/** The same name gets the same address again, which is what lets a cache be deleted and restored behind its users. */
const addressOf = (world: World, kind: CacheKind, id: string, clusterMode: boolean): string => {
  const account = `${world.account.slice(0, 6)}x`.replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!);
  const tail = `${account}.${shortRegion(world.region)}.cache.amazonaws.com`;
  if (kind === 'serverless') return `${id}-${account}.serverless.${shortRegion(world.region)}.cache.amazonaws.com`;
  if (kind === 'cluster') return `${id}.${account}.0001.${shortRegion(world.region)}.cache.amazonaws.com`;
  return clusterMode ? `clustercfg.${id}.${tail}` : `master.${id}.${tail}`;
};

const usual: Readonly<Record<string, number>> = {
  CPUUtilization: 4,
  EngineCPUUtilization: 2,
  CurrConnections: 6,
  Evictions: 0,
  DatabaseMemoryUsagePercentage: 11,
  FreeableMemory: 400_000_000,
};

/** A quiet cache's metrics per node; none while it is being made or deleted. */
const addMetrics = (world: World, cache: Cache): void => {
  for (const node of nodeIds(cache)) {
    for (const [name, value] of Object.entries(usual)) {
      const sample = (): number | undefined => (cache.status === 'creating' || cache.status === 'deleting' ? undefined : value);
      const metric = { namespace: 'AWS/ElastiCache', dimensions: { CacheClusterId: node }, name };
      cache.metrics.push(world.services.cloudwatch.addSource({ ...metric, sample, until: () => Infinity }));
    }
  }
};

interface Parts {
  readonly world: World;
  readonly state: CacheState;
}

const enter = (world: World, cache: Cache, status: Cache['status']): void => {
  cache.status = status;
  world.trail.add({ kind: 'database', who: cache.id, what: status });
  for (const source of cache.metrics) source.changed();
};

const gone = ({ world, state }: Parts, cache: Cache): void => {
  for (const source of cache.metrics) source.remove();
  state.caches.delete(cache.id);
  state.pastMs.set(cache.id, (state.pastMs.get(cache.id) ?? 0) + world.clock.now - cache.createdAt);
  world.trail.add({ kind: 'database', who: cache.id, what: 'deleted' });
};

const seconds = (world: World, least: number, most: number): number => world.random.stream('elasticache').between(least, most) * second;

const refuseUnlessAvailable = (cache: Cache): void => {
  if (cache.status !== 'available') throw new AwsError(codes[cache.kind].state, `${cache.id} is not in available state (${cache.status}).`);
};

const takeSnapshot = ({ world, state }: Parts, cache: Cache, name: string): CacheSnapshot => {
  if (state.snapshots.has(name)) throw new AwsError('SnapshotAlreadyExistsFault', `Snapshot with specified name already exists: ${name}`);
  refuseUnlessAvailable(cache);
  const arn = `arn:aws:elasticache:${world.region}:${world.account}:snapshot:${name}`;
  const made: CacheSnapshot = { name, arn, of: cache, createdAt: world.clock.now, status: 'creating' };
  state.snapshots.set(name, made);
  enter(world, cache, 'snapshotting');
  const finish = (): void => {
    made.status = 'available';
    if (cache.status === 'snapshotting') enter(world, cache, 'available');
  };
  world.clock.after(seconds(world, 60, 240), finish, `snapshot ${name}`);
  return made;
};

const create = ({ world, state }: Parts, kind: CacheKind, id: string, properties: any): Cache => {
  if (state.caches.has(id)) throw new AwsError(codes[kind].exists, `${id} already exists`);
  const source = properties.SnapshotName === undefined ? undefined : state.snapshots.get(properties.SnapshotName);
  if (properties.SnapshotName !== undefined && source?.status !== 'available') {
    throw new AwsError('SnapshotNotFoundFault', `Snapshot not found or not available: ${properties.SnapshotName}`, 404);
  }
  const cache = cacheOf(world, kind, id, properties);
  state.caches.set(id, cache);
  addMetrics(world, cache);
  enter(world, cache, 'creating');
  const finish = (): void => {
    if (cache.status === 'creating') enter(world, cache, 'available');
  };
  world.clock.after(seconds(world, 240, 480) + (source === undefined ? 0 : 60 * second), finish, `create cache ${id}`);
  return cache;
};

const remove = (parts: Parts, cache: Cache, finalSnapshot: string | undefined): void => {
  const { world } = parts;
  refuseUnlessAvailable(cache);
  if (finalSnapshot !== undefined) takeSnapshot(parts, cache, finalSnapshot);
  enter(world, cache, 'deleting');
  const wait = seconds(world, 120, 360) + (finalSnapshot === undefined ? 0 : 240 * second);
  world.clock.after(wait, () => gone(parts, cache), `delete cache ${cache.id}`);
};

export const makeCacheLifecycle = (world: World, state: CacheState): CacheLifecycle => {
  const parts: Parts = { world, state };
  return {
    snapshot: (cache, name) => takeSnapshot(parts, cache, name),
    create: (kind, id, properties) => create(parts, kind, id, properties),
    remove: (cache, finalSnapshot) => remove(parts, cache, finalSnapshot),
    ready: (cache) => {
      if (cache.status === 'creating') enter(world, cache, 'available');
    },
  };
};

const cacheOf = (world: World, kind: CacheKind, id: string, properties: any): Cache => {
  const clusterMode = Number(properties.NumNodeGroups ?? 1) > 1;
  return {
    kind,
    id,
    arn: `arn:aws:elasticache:${world.region}:${world.account}:${codes[kind].arn}:${id}`,
    status: 'creating',
    engine: properties.Engine ?? 'redis',
    engineVersion: String(properties.EngineVersion ?? properties.MajorEngineVersion ?? '7.1'),
    nodeType: properties.CacheNodeType ?? (kind === 'serverless' ? 'serverless' : 'cache.t3.micro'),
    nodes: Number(properties.NumCacheClusters ?? properties.NumCacheNodes ?? 1),
    description: properties.ReplicationGroupDescription ?? properties.Description ?? '',
    port: Number(properties.Port ?? 6379),
    address: addressOf(world, kind, id, clusterMode),
    clusterMode,
    transitEncryption: properties.TransitEncryptionEnabled === true || kind === 'serverless',
    subnetGroup: properties.CacheSubnetGroupName,
    parameterGroup: properties.CacheParameterGroupName,
    securityGroups: properties.SecurityGroupIds ?? properties.VpcSecurityGroupIds ?? [],
    restoredFrom: properties.SnapshotName,
    createdAt: world.clock.now,
    tags: properties.Tags ?? [],
    metrics: [],
  };
};
