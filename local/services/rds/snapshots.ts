// Manual snapshots of instances and clusters.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Database, RdsState, Snapshot } from './model.ts';

/** Takes a snapshot: `creating` for minutes, growing with storage. Legal while the database is available (or being backed up, RDS waits). */
export const takeSnapshot = (world: World, state: RdsState, database: Database, name: string): Snapshot => {
  const id = name.toLowerCase();
  const kind = database.kind === 'instance' ? 'DBSnapshot' : 'DBClusterSnapshot';
  if (state.snapshots.has(id))
    throw new AwsError(
      `${kind}AlreadyExistsFault`,
      `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
    );
  if (!['available', 'stopping', 'storage-optimization'].includes(database.status)) {
    throw new AwsError(
      database.kind === 'instance' ? 'InvalidDBInstanceStateFault' : 'InvalidDBClusterStateFault',
      `Cannot create a snapshot because the database ${database.id} is not currently in the available state.`,
    );
  }
  const snapshot: Snapshot = {
    id,
    arn: `arn:aws:rds:${world.region}:${world.account}:${database.kind === 'instance' ? 'snapshot' : 'cluster-snapshot'}:${id}`,
    of: database,
    createdAt: world.clock.now,
    type: 'manual',
    status: 'creating',
  };
  state.snapshots.set(id, snapshot);
  const storage = database.kind === 'instance' ? database.storageGiB : 20;
  const seconds = world.random.stream('rds.snapshots').between(90, 240) + storage;
  world.clock.after(
    seconds * 1000,
    () => {
      snapshot.status = 'available';
      world.trail.add({ kind: 'database', who: database.id, what: `snapshot ${id} available` });
    },
    `snapshot ${id}`,
  );
  world.trail.add({ kind: 'database', who: database.id, what: `snapshot ${id} begins` });
  return snapshot;
};

/** Snapshots of one kind; throws …SnapshotNotFoundFault when one is named that does not exist. */
export const findSnapshots = (
  state: RdsState,
  kind: Database['kind'],
  id: string | undefined,
  databaseId: string | undefined,
): readonly Snapshot[] => {
  const found = [...state.snapshots.values()].filter(
    (snapshot) =>
      snapshot.of.kind === kind &&
      (id === undefined || snapshot.id === id.toLowerCase()) &&
      (databaseId === undefined || snapshot.of.id === databaseId.toLowerCase()),
  );
  if (id !== undefined && found.length === 0)
    throw new AwsError(
      kind === 'instance' ? 'DBSnapshotNotFoundFault' : 'DBClusterSnapshotNotFoundFault',
      `DBSnapshot ${id} not found.`,
      404,
    );
  return found;
};

/** Deletes a snapshot and answers it as it was last; only an available one can be deleted (InvalidDB…SnapshotState). */
export const deleteSnapshot = (state: RdsState, kind: Database['kind'], id: string): Snapshot => {
  const snapshot = findSnapshots(state, kind, id, undefined)[0] as Snapshot;
  if (snapshot.status !== 'available')
    throw new AwsError(
      kind === 'instance' ? 'InvalidDBSnapshotState' : 'InvalidDBClusterSnapshotStateFault',
      `Cannot delete the snapshot ${id} because it is not currently in the available state.`,
    );
  state.snapshots.delete(snapshot.id);
  return { ...snapshot, status: 'deleted' };
};
