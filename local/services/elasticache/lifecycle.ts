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
  'replication-group': { exists: 'ReplicationGroupAlreadyExistsFault', state: 'InvalidReplicationGroupStateFault', arn: 'replicationgroup' },
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

export const makeCacheLifecycle = (world: World, state: CacheState): CacheLifecycle => {
  const { clock } = world;
  const random = () => world.random.stream('elasticache');

  const enter = (cache: Cache, status: Cache['status']): void => {
    cache.status = status;
    world.trail.add({ kind: 'database', who: cache.id, what: status });
    for (const source of cache.metrics) source.changed();
  };

  const addMetrics = (cache: Cache): void => {
    const values: Readonly<Record<string, number>> = { CPUUtilization: 4, EngineCPUUtilization: 2, CurrConnections: 6, Evictions: 0, DatabaseMemoryUsagePercentage: 11, FreeableMemory: 400_000_000 };
    for (const node of nodeIds(cache)) {
      for (const [name, value] of Object.entries(values)) {
        const sample = (): number | undefined => (cache.status === 'creating' || cache.status === 'deleting' ? undefined : value);
        cache.metrics.push(world.services.cloudwatch.addSource({ namespace: 'AWS/ElastiCache', dimensions: { CacheClusterId: node }, name, sample, until: () => Infinity }));
      }
    }
  };

  const gone = (cache: Cache): void => {
    for (const source of cache.metrics) source.remove();
    state.caches.delete(cache.id);
    state.pastMs.set(cache.id, (state.pastMs.get(cache.id) ?? 0) + clock.now - cache.createdAt);
    world.trail.add({ kind: 'database', who: cache.id, what: 'deleted' });
  };

  const snapshot = (cache: Cache, name: string): CacheSnapshot => {
    if (state.snapshots.has(name)) throw new AwsError('SnapshotAlreadyExistsFault', `Snapshot with specified name already exists: ${name}`);
    if (cache.status !== 'available') throw new AwsError(codes[cache.kind].state, `${cache.id} is not in available state (${cache.status}).`);
    const made: CacheSnapshot = { name, arn: `arn:aws:elasticache:${world.region}:${world.account}:snapshot:${name}`, of: cache, createdAt: clock.now, status: 'creating' };
    state.snapshots.set(name, made);
    enter(cache, 'snapshotting');
    clock.after(random().between(60, 240) * second, () => {
      made.status = 'available';
      if (cache.status === 'snapshotting') enter(cache, 'available');
    }, `snapshot ${name}`);
    return made;
  };

  return {
    snapshot,
    ready: (cache) => {
      if (cache.status === 'creating') enter(cache, 'available');
    },
    create: (kind, id, properties) => {
      if (state.caches.has(id)) throw new AwsError(codes[kind].exists, `${kind === 'cluster' ? 'Cache cluster' : 'Replication group'} ${id} already exists`);
      const source = properties.SnapshotName === undefined ? undefined : state.snapshots.get(properties.SnapshotName);
      if (properties.SnapshotName !== undefined && source?.status !== 'available') throw new AwsError('SnapshotNotFoundFault', `Snapshot not found or not available: ${properties.SnapshotName}`, 404);
      const cache = cacheOf(world, kind, id, properties);
      state.caches.set(id, cache);
      addMetrics(cache);
      enter(cache, 'creating');
      const restoring = source === undefined ? 0 : 60;
      clock.after((random().between(240, 480) + restoring) * second, () => cache.status === 'creating' && enter(cache, 'available'), `create cache ${id}`);
      return cache;
    },
    remove: (cache, finalSnapshot) => {
      if (cache.status !== 'available') throw new AwsError(codes[cache.kind].state, `${cache.id} is not in available state (${cache.status}).`);
      if (finalSnapshot !== undefined) snapshot(cache, finalSnapshot);
      const wait = finalSnapshot === undefined ? 0 : 240;
      enter(cache, 'deleting');
      clock.after((random().between(120, 360) + wait) * second, () => gone(cache), `delete cache ${cache.id}`);
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
