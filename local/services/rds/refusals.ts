// What RDS refuses to stop or start, in its words (aws-facts D).
import { AwsError } from '../../simulated.ts';
import type { Database, RdsState } from './model.ts';

/** `InvalidDBInstanceStateFault` or its cluster twin, about this database. */
export const stateFault = (database: Database, why: string): AwsError =>
  database.kind === 'instance'
    ? new AwsError('InvalidDBInstanceStateFault', `Instance ${database.id} ${why}`)
    : new AwsError('InvalidDBClusterStateFault', `DbCluster ${database.id} ${why}`);

/** Why RDS never stops this database, whatever its state; undefined when it may. */
export const neverStops = (state: RdsState, database: Database): string | undefined => {
  if (database.kind === 'cluster')
    return database.multiAzClass === undefined ? undefined : 'is a Multi-AZ DB cluster, which can not be stopped.';
  if (database.clusterId !== undefined) return `is a member of the cluster ${database.clusterId}: stop or start the cluster instead.`;
  if (database.replicaOf !== undefined) return 'is a read replica, which can not be stopped.';
  if ([...state.instances.values()].some((other) => other.replicaOf === database.id)) return 'has read replicas, and can not be stopped.';
  return database.multiAz && database.engine.startsWith('sqlserver') ? 'is SQL Server with Multi-AZ, which can not be stopped.' : undefined;
};
