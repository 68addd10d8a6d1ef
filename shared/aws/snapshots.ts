// Copies of databases before something changes them (R8); a copy is found by its name, so asking twice makes one.
import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { Snapshots } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

type Asked = Parameters<Snapshots['ensure']>[0];

const MISSING: ReadonlySet<string> = new Set(['DBSnapshotNotFoundFault', 'DBSnapshotNotFound', 'DBClusterSnapshotNotFoundFault']);

export const snapshots = (host: ClientHost): Snapshots => {
  const rds = client(RDSClient, host);
  return {
    ensure: async (database, name) => {
      const status = await statusOf(rds, database, name);
      if (status !== null) return status === 'available' ? 'there' : status === 'failed' ? 'failed' : 'making';
      await create(rds, database, name);
      return 'making';
    },
  };
};

const statusOf = async (rds: RDSClient, { kind }: Asked, name: string): Promise<string | null> => {
  try {
    if (kind === 'instance') {
      const { DBSnapshots } = await attempt('rds:DescribeDBSnapshots', name, () =>
        rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name })),
      );
      return DBSnapshots?.[0]?.Status ?? null;
    }
    const command = new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: name });
    return (await attempt('rds:DescribeDBClusterSnapshots', name, () => rds.send(command))).DBClusterSnapshots?.[0]?.Status ?? null;
  } catch (error) {
    if (MISSING.has(nameOf(error))) return null;
    throw error;
  }
};

const create = async (rds: RDSClient, { identifier, kind }: Asked, name: string): Promise<void> => {
  if (kind === 'instance') {
    await attempt('rds:CreateDBSnapshot', identifier, () =>
      rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: identifier, DBSnapshotIdentifier: name })),
    );
    return;
  }
  const command = new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: identifier, DBClusterSnapshotIdentifier: name });
  await attempt('rds:CreateDBClusterSnapshot', identifier, () => rds.send(command));
};
