// The ElastiCache API.
import { AwsError, type Operation, type Permission } from '../../simulated.ts';
import { page } from '../paging.ts';
import type { World } from '../../world.ts';
import type { CacheLifecycle } from './lifecycle.ts';
import { nodeIds, type Cache, type CacheKind, type CacheSnapshot, type CacheState } from './model.ts';

const endpoint = (cache: Cache) => ({ Address: cache.address, Port: cache.port });
const shownStatus = (cache: Cache): string => cache.status;

const groupView = (cache: Cache): object => ({
  ReplicationGroupId: cache.id,
  ARN: cache.arn,
  Description: cache.description,
  Status: shownStatus(cache),
  Engine: cache.engine,
  CacheNodeType: cache.nodeType,
  MemberClusters: nodeIds(cache),
  ClusterEnabled: cache.clusterMode,
  TransitEncryptionEnabled: cache.transitEncryption,
  ReplicationGroupCreateTime: new Date(cache.createdAt),
  ...(cache.status === 'creating'
    ? {}
    : cache.clusterMode
      ? { ConfigurationEndpoint: endpoint(cache) }
      : {
          NodeGroups: [
            {
              NodeGroupId: '0001',
              Status: shownStatus(cache),
              PrimaryEndpoint: endpoint(cache),
              ReaderEndpoint: { Address: cache.address.replace(/^master\./, 'replica.'), Port: cache.port },
              NodeGroupMembers: nodeIds(cache).map((id, i) => ({
                CacheClusterId: id,
                CacheNodeId: '0001',
                CurrentRole: i === 0 ? 'primary' : 'replica',
              })),
            },
          ],
        }),
});

const clusterView = (cache: Cache, id: string, withNodes: boolean): object => ({
  CacheClusterId: id,
  ARN: cache.kind === 'cluster' ? cache.arn : cache.arn.replace(':replicationgroup:', ':cluster:').replace(cache.id, id),
  CacheClusterStatus: shownStatus(cache),
  CacheNodeType: cache.nodeType,
  Engine: cache.engine,
  EngineVersion: cache.engineVersion,
  NumCacheNodes: 1,
  CacheClusterCreateTime: new Date(cache.createdAt),
  ...(cache.subnetGroup === undefined ? {} : { CacheSubnetGroupName: cache.subnetGroup }),
  ...(cache.kind === 'replication-group' ? { ReplicationGroupId: cache.id } : {}),
  SecurityGroups: cache.securityGroups.map((group) => ({ SecurityGroupId: group, Status: 'active' })),
  ...(withNodes && cache.status !== 'creating'
    ? {
        CacheNodes: [
          {
            CacheNodeId: '0001',
            CacheNodeStatus: shownStatus(cache),
            CacheNodeCreateTime: new Date(cache.createdAt),
            Endpoint: endpoint(cache),
          },
        ],
      }
    : {}),
});

const snapshotView = ({ name, arn, of, createdAt, status }: CacheSnapshot): object => ({
  SnapshotName: name,
  ARN: arn,
  SnapshotStatus: status,
  SnapshotSource: 'manual',
  Engine: of.engine,
  EngineVersion: of.engineVersion,
  CacheNodeType: of.nodeType,
  Port: of.port,
  ...(of.kind === 'replication-group'
    ? { ReplicationGroupId: of.id, ReplicationGroupDescription: of.description }
    : { CacheClusterId: of.id }),
  ...(of.subnetGroup === undefined ? {} : { CacheSubnetGroupName: of.subnetGroup }),
  NodeSnapshots: [{ CacheClusterId: nodeIds(of)[0], CacheNodeId: '0001', CacheSize: '11 MB', SnapshotCreateTime: new Date(createdAt) }],
});

const missing: Readonly<Record<CacheKind, readonly [string, string]>> = {
  'replication-group': ['ReplicationGroupNotFoundFault', 'ReplicationGroup'],
  cluster: ['CacheClusterNotFoundFault', 'CacheCluster'],
  serverless: ['ServerlessCacheNotFoundFault', 'ServerlessCache'],
};

