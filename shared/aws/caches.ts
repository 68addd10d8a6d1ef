// Caches on ElastiCache, which has no stop: deleted with a final snapshot at night and made again from it under the same name (aws-facts D).
import {
  CreateCacheClusterCommand,
  CreateReplicationGroupCommand,
  DeleteCacheClusterCommand,
  DeleteReplicationGroupCommand,
  DeleteSnapshotCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  type CacheCluster,
  type CreateCacheClusterCommandInput,
  type CreateReplicationGroupCommandInput,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import type { CacheRecipe, Caches } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

type Found =
  { readonly kind: 'cluster'; readonly cluster: CacheCluster } | { readonly kind: 'group'; readonly group: ReplicationGroup } | null;

const MISSING: ReadonlySet<string> = new Set([
  'CacheClusterNotFound',
  'CacheClusterNotFoundFault',
  'ReplicationGroupNotFoundFault',
  'SnapshotNotFoundFault',
]);

export const caches = (host: ClientHost): Caches => {
  const elastiCache = client(ElastiCacheClient, host);
  return {
    statuses: (identifiers) => Promise.all(identifiers.map(async (identifier) => statusOf(await find(elastiCache, identifier)))),
    recipe: async (identifier) => recipeOf(elastiCache, identifier, await find(elastiCache, identifier)),
    hibernate: async (identifier, snapshot) => hibernate(elastiCache, identifier, snapshot, await find(elastiCache, identifier)),
    saved: (snapshot) => saved(elastiCache, snapshot),
    restore: (recipe, snapshot) => restore(elastiCache, recipe, snapshot),
    forget: async (snapshot) => {
      await unlessMissing(() =>
        attempt('elasticache:DeleteSnapshot', snapshot, () => elastiCache.send(new DeleteSnapshotCommand({ SnapshotName: snapshot }))),
      );
    },
  };
};

/** Null when there is no such thing; a status here, not an error. */
const unlessMissing = async <T>(call: () => Promise<T>): Promise<T | null> => {
  try {
    return await call();
  } catch (error) {
    if (MISSING.has(nameOf(error))) return null;
    throw error;
  }
};

const find = async (elastiCache: ElastiCacheClient, identifier: string): Promise<Found> => {
  const clusters = await unlessMissing(() =>
    attempt('elasticache:DescribeCacheClusters', identifier, () =>
      elastiCache.send(new DescribeCacheClustersCommand({ CacheClusterId: identifier, ShowCacheNodeInfo: true })),
    ),
  );
  const cluster = clusters?.CacheClusters?.[0];
  if (cluster !== undefined) return { kind: 'cluster', cluster };
  const groups = await unlessMissing(() =>
    attempt('elasticache:DescribeReplicationGroups', identifier, () =>
      elastiCache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: identifier })),
    ),
  );
  const group = groups?.ReplicationGroups?.[0];
  return group === undefined ? null : { kind: 'group', group };
};

const statusOf = (found: Found): string => {
  if (found === null) return 'missing';
  return (found.kind === 'cluster' ? found.cluster.CacheClusterStatus : found.group.Status) ?? 'unknown';
};

const recipeOf = async (elastiCache: ElastiCacheClient, identifier: string, found: Found): Promise<CacheRecipe> => {
  if (found === null) throw Object.assign(new Error(`cache ${identifier} does not exist`), { name: 'CacheMissing' });
  const Tags = await tagsOf(elastiCache, (found.kind === 'cluster' ? found.cluster.ARN : found.group.ARN) ?? '');
  if (found.kind === 'cluster')
    return {
      kind: 'cluster',
      input: { CacheClusterId: identifier, NumCacheNodes: 1, Port: portOf(found.cluster), ...common(found.cluster), Tags },
    };
  const { group } = found;
  if (group.AuthTokenEnabled === true) throw unrepeatable(identifier, 'an auth token, which AWS never shows');
  if (group.ClusterEnabled === true) throw unrepeatable(identifier, 'shards, which no recipe here describes');
  const member = await find(elastiCache, group.MemberClusters?.[0] ?? '');
  return {
    kind: 'group',
    input: { ...groupInput(identifier, group), ...(member?.kind === 'cluster' ? common(member.cluster) : {}), Tags },
  };
};

const unrepeatable = (identifier: string, what: string): Error =>
  Object.assign(new Error(`${identifier} has ${what}: it cannot be made again`), { name: 'CacheUnrepeatable' });

/** Tags of its owner; those of AWS itself nobody may set. */
const tagsOf = async (
  elastiCache: ElastiCacheClient,
  arn: string,
): Promise<readonly { readonly Key: string; readonly Value: string }[]> => {
  const { TagList } = await attempt('elasticache:ListTagsForResource', arn, () =>
    elastiCache.send(new ListTagsForResourceCommand({ ResourceName: arn })),
  );
  return (TagList ?? []).flatMap(({ Key, Value }) => (Key === undefined || Key.startsWith('aws:') ? [] : [{ Key, Value: Value ?? '' }]));
};

