// The RDS API.
import { AwsError, type Operation, type Permission } from '../../simulated.ts';
import { page } from '../paging.ts';
import type { World } from '../../world.ts';
import { addInstance, serverlessOf } from './create.ts';
import { describeCluster, describeInstance, describeSnapshot } from './describe.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Cluster, Database, Instance, RdsState, Tag } from './model.ts';
import type { Pausing } from './pause.ts';
import { deleteSnapshot, findSnapshots, takeSnapshot } from './snapshots.ts';

export interface RdsParts {
  readonly world: World;
  readonly state: RdsState;
  readonly lifecycle: Lifecycle;
  readonly pausing: Pausing;
}

/** The instance; throws DBInstanceNotFoundFault. Identifiers may be ARNs. */
export const instanceOf = (state: RdsState, id: string): Instance => {
  const found = state.instances.get(id.split(':').at(-1)!.toLowerCase());
  if (found === undefined) throw new AwsError('DBInstanceNotFoundFault', `DBInstance ${id} not found.`, 404);
  return found;
};
export const clusterOf = (state: RdsState, id: string): Cluster => {
  const found = state.clusters.get(id.split(':').at(-1)!.toLowerCase());
  if (found === undefined) throw new AwsError('DBClusterNotFoundFault', `DBCluster ${id} not found.`, 404);
  return found;
};

/** Minutes until a new database is available, in virtual time. */
export const creation = ({ world }: RdsParts): Promise<void> => world.clock.sleep(world.random.stream('rds').between(180, 480) * 1000);

/** An instance by hand, answered while it is still being made. */
const createInstance = (parts: RdsParts, input: any): object => {
  const { world, state, lifecycle } = parts;
  const made = addInstance(world, state, input.DBInstanceIdentifier, input);
  const ready = (): void => {
    if (state.instances.get(made.id) === made) lifecycle.settle(made);
  };
  void creation(parts).then(ready);
  return { DBInstance: describeInstance(state, made) };
};

/** Applies what ModifyDBInstance or a stack update says. Only an available database can be modified. */
export const modify = ({ lifecycle, world, state }: RdsParts, database: Database, input: any): void => {
  if (database.status !== 'available') {
    const code = database.kind === 'instance' ? 'InvalidDBInstanceStateFault' : 'InvalidDBClusterStateFault';
    throw new AwsError(code, `Database ${database.kind} ${database.id} is not in available state.`);
  }
  if (input.DeletionProtection !== undefined) database.deletionProtection = input.DeletionProtection === true;
  if (input.BackupRetentionPeriod !== undefined) database.backupRetentionDays = Number(input.BackupRetentionPeriod);
  if (input.EngineVersion !== undefined) database.engineVersion = String(input.EngineVersion);
  if (database.kind === 'cluster') {
    if (input.ServerlessV2ScalingConfiguration !== undefined) database.serverless = serverlessOf(input);
    return;
  }
  const slow =
    (input.DBInstanceClass ?? database.instanceClass) !== database.instanceClass ||
    Number(input.AllocatedStorage ?? database.storageGiB) !== database.storageGiB;
  database.instanceClass = input.DBInstanceClass ?? database.instanceClass;
  database.storageGiB = Number(input.AllocatedStorage ?? database.storageGiB);
  database.multiAz = input.MultiAZ ?? database.multiAz;
  if (!slow || input.ApplyImmediately === false) return;
  lifecycle.enter(database, 'modifying');
  const seconds = world.random.stream('rds').between(180, 600);
  world.clock.after(
    seconds * 1000,
    () => state.instances.get(database.id) === database && lifecycle.enter(database, 'available'),
    `modify ${database.id}`,
  );
};

const withMarker = (name: string, list: readonly object[], input: any): object => {
  const { items, nextToken } = page(list, input.MaxRecords ?? 100, input.Marker, 'InvalidParameterValue');
  return { [name]: items, ...(nextToken === undefined ? {} : { Marker: nextToken }) };
};

const accepts = (
  database: Database,
  filters: readonly { readonly Name: string; readonly Values: readonly string[] }[] | undefined,
): boolean =>
  (filters ?? []).every(({ Name, Values }) => {
    switch (Name) {
      case 'db-instance-id':
      case 'db-cluster-id':
        return Values.some((value) =>
          [database.id, database.arn, database.kind === 'instance' ? database.clusterId : undefined].includes(value),
        );
      case 'engine':
        return Values.includes(database.engine);
      case 'dbi-resource-id':
        return Values.includes(database.resourceId);
      default:
        throw new AwsError('InvalidParameterValue', `Unrecognized filter name: ${Name}`);
    }
  });

