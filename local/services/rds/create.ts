// Making databases from the properties of CloudFormation (the same words as the API's), with their metrics and master secret.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { isUsable, type Cluster, type Database, type Instance, type RdsState } from './model.ts';

const ports: Readonly<Record<string, number>> = {
  postgres: 5432,
  mysql: 3306,
  mariadb: 3306,
  'aurora-postgresql': 5432,
  'aurora-mysql': 3306,
  'sqlserver-ex': 1433,
  'sqlserver-se': 1433,
  'oracle-se2': 1521,
};
const gibibyte = 1024 ** 3;

/** Memory in GiB by the class's size word; small classes have what AWS gives them. */
const memoryGiB: Readonly<Record<string, number>> = { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, '2xlarge': 32 };

const portOf = (engine: string, given: unknown): number => Number(given ?? ports[engine] ?? 5432);

/** `07:30-08:00` as the minute of the day it begins; a seeded one when absent. */
const backupMinute = (world: World, id: string, window: string | undefined): number => {
  const match = /^(\d\d):(\d\d)-/.exec(window ?? '');
  if (match !== null) return Number(match[1]) * 60 + Number(match[2]);
  return world.random.stream(`rds.window.${id}`).between(0, 1439);
};

const common = (world: World, kind: 'db' | 'cluster', id: string, properties: any) => {
  const random = world.random.stream('rds.names');
  const resourceId = `${kind}-${random.hex(26).toUpperCase()}`;
  const suffix = `${kind === 'cluster' ? 'cluster-' : ''}${world.random.stream('rds.account').hex(12)}`;
  const username = properties.MasterUsername ?? 'postgres';
  const secretArn =
    properties.ManageMasterUserPassword === true
      ? world.services.secrets.createManaged(`rds!${kind}-${random.uuid()}`, username)
      : undefined;
  return {
    id,
    arn: `arn:aws:rds:${world.region}:${world.account}:${kind}:${id}`,
    resourceId,
    createdAt: world.clock.now,
    engine: properties.Engine,
    engineVersion: String(properties.EngineVersion ?? ''),
    status: 'creating',
    username,
    databaseName: properties.DBName ?? properties.DatabaseName,
    port: portOf(properties.Engine, properties.Port),
    address: `${id}.${suffix}.${world.region}.rds.amazonaws.com`,
    subnetGroup: properties.DBSubnetGroupName?.toLowerCase(),
    securityGroups: properties.VPCSecurityGroups ?? properties.VpcSecurityGroupIds ?? [],
    parameterGroup: properties.DBParameterGroupName ?? properties.DBClusterParameterGroupName,
    backupRetentionDays: Number(properties.BackupRetentionPeriod ?? 1),
    backupMinute: backupMinute(world, id, properties.PreferredBackupWindow),
    backupAt: undefined,
    deletionProtection: properties.DeletionProtection === true,
    encrypted: properties.StorageEncrypted === true,
    secretArn,
    tags: properties.Tags ?? [],
    automaticRestartAt: undefined,
    timer: undefined,
    plan: {},
    billedSince: undefined,
    billedMs: 0,
    metrics: [],
    connections: 0,
  };
};

