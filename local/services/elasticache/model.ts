// Caches as ElastiCache keeps them: a replication group, a single cache cluster or a serverless cache, and their snapshots.
import type { SourceHandle } from '../cloudwatch/cloudwatch.ts';

export type CacheKind = 'replication-group' | 'cluster' | 'serverless';

export interface Cache {
  readonly kind: CacheKind;
  readonly id: string;
  readonly arn: string;
  status: 'creating' | 'available' | 'modifying' | 'snapshotting' | 'deleting';
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly nodes: number;
  readonly description: string;
  readonly port: number;
  readonly address: string;
  readonly clusterMode: boolean;
  readonly transitEncryption: boolean;
  readonly subnetGroup: string | undefined;
  readonly parameterGroup: string | undefined;
  readonly securityGroups: readonly string[];
  readonly restoredFrom: string | undefined;
  readonly createdAt: number;
  tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly metrics: SourceHandle[];
}

export interface CacheSnapshot {
  readonly name: string;
  readonly arn: string;
  readonly of: Cache;
  readonly createdAt: number;
  status: 'creating' | 'available';
}

export interface CacheState {
  readonly caches: Map<string, Cache>;
  readonly snapshots: Map<string, CacheSnapshot>;
  /** Hours billed of caches that exist no more, by id. */
  readonly pastMs: Map<string, number>;
}

/** Names of the nodes as metrics and DescribeCacheClusters know them. */
export const nodeIds = (cache: Cache): readonly string[] =>
  cache.kind === 'cluster' ? [cache.id] : Array.from({ length: cache.nodes }, (_, i) => `${cache.id}-${String(i + 1).padStart(3, '0')}`);
