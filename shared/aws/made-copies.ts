// Deletes the copies that the automation made and that belong to no stack, once their platform is removed (O13).
import {
  DeleteDBClusterSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { DeleteSnapshotCommand, DescribeSnapshotsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { isMadeCopy, type CopyType, type MadeCopies } from '../domain/made-copies.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

/** One copy, or the pattern of all where they could not be found; with why it is still there. */
export interface CopyRemoval {
  readonly name: string;
  readonly failure: string | null;
}

interface Page {
  readonly names: readonly (string | undefined)[];
  readonly Marker: string | undefined;
}

interface Store {
  readonly page: (identifier: string, Marker: string | undefined) => Promise<Page>;
  readonly remove: (name: string) => Promise<unknown>;
}

const instanceCopies = (rds: RDSClient): Store => ({
  page: async (DBInstanceIdentifier, marker) => {
    const command = new DescribeDBSnapshotsCommand({ DBInstanceIdentifier, SnapshotType: 'manual', ...markerOf(marker) });
    const { DBSnapshots = [], Marker } = await attempt('rds:DescribeDBSnapshots', DBInstanceIdentifier, () => rds.send(command));
    return { names: DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier), Marker };
  },
  remove: (name) =>
    attempt('rds:DeleteDBSnapshot', name, () => rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: name }))),
});

const clusterCopies = (rds: RDSClient): Store => ({
  page: async (DBClusterIdentifier, marker) => {
    const command = new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier, SnapshotType: 'manual', ...markerOf(marker) });
    const { DBClusterSnapshots = [], Marker } = await attempt('rds:DescribeDBClusterSnapshots', DBClusterIdentifier, () => rds.send(command));
    return { names: DBClusterSnapshots.map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier), Marker };
  },
  remove: (name) =>
    attempt('rds:DeleteDBClusterSnapshot', name, () =>
      rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name })),
    ),
});

/** All snapshots are looked through: ElastiCache knows no snapshots of a cache that is gone, only CacheClusterNotFound. */
const cacheCopies = (elastiCache: ElastiCacheClient): Store => ({
  page: async (identifier, marker) => {
    const command = new DescribeSnapshotsCommand(markerOf(marker));
    const { Snapshots = [], Marker } = await attempt('elasticache:DescribeSnapshots', identifier, () => elastiCache.send(command));
    return { names: Snapshots.map(({ SnapshotName }) => SnapshotName), Marker };
  },
  remove: (name) =>
    attempt('elasticache:DeleteSnapshot', name, () => elastiCache.send(new DeleteSnapshotCommand({ SnapshotName: name }))),
});

const markerOf = (Marker: string | undefined): { readonly Marker?: string } => (Marker === undefined ? {} : { Marker });

const namesOf = async (store: Store, copies: MadeCopies): Promise<readonly string[]> => {
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = await store.page(copies.identifier, marker);
    names.push(...page.names.flatMap((name) => (name !== undefined && isMadeCopy(copies, name) ? [name] : [])));
    marker = page.Marker;
  } while (marker !== undefined);
  return names;
};

const failureOf = (settled: PromiseSettledResult<unknown>): string | null =>
  settled.status === 'fulfilled' ? null : settled.reason instanceof Error ? settled.reason.message : String(settled.reason);

/** Deletes each of them; one that cannot be deleted stops no other. */
export const removeCopies = async (host: ClientHost, made: readonly MadeCopies[]): Promise<readonly CopyRemoval[]> => {
  const rds = client(RDSClient, host);
  const stores: Readonly<Record<CopyType, Store>> = {
    'AWS::RDS::DBSnapshot': instanceCopies(rds),
    'AWS::RDS::DBClusterSnapshot': clusterCopies(rds),
    'AWS::ElastiCache::Snapshot': cacheCopies(client(ElastiCacheClient, host)),
  };
  const removals: CopyRemoval[] = [];
  for (const copies of made) {
    const store = stores[copies.type];
    const [found] = await Promise.allSettled([namesOf(store, copies)]);
    if (found.status === 'rejected') removals.push({ name: `${copies.prefix}*`, failure: failureOf(found) });
    for (const name of found.status === 'fulfilled' ? found.value : []) {
      const [removed] = await Promise.allSettled([store.remove(name)]);
      removals.push({ name, failure: failureOf(removed) });
    }
  }
  return removals;
};
