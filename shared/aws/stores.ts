// Databases on RDS: how they stand, stop and start (aws-facts D). A refused call is judged by describing again, never by its name.
import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
  StartDBClusterCommand,
  StartDBInstanceCommand,
  StopDBClusterCommand,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import type { DatabaseFacts, Stores } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

type Asked = Parameters<Stores['stop']>[0];

/** What RDS says of a database that was deleted; that is a status here, not an error. */
const GONE: ReadonlySet<string> = new Set(['DBInstanceNotFoundFault', 'DBInstanceNotFound', 'DBClusterNotFoundFault']);

export const stores = (host: ClientHost): Stores => {
  const rds = client(RDSClient, host);
  return {
    describe: (asked) => Promise.all(asked.map((database) => describe(rds, database))),
    stop: (database) => stop(rds, database),
    start: (database) => start(rds, database),
  };
};

const describe = async (rds: RDSClient, { identifier, kind }: Asked): Promise<DatabaseFacts> => {
  try {
    if (kind === 'aurora-serverless') {
      const { DBClusters } = await attempt('rds:DescribeDBClusters', identifier, () =>
        rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier })),
      );
      const [cluster] = DBClusters ?? [];
      return {
        identifier,
        kind,
        status: cluster?.Status ?? 'missing',
        automaticRestart: cluster?.AutomaticRestartTime?.toISOString() ?? null,
      };
    }
    const { DBInstances } = await attempt('rds:DescribeDBInstances', identifier, () =>
      rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier })),
    );
    const [instance] = DBInstances ?? [];
    return {
      identifier,
      kind,
      status: instance?.DBInstanceStatus ?? 'missing',
      automaticRestart: instance?.AutomaticRestartTime?.toISOString() ?? null,
    };
  } catch (error) {
    if (GONE.has(nameOf(error))) return { identifier, kind, status: 'missing', automaticRestart: null };
    throw error;
  }
};

const stop = async (rds: RDSClient, { identifier, kind }: Asked): Promise<void> => {
  if (kind === 'aurora-serverless')
    await attempt('rds:StopDBCluster', identifier, () => rds.send(new StopDBClusterCommand({ DBClusterIdentifier: identifier })));
  else await attempt('rds:StopDBInstance', identifier, () => rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: identifier })));
};

const start = async (rds: RDSClient, { identifier, kind }: Asked): Promise<void> => {
  if (kind === 'aurora-serverless')
    await attempt('rds:StartDBCluster', identifier, () => rds.send(new StartDBClusterCommand({ DBClusterIdentifier: identifier })));
  else await attempt('rds:StartDBInstance', identifier, () => rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: identifier })));
};