/** Throws …NotFoundFault. */
export const cacheNamed = (state: CacheState, kind: CacheKind, id: string): Cache => {
  const cache = state.caches.get(id);
  if (cache === undefined || cache.kind !== kind) throw new AwsError(missing[kind][0], `${missing[kind][1]} ${id} not found.`, 404);
  return cache;
};

const marked = (name: string, list: readonly object[], input: any): object => {
  const { items, nextToken } = page(list, input.MaxRecords ?? 100, input.Marker, 'InvalidParameterValueException');
  return { [name]: items, ...(nextToken === undefined ? {} : { Marker: nextToken }) };
};

const describeClusters = (state: CacheState, input: any): object => {
  const all = [...state.caches.values()]
    .filter((cache) => cache.kind !== 'serverless')
    .flatMap((cache) => nodeIds(cache).map((id) => ({ cache, id })));
  const chosen = input.CacheClusterId === undefined ? all : all.filter(({ id }) => id === input.CacheClusterId);
  if (input.CacheClusterId !== undefined && chosen.length === 0)
    throw new AwsError('CacheClusterNotFoundFault', `CacheCluster not found: ${input.CacheClusterId}`, 404);
  return marked(
    'CacheClusters',
    chosen.map(({ cache, id }) => clusterView(cache, id, input.ShowCacheNodeInfo === true)),
    input,
  );
};

export const cacheOperations = (world: World, state: CacheState, lifecycle: CacheLifecycle): Readonly<Record<string, Operation>> => {
  const arn = (kind: string, id: string | undefined): string => `arn:aws:elasticache:${world.region}:${world.account}:${kind}:${id ?? '*'}`;
  const permission = (action: string, kind: string, id: string | undefined): Permission => ({
    action: `elasticache:${action}`,
    resource: arn(kind, id),
  });
  const alsoUsed = (action: string, input: any): readonly Permission[] => [
    ...(input.SnapshotName === undefined ? [] : [permission(action, 'snapshot', input.SnapshotName)]),
    ...(input.CacheSubnetGroupName === undefined ? [] : [permission(action, 'subnetgroup', input.CacheSubnetGroupName)]),
    ...(input.CacheParameterGroupName === undefined ? [] : [permission(action, 'parametergroup', input.CacheParameterGroupName)]),
    ...(input.FinalSnapshotIdentifier === undefined ? [] : [permission(action, 'snapshot', input.FinalSnapshotIdentifier)]),
  ];
  const group = (action: string, run: (input: any) => Cache): Operation => ({
    needs: (input) => [permission(action, 'replicationgroup', input.ReplicationGroupId), ...alsoUsed(action, input)],
    run: (input) => ({ ReplicationGroup: groupView(run(input)) }),
  });
  const cluster = (action: string, run: (input: any) => Cache): Operation => ({
    needs: (input) => [permission(action, 'cluster', input.CacheClusterId), ...alsoUsed(action, input)],
    run: (input) => {
      const cache = run(input);
      return { CacheCluster: clusterView(cache, cache.id, false) };
    },
  });
  const removed = (kind: CacheKind, id: string, snapshot: string | undefined): Cache => {
    const cache = cacheNamed(state, kind, id);
    lifecycle.remove(cache, snapshot);
    return cache;
  };
  return {
    CreateReplicationGroup: group('CreateReplicationGroup', (input) =>
      lifecycle.create('replication-group', input.ReplicationGroupId, input),
    ),
    DeleteReplicationGroup: group('DeleteReplicationGroup', (input) =>
      removed('replication-group', input.ReplicationGroupId, input.FinalSnapshotIdentifier),
    ),
    CreateCacheCluster: cluster('CreateCacheCluster', (input) => lifecycle.create('cluster', input.CacheClusterId, input)),
    DeleteCacheCluster: cluster('DeleteCacheCluster', (input) => removed('cluster', input.CacheClusterId, input.FinalSnapshotIdentifier)),
    DescribeReplicationGroups: {
      needs: (input) => [permission('DescribeReplicationGroups', 'replicationgroup', input.ReplicationGroupId)],
      run: (input) => {
        const chosen =
          input.ReplicationGroupId === undefined
            ? [...state.caches.values()].filter((cache) => cache.kind === 'replication-group')
            : [cacheNamed(state, 'replication-group', input.ReplicationGroupId)];
        return marked('ReplicationGroups', chosen.map(groupView), input);
      },
    },
    DescribeCacheClusters: {
      needs: (input) => [permission('DescribeCacheClusters', 'cluster', input.CacheClusterId)],
      run: (input) => describeClusters(state, input),
    },
    ...snapshotOperations(state, lifecycle, permission),
    ...tagOperations(state),
  };
};

