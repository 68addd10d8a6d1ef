// What the Stores adapter calls, on the databases that stop at night only.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { ManifestDatabase } from '../../shared/domain/manifest.ts';
import type { OperationsContext } from '../operations-context.ts';

const arns = (
  { manifest, partition, region, account }: OperationsContext,
  kind: ManifestDatabase['kind'],
  which: (database: ManifestDatabase) => boolean,
): string[] =>
  manifest.databases
    .filter((database) => database.kind === kind && which(database))
    .map(({ identifier }) => `arn:${partition}:rds:${region}:${account}:${kind === 'instance' ? 'db' : 'cluster'}:${identifier}`);

const statement = (action: string, resources: string[]): iam.PolicyStatement[] =>
  resources.length === 0 ? [] : [new iam.PolicyStatement({ actions: [action], resources })];

const stops = ({ offHours }: ManifestDatabase): boolean => offHours === 'stop';

/** describe: every database of the platform. */
export const storesReadGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  ...statement(
    'rds:DescribeDBInstances',
    arns(context, 'instance', () => true),
  ),
  ...statement(
    'rds:DescribeDBClusters',
    arns(context, 'aurora-serverless', () => true),
  ),
];

export const storesStopGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  ...statement('rds:StopDBInstance', arns(context, 'instance', stops)),
  ...statement('rds:StopDBCluster', arns(context, 'aurora-serverless', stops)),
];

export const storesStartGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  ...statement('rds:StartDBInstance', arns(context, 'instance', stops)),
  ...statement('rds:StartDBCluster', arns(context, 'aurora-serverless', stops)),
];
