// The simulated RDS: instances and Aurora clusters with the states, waits and surprises of the real one.
import { AwsError, type SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { makeLifecycle } from './rds/lifecycle.ts';
import { isUsable, type Cluster, type Database, type RdsState } from './rds/model.ts';
import { rdsOperations } from './rds/operations.ts';
import { makePausing, type Pausing } from './rds/pause.ts';
import { addCluster, addInstance } from './rds/create.ts';
import { rdsResources } from './rds/resources.ts';

/** What a database's secret says about where it is. */
export interface Connection {
  readonly engine: string;
  readonly host: string;
  readonly port: number;
  readonly dbname?: string;
  readonly dbInstanceIdentifier?: string;
  readonly dbClusterIdentifier?: string;
}

export interface Rds extends SimulatedService {
  /** Whether the database takes connections now; asking wakes a paused Aurora cluster, as any connection attempt does. */
  available(identifier: string): boolean;
  /** Opens a connection that stays (a pool): keeps an Aurora cluster from pausing. Answers how to close it. Throws when it is not available. */
  connect(identifier: string): () => void;
  /** Status as DescribeDB… answers it; undefined when there is no such database. */
  status(identifier: string): string | undefined;
  connection(identifier: string): Connection;
  /** Plans the next start or stop: its length, or the error StartDB… answers once. */
  plan(identifier: string, plan: { readonly startSeconds?: number; readonly stopSeconds?: number; readonly startError?: string }): void;
  /** Makes an available instance without a template. */
  createInstance(identifier: string, properties: Readonly<Record<string, unknown>>): void;
  createCluster(identifier: string, properties: Readonly<Record<string, unknown>>): void;
  /** Hours billed so far, at least ten minutes per start. */
  billedHours(identifier: string): number;
}

const support = {
  does: [
    'Instances: available → stopping (1–15 min) → stopped → starting (4–14 min) → available; stop only from available, never replicas, cluster members, SQL Server Multi-AZ (D, S)',
    'Seven days: RDS-EVENT-0154, starting, 0088; AutomaticRestartTime; daily backups that block a stop; starts that fail for capacity by fault `rds.start.capacity`',
    'Aurora clusters: stop and start; Serverless v2 with minimum 0 pauses and resumes (status stays available)',
    'Snapshots, tags, ModifyDBInstance/-Cluster, DescribeEvents, best-effort events (A10), metrics that vanish while stopped, managed master secrets',
    'CloudFormation: AWS::RDS::DBInstance, DBCluster, DBSubnetGroup, DBParameterGroup, DBClusterParameterGroup',
  ],
  doesNot: ['SQL, replication, failover, restores, maintenance', 'RDS Proxy, option groups, global databases: fail by name'],
} as const;

const engineName = (engine: string): string => (engine.includes('postgres') ? 'postgres' : engine.includes('mysql') ? 'mysql' : engine);

const connectionOf = (database: Database): Connection => ({
  engine: engineName(database.engine),
  host: database.address,
  port: database.port,
  ...(database.databaseName === undefined ? {} : { dbname: database.databaseName }),
  ...(database.kind === 'instance' ? { dbInstanceIdentifier: database.id } : { dbClusterIdentifier: database.id }),
});

const hoursOf = (database: Database, now: number): number =>
  (database.billedMs + (database.billedSince === undefined ? 0 : now - database.billedSince)) / 3_600_000;

/** Connections as applications make them: an attempt wakes a paused cluster, a pool keeps it awake. */
const makeConnections = (state: RdsState, pausing: Pausing) => {
  const clusterBehind = (database: Database): Cluster | undefined => {
    if (database.kind === 'cluster') return database;
    return database.clusterId === undefined ? undefined : state.clusters.get(database.clusterId);
  };
  const touch = (database: Database): boolean => {
    const cluster = clusterBehind(database);
    if (cluster !== undefined && isUsable(database)) pausing.wake(cluster);
    return isUsable(database);
  };
  const open = (database: Database): (() => void) => {
    if (!touch(database)) throw new Error(`connection to ${database.id} refused: it is ${database.status}`);
    const owner = clusterBehind(database) ?? database;
    const change = (by: 1 | -1): void => {
      owner.connections = Math.max(0, owner.connections + by);
      for (const source of owner.metrics) source.changed();
      if (owner.kind === 'cluster') pausing.watch(owner);
    };
    change(1);
    return () => change(-1);
  };
  return { touch, open };
};

export const makeRds = (world: World): Rds => {
  const state: RdsState = { instances: new Map(), clusters: new Map(), snapshots: new Map(), events: [], subnetGroups: new Map() };
  const lifecycle = makeLifecycle(world, state);
  const pausing = makePausing(world, state);
  const parts = { world, state, lifecycle, pausing };
  const connections = makeConnections(state, pausing);
  const find = (identifier: string): Database | undefined => {
    const id = identifier.split(':').at(-1)!.toLowerCase();
    return state.instances.get(id) ?? state.clusters.get(id);
  };
  const existing = (identifier: string): Database => {
    const database = find(identifier);
    if (database === undefined) throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${identifier} not found.`, 404);
    return database;
  };
  return {
    signingName: 'rds',
    operations: rdsOperations(parts),
    resources: rdsResources(parts),
    support,
    available: (identifier) => {
      const database = find(identifier);
      return database !== undefined && connections.touch(database);
    },
    connect: (identifier) => connections.open(existing(identifier)),
    status: (identifier) => find(identifier)?.status,
    connection: (identifier) => connectionOf(existing(identifier)),
    plan: (identifier, plan) => void Object.assign(existing(identifier).plan, plan),
    createInstance: (identifier, properties) => lifecycle.settle(addInstance(world, state, identifier, properties)),
    createCluster: (identifier, properties) => {
      const cluster = addCluster(world, state, identifier, properties);
      lifecycle.settle(cluster);
      pausing.watch(cluster);
    },
    billedHours: (identifier) => hoursOf(existing(identifier), world.clock.now),
  };
};