const snapshotOperations = (
  state: CacheState,
  lifecycle: CacheLifecycle,
  permission: (action: string, kind: string, id: string | undefined) => Permission,
): Readonly<Record<string, Operation>> => ({
  CreateSnapshot: {
    needs: (input) => [
      permission('CreateSnapshot', 'snapshot', input.SnapshotName),
      input.ReplicationGroupId === undefined
        ? permission('CreateSnapshot', 'cluster', input.CacheClusterId)
        : permission('CreateSnapshot', 'replicationgroup', input.ReplicationGroupId),
    ],
    run: (input) => {
      const cache =
        input.ReplicationGroupId === undefined
          ? cacheNamed(state, 'cluster', input.CacheClusterId)
          : cacheNamed(state, 'replication-group', input.ReplicationGroupId);
      return { Snapshot: snapshotView(lifecycle.snapshot(cache, input.SnapshotName)) };
    },
  },
  DescribeSnapshots: {
    needs: (input) => [permission('DescribeSnapshots', 'snapshot', input.SnapshotName)],
    run: (input) => {
      const chosen = [...state.snapshots.values()].filter(
        ({ name, of }) =>
          (input.SnapshotName === undefined || name === input.SnapshotName) &&
          (input.ReplicationGroupId === undefined || of.id === input.ReplicationGroupId) &&
          (input.CacheClusterId === undefined || of.id === input.CacheClusterId),
      );
      if (input.SnapshotName !== undefined && chosen.length === 0)
        throw new AwsError('SnapshotNotFoundFault', `Snapshot ${input.SnapshotName} not found`, 404);
      return marked('Snapshots', chosen.map(snapshotView), input);
    },
  },
  DeleteSnapshot: {
    needs: (input) => [permission('DeleteSnapshot', 'snapshot', input.SnapshotName)],
    run: (input) => {
      const snapshot = state.snapshots.get(input.SnapshotName);
      if (snapshot === undefined) throw new AwsError('SnapshotNotFoundFault', `Snapshot ${input.SnapshotName} not found`, 404);
      state.snapshots.delete(snapshot.name);
      return { Snapshot: { ...snapshotView(snapshot), SnapshotStatus: 'deleting' } };
    },
  },
});

const tagOperations = (state: CacheState): Readonly<Record<string, Operation>> => {
  const on = (action: string, run: (cache: Cache, input: any) => unknown): Operation => ({
    needs: (input) => [{ action: `elasticache:${action}`, resource: input.ResourceName }],
    run: (input) => {
      const cache = [...state.caches.values()].find((one) => one.arn === input.ResourceName);
      if (cache === undefined) throw new AwsError('InvalidARNFault', `${input.ResourceName} is either not present or not available.`);
      return run(cache, input);
    },
  });
  return {
    ListTagsForResource: on('ListTagsForResource', (cache) => ({ TagList: cache.tags })),
    AddTagsToResource: on('AddTagsToResource', (cache, input) => {
      const keys = input.Tags.map((tag: { Key: string }) => tag.Key);
      cache.tags = [...cache.tags.filter((tag) => !keys.includes(tag.Key)), ...input.Tags];
      return { TagList: cache.tags };
    }),
  };
};
