// Databases as RDS keeps them: instances and clusters, with what DescribeDB… answers about them.
import type { Cancel } from '../../clock.ts';
import type { SourceHandle } from '../cloudwatch/cloudwatch.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface Common {
  /** Lower case, as RDS stores identifiers. */
  readonly id: string;
  readonly arn: string;
  readonly resourceId: string;
  readonly createdAt: number;
  readonly engine: string;
  engineVersion: string;
  status: string;
  readonly username: string;
  readonly databaseName: string | undefined;
  readonly port: number;
  readonly address: string;
  readonly subnetGroup: string | undefined;
  securityGroups: readonly string[];
  parameterGroup: string | undefined;
  backupRetentionDays: number;
  /** Minute of the UTC day at which the automated backup begins. */
  readonly backupMinute: number;
  backupAt: number | undefined;
  deletionProtection: boolean;
  readonly encrypted: boolean;
  readonly secretArn: string | undefined;
  tags: readonly Tag[];
  /** When RDS starts it by itself; only while stopped. */
  automaticRestartAt: number | undefined;
  /** Timers that end when the database is deleted or leaves the state they belong to. */
  timer: Cancel | undefined;
  /** What a rehearsal planned for the next start or stop. */
  plan: { startSeconds?: number; stopSeconds?: number; startError?: string };
  /** Since when it is billed by the hour; undefined while it is not. */
  billedSince: number | undefined;
  billedMs: number;
  readonly metrics: SourceHandle[];
  connections: number;
}

export interface Instance extends Common {
  readonly kind: 'instance';
  instanceClass: string;
  storageGiB: number;
  readonly storageType: string;
  multiAz: boolean;
  readonly publiclyAccessible: boolean;
  readonly zone: string;
  /** The Aurora or Multi-AZ cluster it belongs to. */
  readonly clusterId: string | undefined;
  readonly replicaOf: string | undefined;
}

export interface Cluster extends Common {
  readonly kind: 'cluster';
  serverless: { min: number; max: number; pauseSeconds: number } | undefined;
  /** ACUs now; 0 while paused. */
  capacity: number;
  /** `db.…` of a Multi-AZ DB cluster, which can not be stopped. */
  readonly multiAzClass: string | undefined;
  pauseTimer: Cancel | undefined;
}

export type Database = Instance | Cluster;

export interface Snapshot {
  readonly id: string;
  readonly arn: string;
  readonly of: Database;
  readonly createdAt: number;
  readonly type: 'manual' | 'automated';
  status: 'creating' | 'available' | 'deleted';
}

export interface RdsState {
  readonly instances: Map<string, Instance>;
  readonly clusters: Map<string, Cluster>;
  readonly snapshots: Map<string, Snapshot>;
  /** What DescribeEvents answers; newest last. */
  readonly events: {
    readonly at: number;
    readonly id: string;
    readonly message: string;
    readonly database: Database;
    readonly categories: readonly string[];
  }[];
  readonly subnetGroups: Map<string, unknown>;
}

/** States in which a database takes connections. */
const usable = new Set(['available', 'backing-up', 'modifying', 'configuring-enhanced-monitoring', 'storage-optimization']);
export const isUsable = (database: Database): boolean => usable.has(database.status);

export const isAurora = (engine: string): boolean => engine.startsWith('aurora');

/** Members of a cluster. */
export const membersOf = (state: RdsState, cluster: Cluster): readonly Instance[] =>
  [...state.instances.values()].filter((instance) => instance.clusterId === cluster.id);