const events = (state: RdsState, world: World, input: any): object => {
  const since =
    input.StartTime === undefined ? world.clock.now - Number(input.Duration ?? 60) * 60_000 : new Date(input.StartTime).getTime();
  const until = input.EndTime === undefined ? Infinity : new Date(input.EndTime).getTime();
  const chosen = state.events.filter(
    (event) =>
      event.at >= since && event.at <= until && (input.SourceIdentifier === undefined || event.database.id === input.SourceIdentifier),
  );
  return withMarker(
    'Events',
    chosen.map(({ at, message, database, categories }) => ({
      SourceIdentifier: database.id,
      SourceType: database.kind === 'instance' ? 'db-instance' : 'db-cluster',
      Message: message,
      EventCategories: categories,
      Date: new Date(at),
      SourceArn: database.arn,
    })),
    input,
  );
};

const tagOperations = (state: RdsState): Readonly<Record<string, Operation>> => {
  const byArn = (arn: string): Database => (arn.includes(':cluster:') ? clusterOf(state, arn) : instanceOf(state, arn));
  const on = (action: string, run: (database: Database, input: any) => unknown): Operation => ({
    needs: (input) => [{ action: `rds:${action}`, resource: input.ResourceName }],
    run: (input) => run(byArn(input.ResourceName), input),
  });
  return {
    AddTagsToResource: on('AddTagsToResource', (database, input) => {
      const keys = input.Tags.map((tag: Tag) => tag.Key);
      database.tags = [...database.tags.filter((tag) => !keys.includes(tag.Key)), ...input.Tags];
      return {};
    }),
    RemoveTagsFromResource: on('RemoveTagsFromResource', (database, input) => {
      database.tags = database.tags.filter((tag) => !input.TagKeys.includes(tag.Key));
      return {};
    }),
    ListTagsForResource: on('ListTagsForResource', (database) => ({ TagList: database.tags })),
  };
};

const describeInstances = (state: RdsState, input: any): object => {
  const id = input.DBInstanceIdentifier;
  const chosen = (id === undefined ? [...state.instances.values()] : [instanceOf(state, id)]).filter((one) => accepts(one, input.Filters));
  return withMarker(
    'DBInstances',
    chosen.map((one) => describeInstance(state, one)),
    input,
  );
};

const describeClusters = (state: RdsState, input: any): object => {
  const id = input.DBClusterIdentifier;
  const chosen = (id === undefined ? [...state.clusters.values()] : [clusterOf(state, id)]).filter((one) => accepts(one, input.Filters));
  return withMarker(
    'DBClusters',
    chosen.map((one) => describeCluster(state, one)),
    input,
  );
};

export const rdsOperations = (parts: RdsParts): Readonly<Record<string, Operation>> => {
  const { world, state, lifecycle } = parts;
  const arn = (kind: string, id: string | undefined): string =>
    id?.startsWith('arn:') === true ? id : `arn:aws:rds:${world.region}:${world.account}:${kind}:${(id ?? '*').toLowerCase()}`;
  const permission = (action: string, kind: string, id: string | undefined): Permission => ({
    action: `rds:${action}`,
    resource: arn(kind, id),
  });
  const instance = (action: string, run: (database: Instance, input: any) => void): Operation => ({
    needs: (input) => [
      permission(action, 'db', input.DBInstanceIdentifier),
      ...(input.DBSnapshotIdentifier === undefined ? [] : [permission(action, 'snapshot', input.DBSnapshotIdentifier)]),
    ],
    run: (input) => {
      const database = instanceOf(state, input.DBInstanceIdentifier);
      run(database, input);
      return { DBInstance: describeInstance(state, database) };
    },
  });
  const cluster = (action: string, run: (database: Cluster, input: any) => void): Operation => ({
    needs: (input) => [permission(action, 'cluster', input.DBClusterIdentifier)],
    run: (input) => {
      const database = clusterOf(state, input.DBClusterIdentifier);
      run(database, input);
      return { DBCluster: describeCluster(state, database) };
    },
  });
  return {
    ...tagOperations(state),
    ...snapshotOperations(parts, permission),
    CreateDBInstance: {
      needs: (input) => [permission('CreateDBInstance', 'db', input.DBInstanceIdentifier)],
      run: (input) => createInstance(parts, input),
    },
    StopDBInstance: instance('StopDBInstance', (database, input) => {
      if (input.DBSnapshotIdentifier !== undefined) takeSnapshot(world, state, database, input.DBSnapshotIdentifier);
      lifecycle.stop(database);
    }),
    StartDBInstance: instance('StartDBInstance', (database) => lifecycle.start(database)),
    ModifyDBInstance: instance('ModifyDBInstance', (database, input) => modify(parts, database, { ApplyImmediately: false, ...input })),
    StopDBCluster: cluster('StopDBCluster', (database) => lifecycle.stop(database)),
    StartDBCluster: cluster('StartDBCluster', (database) => lifecycle.start(database)),
    ModifyDBCluster: cluster('ModifyDBCluster', (database, input) => {
      modify(parts, database, input);
      parts.pausing.watch(database);
    }),
    DescribeDBInstances: {
      needs: (input) => [permission('DescribeDBInstances', 'db', input.DBInstanceIdentifier)],
      run: (input) => describeInstances(state, input),
    },
    DescribeDBClusters: {
      needs: (input) => [permission('DescribeDBClusters', 'cluster', input.DBClusterIdentifier)],
      run: (input) => describeClusters(state, input),
    },
    DescribeEvents: { needs: () => [{ action: 'rds:DescribeEvents', resource: '*' }], run: (input) => events(state, world, input) },
  };
};