const groupInput = (identifier: string, group: ReplicationGroup): Partial<CreateReplicationGroupCommandInput> => ({
  ReplicationGroupId: identifier,
  ReplicationGroupDescription: group.Description ?? identifier,
  NumCacheClusters: group.MemberClusters?.length ?? 1,
  AutomaticFailoverEnabled: group.AutomaticFailover === 'enabled',
  MultiAZEnabled: group.MultiAZ === 'enabled',
  ...(group.TransitEncryptionEnabled === undefined ? {} : { TransitEncryptionEnabled: group.TransitEncryptionEnabled }),
  ...(group.AtRestEncryptionEnabled === undefined ? {} : { AtRestEncryptionEnabled: group.AtRestEncryptionEnabled }),
  ...(group.KmsKeyId === undefined ? {} : { KmsKeyId: group.KmsKeyId }),
  ...portOfGroup(group),
});

const portOf = (cluster: CacheCluster): number | undefined =>
  cluster.CacheNodes?.[0]?.Endpoint?.Port ?? cluster.ConfigurationEndpoint?.Port;

const portOfGroup = (group: ReplicationGroup): { readonly Port?: number } => {
  const port = group.NodeGroups?.[0]?.PrimaryEndpoint?.Port ?? group.ConfigurationEndpoint?.Port;
  return port === undefined ? {} : { Port: port };
};

/** What clusters and groups are made from alike; AWS shows `7.1.0` and takes `7.1`. */
const common = (cluster: CacheCluster): Partial<CreateCacheClusterCommandInput & CreateReplicationGroupCommandInput> => ({
  ...(cluster.Engine === undefined ? {} : { Engine: cluster.Engine }),
  ...(cluster.EngineVersion === undefined ? {} : { EngineVersion: cluster.EngineVersion.replace(/^(\d+\.\d+)\.\d+$/, '$1') }),
  ...(cluster.CacheNodeType === undefined ? {} : { CacheNodeType: cluster.CacheNodeType }),
  ...(cluster.CacheSubnetGroupName === undefined ? {} : { CacheSubnetGroupName: cluster.CacheSubnetGroupName }),
  ...(cluster.CacheParameterGroup?.CacheParameterGroupName === undefined
    ? {}
    : { CacheParameterGroupName: cluster.CacheParameterGroup.CacheParameterGroupName }),
  ...(cluster.PreferredMaintenanceWindow === undefined ? {} : { PreferredMaintenanceWindow: cluster.PreferredMaintenanceWindow }),
  ...(cluster.SnapshotRetentionLimit === undefined ? {} : { SnapshotRetentionLimit: cluster.SnapshotRetentionLimit }),
  ...(cluster.AutoMinorVersionUpgrade === undefined ? {} : { AutoMinorVersionUpgrade: cluster.AutoMinorVersionUpgrade }),
  SecurityGroupIds: (cluster.SecurityGroups ?? []).flatMap(({ SecurityGroupId }) => SecurityGroupId ?? []),
});

const hibernate = async (
  elastiCache: ElastiCacheClient,
  identifier: string,
  FinalSnapshotIdentifier: string,
  found: Found,
): Promise<void> => {
  if (found === null || statusOf(found) === 'deleting') return;
  if (found.kind === 'cluster') {
    const command = new DeleteCacheClusterCommand({ CacheClusterId: identifier, FinalSnapshotIdentifier });
    await attempt('elasticache:DeleteCacheCluster', identifier, () => elastiCache.send(command));
  } else {
    const command = new DeleteReplicationGroupCommand({
      ReplicationGroupId: identifier,
      RetainPrimaryCluster: false,
      FinalSnapshotIdentifier,
    });
    await attempt('elasticache:DeleteReplicationGroup', identifier, () => elastiCache.send(command));
  }
};

const saved = async (elastiCache: ElastiCacheClient, SnapshotName: string): Promise<boolean> => {
  const answer = await unlessMissing(() =>
    attempt('elasticache:DescribeSnapshots', SnapshotName, () => elastiCache.send(new DescribeSnapshotsCommand({ SnapshotName }))),
  );
  return answer?.Snapshots?.[0]?.SnapshotStatus === 'available';
};

const restore = async (elastiCache: ElastiCacheClient, { kind, input }: CacheRecipe, SnapshotName: string): Promise<void> => {
  if (kind === 'cluster') {
    const command = new CreateCacheClusterCommand({ ...(input as unknown as CreateCacheClusterCommandInput), SnapshotName });
    await attempt('elasticache:CreateCacheCluster', String(input['CacheClusterId']), () => elastiCache.send(command));
  } else {
    const command = new CreateReplicationGroupCommand({ ...(input as unknown as CreateReplicationGroupCommandInput), SnapshotName });
    await attempt('elasticache:CreateReplicationGroup', String(input['ReplicationGroupId']), () => elastiCache.send(command));
  }
};
