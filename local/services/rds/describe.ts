// Databases and snapshots as the RDS API shows them.
import { membersOf, type Cluster, type Instance, type RdsState, type Snapshot } from './model.ts';

const given = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const present: Record<string, unknown> = {};
  for (const name in fields) if (fields[name] !== undefined) present[name] = fields[name];
  return present;
};

const clock = (minuteOfDay: number): string =>
  `${String(Math.floor(minuteOfDay / 60) % 24).padStart(2, '0')}:${String(minuteOfDay % 60).padStart(2, '0')}`;

const secretOf = (arn: string | undefined) => (arn === undefined ? undefined : { SecretArn: arn, SecretStatus: 'active' });

/** `DBInstance` of DescribeDBInstances. */
export const describeInstance = (state: RdsState, instance: Instance): Readonly<Record<string, unknown>> =>
  given({
    DBInstanceIdentifier: instance.id,
    DBInstanceArn: instance.arn,
    DbiResourceId: instance.resourceId,
    DBInstanceClass: instance.instanceClass,
    DBInstanceStatus: instance.status,
    AutomaticRestartTime: instance.automaticRestartAt === undefined ? undefined : new Date(instance.automaticRestartAt),
    Engine: instance.engine,
    EngineVersion: instance.engineVersion,
    MasterUsername: instance.username,
    DBName: instance.databaseName,
    // AWS answers no endpoint before a database is made.
    Endpoint:
      instance.status === 'creating' ? undefined : { Address: instance.address, Port: instance.port, HostedZoneId: 'Z2R2ITUGPM61AM' },
    AllocatedStorage: instance.storageGiB,
    StorageType: instance.storageType,
    StorageEncrypted: instance.encrypted,
    InstanceCreateTime: instance.status === 'creating' ? undefined : new Date(instance.createdAt),
    MultiAZ: instance.multiAz,
    AvailabilityZone: instance.zone,
    PubliclyAccessible: instance.publiclyAccessible,
    BackupRetentionPeriod: instance.backupRetentionDays,
    PreferredBackupWindow: `${clock(instance.backupMinute)}-${clock(instance.backupMinute + 30)}`,
    LatestRestorableTime: instance.backupAt === undefined ? undefined : new Date(instance.backupAt),
    DeletionProtection: instance.deletionProtection,
    DBClusterIdentifier: instance.clusterId,
    ReadReplicaSourceDBInstanceIdentifier: instance.replicaOf,
    ReadReplicaDBInstanceIdentifiers: [...state.instances.values()]
      .filter((other) => other.replicaOf === instance.id)
      .map((other) => other.id),
    VpcSecurityGroups: instance.securityGroups.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    DBSubnetGroup: instance.subnetGroup === undefined ? undefined : { DBSubnetGroupName: instance.subnetGroup },
    MasterUserSecret: secretOf(instance.secretArn),
    PendingModifiedValues: {},
    TagList: instance.tags,
  });

/** `DBCluster` of DescribeDBClusters. */
export const describeCluster = (state: RdsState, cluster: Cluster): Readonly<Record<string, unknown>> =>
  given({
    DBClusterIdentifier: cluster.id,
    DBClusterArn: cluster.arn,
    DbClusterResourceId: cluster.resourceId,
    Status: cluster.status,
    AutomaticRestartTime: cluster.automaticRestartAt === undefined ? undefined : new Date(cluster.automaticRestartAt),
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    EngineMode: 'provisioned',
    MasterUsername: cluster.username,
    DatabaseName: cluster.databaseName,
    Endpoint: cluster.address,
    ReaderEndpoint: cluster.address.replace('.cluster-', '.cluster-ro-'),
    Port: cluster.port,
    MultiAZ: cluster.multiAzClass !== undefined,
    DBClusterInstanceClass: cluster.multiAzClass,
    ClusterCreateTime: new Date(cluster.createdAt),
    BackupRetentionPeriod: cluster.backupRetentionDays,
    PreferredBackupWindow: `${clock(cluster.backupMinute)}-${clock(cluster.backupMinute + 30)}`,
    DeletionProtection: cluster.deletionProtection,
    StorageEncrypted: cluster.encrypted,
    ServerlessV2ScalingConfiguration:
      cluster.serverless === undefined
        ? undefined
        : {
            MinCapacity: cluster.serverless.min,
            MaxCapacity: cluster.serverless.max,
            SecondsUntilAutoPause: cluster.serverless.pauseSeconds,
          },
    DBClusterMembers: membersOf(state, cluster).map((member, i) => ({
      DBInstanceIdentifier: member.id,
      IsClusterWriter: i === 0,
      DBClusterParameterGroupStatus: 'in-sync',
      PromotionTier: 1,
    })),
    VpcSecurityGroups: cluster.securityGroups.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
    DBSubnetGroup: cluster.subnetGroup,
    MasterUserSecret: secretOf(cluster.secretArn),
    TagList: cluster.tags,
  });

/** `DBSnapshot` or `DBClusterSnapshot`. */
export const describeSnapshot = ({ id, arn, of, status, createdAt, type }: Snapshot): Readonly<Record<string, unknown>> => {
  const common = {
    Engine: of.engine,
    EngineVersion: of.engineVersion,
    SnapshotCreateTime: new Date(createdAt),
    SnapshotType: type,
    Status: status,
    PercentProgress: status === 'available' ? 100 : 0,
  };
  return of.kind === 'instance'
    ? {
        DBSnapshotIdentifier: id,
        DBSnapshotArn: arn,
        DBInstanceIdentifier: of.id,
        AllocatedStorage: of.storageGiB,
        MasterUsername: of.username,
        Port: of.port,
        ...common,
      }
    : { DBClusterSnapshotIdentifier: id, DBClusterSnapshotArn: arn, DBClusterIdentifier: of.id, ...common };
};