const snapshotOperations = (
  { world, state }: RdsParts,
  permission: (action: string, kind: string, id: string | undefined) => Permission,
): Readonly<Record<string, Operation>> => ({
  CreateDBSnapshot: {
    needs: (input) => [
      permission('CreateDBSnapshot', 'db', input.DBInstanceIdentifier),
      permission('CreateDBSnapshot', 'snapshot', input.DBSnapshotIdentifier),
    ],
    run: (input) => ({
      DBSnapshot: describeSnapshot(takeSnapshot(world, state, instanceOf(state, input.DBInstanceIdentifier), input.DBSnapshotIdentifier)),
    }),
  },
  CreateDBClusterSnapshot: {
    needs: (input) => [
      permission('CreateDBClusterSnapshot', 'cluster', input.DBClusterIdentifier),
      permission('CreateDBClusterSnapshot', 'cluster-snapshot', input.DBClusterSnapshotIdentifier),
    ],
    run: (input) => ({
      DBClusterSnapshot: describeSnapshot(
        takeSnapshot(world, state, clusterOf(state, input.DBClusterIdentifier), input.DBClusterSnapshotIdentifier),
      ),
    }),
  },
  DescribeDBSnapshots: {
    needs: (input) => [
      permission(
        'DescribeDBSnapshots',
        input.DBInstanceIdentifier === undefined ? 'snapshot' : 'db',
        input.DBInstanceIdentifier ?? input.DBSnapshotIdentifier,
      ),
    ],
    run: (input) =>
      withMarker(
        'DBSnapshots',
        findSnapshots(state, 'instance', input.DBSnapshotIdentifier, input.DBInstanceIdentifier).map(describeSnapshot),
        input,
      ),
  },
  DescribeDBClusterSnapshots: {
    needs: (input) => [
      permission(
        'DescribeDBClusterSnapshots',
        input.DBClusterIdentifier === undefined ? 'cluster-snapshot' : 'cluster',
        input.DBClusterIdentifier ?? input.DBClusterSnapshotIdentifier,
      ),
    ],
    run: (input) =>
      withMarker(
        'DBClusterSnapshots',
        findSnapshots(state, 'cluster', input.DBClusterSnapshotIdentifier, input.DBClusterIdentifier).map(describeSnapshot),
        input,
      ),
  },
  DeleteDBSnapshot: {
    needs: (input) => [permission('DeleteDBSnapshot', 'snapshot', input.DBSnapshotIdentifier)],
    run: (input) => ({ DBSnapshot: describeSnapshot(deleteSnapshot(state, 'instance', input.DBSnapshotIdentifier)) }),
  },
  DeleteDBClusterSnapshot: {
    needs: (input) => [permission('DeleteDBClusterSnapshot', 'cluster-snapshot', input.DBClusterSnapshotIdentifier)],
    run: (input) => ({ DBClusterSnapshot: describeSnapshot(deleteSnapshot(state, 'cluster', input.DBClusterSnapshotIdentifier)) }),
  },
});
