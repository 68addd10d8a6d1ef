// The simulated ElastiCache: replication groups, cache clusters and serverless caches that can be deleted into a snapshot and restored.
import type { Made, ResourceType, SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { makeCacheLifecycle, type CacheLifecycle } from './elasticache/lifecycle.ts';
import type { Cache, CacheKind, CacheState } from './elasticache/model.ts';
import { cacheOperations } from './elasticache/operations.ts';

export interface Elasticache extends SimulatedService {
  /** Whether the cache takes connections now. */
  available(id: string): boolean;
  /** Status as Describe… answers it; undefined when there is no such cache. */
  status(id: string): string | undefined;
  /** Makes an available replication group without a template. */
  createReplicationGroup(id: string, properties: Readonly<Record<string, unknown>>): void;
  /** Hours this id has existed so far, and is billed for per node. */
  billedHours(id: string): number;
}

const madeGroup = (cache: Cache): Made => ({
  ref: cache.id,
  attributes: {
    'PrimaryEndPoint.Address': cache.address,
    'PrimaryEndPoint.Port': String(cache.port),
    'ReaderEndPoint.Address': cache.address.replace(/^master\./, 'replica.'),
    'ReaderEndPoint.Port': String(cache.port),
    'ReadEndPoint.Addresses': cache.address,
    'ReadEndPoint.Ports': String(cache.port),
    'ConfigurationEndPoint.Address': cache.address,
    'ConfigurationEndPoint.Port': String(cache.port),
    ReplicationGroupId: cache.id,
  },
});

const madeCluster = (cache: Cache): Made => ({
  ref: cache.id,
  attributes: { 'RedisEndpoint.Address': cache.address, 'RedisEndpoint.Port': String(cache.port), Id: cache.id },
});

const madeServerless = (cache: Cache): Made => ({
  ref: cache.id,
  attributes: { 'Endpoint.Address': cache.address, 'Endpoint.Port': String(cache.port), ARN: cache.arn, Status: cache.status },
});

interface CacheTypeSettings {
  readonly kind: CacheKind;
  readonly nameProperty: string;
  readonly maximumName: number;
  readonly made: (cache: Cache) => Made;
  readonly replaceOn: readonly string[];
}

/** Stacks wait some virtual minutes until a cache is available, and forget one that was deleted outside. */
const cacheType = (world: World, state: CacheState, lifecycle: CacheLifecycle, settings: CacheTypeSettings): ResourceType => ({
  create: async (properties, context) => {
    const cache = lifecycle.create(
      settings.kind,
      String(properties[settings.nameProperty] ?? context.generatedName(settings.maximumName)).toLowerCase(),
      properties,
    );
    await world.clock.sleep(world.random.stream('elasticache').between(180, 240) * 1000);
    lifecycle.ready(cache);
    return settings.made(cache);
  },
  update: (before, properties) => {
    const cache = state.caches.get(before.ref);
    if (cache !== undefined) cache.tags = properties.Tags ?? [];
    return before;
  },
  remove: (before) => {
    const cache = state.caches.get(before.ref);
    if (cache !== undefined && cache.status !== 'deleting') lifecycle.remove(cache, undefined);
  },
  replaceOn: [settings.nameProperty, ...settings.replaceOn],
});

const named = (property: string): ResourceType => ({
  create: (properties, context) => ({ ref: String(properties[property] ?? context.generatedName(255)).toLowerCase(), attributes: {} }),
  update: (before) => before,
  replaceOn: [property],
});

export const makeElasticache = (world: World): Elasticache => {
  const state: CacheState = { caches: new Map(), snapshots: new Map(), pastMs: new Map() };
  const lifecycle = makeCacheLifecycle(world, state);
  const type = (settings: CacheTypeSettings): ResourceType => cacheType(world, state, lifecycle, settings);
  return {
    signingName: 'elasticache',
    operations: cacheOperations(world, state, lifecycle),
    resources: {
      'AWS::ElastiCache::ReplicationGroup': type({
        kind: 'replication-group',
        nameProperty: 'ReplicationGroupId',
        maximumName: 40,
        made: madeGroup,
        replaceOn: ['Engine', 'Port', 'CacheSubnetGroupName', 'SnapshotName', 'TransitEncryptionEnabled', 'AtRestEncryptionEnabled'],
      }),
      'AWS::ElastiCache::CacheCluster': type({
        kind: 'cluster',
        nameProperty: 'ClusterName',
        maximumName: 40,
        made: madeCluster,
        replaceOn: ['Engine', 'Port', 'CacheSubnetGroupName', 'SnapshotName'],
      }),
      'AWS::ElastiCache::ServerlessCache': type({
        kind: 'serverless',
        nameProperty: 'ServerlessCacheName',
        maximumName: 40,
        made: madeServerless,
        replaceOn: ['SubnetIds', 'KmsKeyId'],
      }),
      'AWS::ElastiCache::SubnetGroup': named('CacheSubnetGroupName'),
      'AWS::ElastiCache::ParameterGroup': named('CacheParameterGroupName'),
    },
    available: (id) => ['available', 'snapshotting', 'modifying'].includes(state.caches.get(id)?.status ?? ''),
    status: (id) => state.caches.get(id)?.status,
    createReplicationGroup: (id, properties) => lifecycle.ready(lifecycle.create('replication-group', id, properties)),
    billedHours: (id) => {
      const cache = state.caches.get(id);
      return ((state.pastMs.get(id) ?? 0) + (cache === undefined ? 0 : world.clock.now - cache.createdAt)) / 3_600_000;
    },
    support: {
      does: [
        'Replication groups and cache clusters: create (4–8 min), snapshot, delete with final snapshot, restore under the same name and address (D)',
        'Describe…, snapshots, tags, metrics per node',
        'CloudFormation: AWS::ElastiCache::ReplicationGroup, CacheCluster, ServerlessCache, SubnetGroup, ParameterGroup',
      ],
      doesNot: [
        'Stop or pause (AWS has none)',
        'Failover, scaling, global datastores, users and user groups',
        'Data: a restored cache is only remembered as restored',
      ],
    },
  };
};