/** A replica takes engine, storage and names from its source. Throws DBInstanceNotFoundFault when there is none. */
const inherited = (state: RdsState, properties: any): any => {
  if (properties.SourceDBInstanceIdentifier === undefined) return properties;
  const name = properties.SourceDBInstanceIdentifier.split(':').at(-1).toLowerCase();
  const source = state.instances.get(name);
  if (source === undefined) throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${name} not found.`, 404);
  const { engine, engineVersion, storageGiB, username, databaseName, port } = source;
  const taken = { Engine: engine, EngineVersion: engineVersion, AllocatedStorage: storageGiB, MasterUsername: username, DBName: databaseName, Port: port };
  return { ...taken, ...properties };
};

/** Adds an instance in state `creating`. Throws DBInstanceAlreadyExistsFault. */
export const addInstance = (world: World, state: RdsState, name: string, properties: any): Instance => {
  const id = name.toLowerCase();
  if (state.instances.has(id)) throw new AwsError('DBInstanceAlreadyExistsFault', `DB instance already exists: ${id}`);
  const cluster =
    properties.DBClusterIdentifier === undefined ? undefined : state.clusters.get(properties.DBClusterIdentifier.toLowerCase());
  if (properties.DBClusterIdentifier !== undefined && cluster === undefined)
    throw new AwsError('DBClusterNotFoundFault', `DBCluster ${properties.DBClusterIdentifier} not found.`, 404);
  const instance: Instance = {
    ...common(world, 'db', id, {
      ...inherited(state, properties),
      MasterUsername: properties.MasterUsername ?? cluster?.username,
      Port: properties.Port ?? cluster?.port,
    }),
    kind: 'instance',
    instanceClass: properties.DBInstanceClass,
    storageGiB: Number(inherited(state, properties).AllocatedStorage ?? 0),
    storageType: properties.StorageType ?? 'gp2',
    multiAz: properties.MultiAZ === true,
    publiclyAccessible: properties.PubliclyAccessible === true,
    zone: properties.AvailabilityZone ?? `${world.region}${world.random.stream('rds.zones').pick(['a', 'b'])}`,
    clusterId: cluster?.id,
    replicaOf: properties.SourceDBInstanceIdentifier?.split(':').at(-1)?.toLowerCase(),
  };
  state.instances.set(id, instance);
  addInstanceMetrics(world, state, instance);
  return instance;
};

export const addCluster = (world: World, state: RdsState, name: string, properties: any): Cluster => {
  const id = name.toLowerCase();
  if (state.clusters.has(id)) throw new AwsError('DBClusterAlreadyExistsFault', `DB cluster already exists: ${id}`);
  const cluster: Cluster = {
    ...common(world, 'cluster', id, properties),
    kind: 'cluster',
    serverless: serverlessOf(properties),
    capacity: 0,
    multiAzClass: properties.DBClusterInstanceClass,
    pauseTimer: undefined,
  };
  cluster.capacity = Math.max(0.5, cluster.serverless?.min ?? 0.5);
  state.clusters.set(id, cluster);
  if (cluster.serverless !== undefined)
    addMetric(world, cluster, 'DBClusterIdentifier', 'ServerlessDatabaseCapacity', () => cluster.capacity);
  return cluster;
};

/** The scaling settings; the pause interval defaults to 300 s and counts only with a minimum of 0. */
export const serverlessOf = (properties: any): Cluster['serverless'] => {
  const given = properties.ServerlessV2ScalingConfiguration;
  if (given === undefined) return undefined;
  const pauseSeconds = Number(given.SecondsUntilAutoPause ?? 300);
  if (pauseSeconds < 300 || pauseSeconds > 86_400)
    throw new AwsError('InvalidParameterValue', 'SecondsUntilAutoPause must lie between 300 and 86400');
  return { min: Number(given.MinCapacity), max: Number(given.MaxCapacity), pauseSeconds };
};

/** A metric that holds its value until the database changes; nothing while it is not usable. */
const addMetric = (world: World, database: Database, dimension: string, name: string, value: () => number): void => {
  const source = world.services.cloudwatch.addSource({
    namespace: 'AWS/RDS',
    name,
    dimensions: { [dimension]: database.id },
    sample: () => (isUsable(database) ? value() : undefined),
    until: () => Infinity,
  });
  database.metrics.push(source);
};

const addInstanceMetrics = (world: World, state: RdsState, instance: Instance): void => {
  const memory = memoryGiB[instance.instanceClass.split('.').at(-1) ?? ''] ?? 4;
  const cluster = (): Cluster | undefined => (instance.clusterId === undefined ? undefined : state.clusters.get(instance.clusterId));
  const add = (name: string, value: () => number): void => addMetric(world, instance, 'DBInstanceIdentifier', name, value);
  add('CPUUtilization', () => (cluster()?.capacity === 0 ? 0 : 8));
  add('DatabaseConnections', () => instance.connections + (cluster()?.connections ?? 0));
  add('FreeStorageSpace', () => instance.storageGiB * gibibyte * 0.7);
  add('FreeableMemory', () => memory * gibibyte * 0.45);
};
