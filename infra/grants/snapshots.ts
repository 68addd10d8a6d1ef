// What the Snapshots adapter calls, on the databases whose services ask for a copy before their migration.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { ManifestDatabase } from '../../shared/domain/manifest.ts';
import type { OperationsContext } from '../operations-context.ts';

/** ensure: nothing where no migration asks for a copy. */
export const snapshotsGrants = (context: OperationsContext): iam.PolicyStatement[] => {
  const { manifest } = context;
  const needed = new Set(manifest.services.flatMap(({ rollout, needs }) => (rollout.gates.migration?.snapshot === true ? needs : [])));
  const copied = manifest.databases.filter(({ name }) => needed.has(name));
  return [
    ...statements(
      context,
      copied.filter(({ kind }) => kind === 'instance'),
      'db',
      'snapshot',
      ['rds:CreateDBSnapshot', 'rds:DescribeDBSnapshots'],
    ),
    ...statements(
      context,
      copied.filter(({ kind }) => kind === 'aurora-serverless'),
      'cluster',
      'cluster-snapshot',
      ['rds:CreateDBClusterSnapshot', 'rds:DescribeDBClusterSnapshots'],
    ),
  ];
};

const statements = (
  { partition, region, account }: OperationsContext,
  databases: readonly ManifestDatabase[],
  source: string,
  copy: string,
  [create, describe]: readonly [string, string],
): iam.PolicyStatement[] => {
  if (databases.length === 0) return [];
  const arn = (resource: string): string => `arn:${partition}:rds:${region}:${account}:${resource}`;
  const copies = databases.map(({ identifier }) => arn(`${copy}:${identifier}-before-*`));
  return [
    new iam.PolicyStatement({
      actions: [create],
      resources: [...databases.map(({ identifier }) => arn(`${source}:${identifier}`)), ...copies],
    }),
    new iam.PolicyStatement({ actions: [describe], resources: copies }),
  ];
};
