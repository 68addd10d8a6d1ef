// What the Caches adapter calls, on the caches that hibernate and on their night snapshots only; nothing where none does.
import { aws_iam as iam } from 'aws-cdk-lib';
import { nightSnapshotPrefix } from '../../shared/domain/night.ts';
import type { OperationsContext } from '../operations-context.ts';

const hibernating = ({ manifest }: OperationsContext): readonly string[] =>
  manifest.caches.filter(({ offHours }) => offHours === 'hibernate').map(({ identifier }) => identifier);

const arn = ({ partition, region, account }: OperationsContext, resource: string): string =>
  `arn:${partition}:elasticache:${region}:${account}:${resource}`;

/** Clusters and groups of these names, and the members of the groups. */
const cacheArns = (context: OperationsContext): string[] =>
  hibernating(context).flatMap((identifier) => [
    arn(context, `cluster:${identifier}`),
    arn(context, `cluster:${identifier}-0*`),
    arn(context, `replicationgroup:${identifier}`),
  ]);

const snapshotArns = (context: OperationsContext): string[] =>
  hibernating(context).map((identifier) => arn(context, `snapshot:${nightSnapshotPrefix(identifier)}*`));

const when = (context: OperationsContext, statements: () => iam.PolicyStatement[]): iam.PolicyStatement[] =>
  hibernating(context).length === 0 ? [] : statements();

/** statuses. */
export const cachesReadGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  when(context, () => [
    new iam.PolicyStatement({
      actions: ['elasticache:DescribeCacheClusters', 'elasticache:DescribeReplicationGroups'],
      resources: cacheArns(context),
    }),
  ]);

/** What a recipe needs besides: the tags of its owner. */
export const cachesRecipeGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  when(context, () => [new iam.PolicyStatement({ actions: ['elasticache:ListTagsForResource'], resources: cacheArns(context) })]);

/** hibernate. */
export const cachesHibernateGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  when(context, () => [
    new iam.PolicyStatement({
      actions: ['elasticache:DeleteCacheCluster', 'elasticache:DeleteReplicationGroup'],
      resources: [...cacheArns(context), ...snapshotArns(context)],
    }),
  ]);

/** saved and restore: a cache is made in its subnet, parameter and security groups, whose names only its recipe knows. */
export const cachesRestoreGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  when(context, () => [
    new iam.PolicyStatement({ actions: ['elasticache:DescribeSnapshots'], resources: snapshotArns(context) }),
    new iam.PolicyStatement({
      actions: ['elasticache:CreateCacheCluster', 'elasticache:CreateReplicationGroup', 'elasticache:AddTagsToResource'],
      resources: [
        ...cacheArns(context),
        ...snapshotArns(context),
        arn(context, 'subnetgroup:*'),
        arn(context, 'parametergroup:*'),
        arn(context, 'securitygroup:*'),
      ],
    }),
  ]);

/** forget. */
export const cachesForgetGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  when(context, () => [new iam.PolicyStatement({ actions: ['elasticache:DeleteSnapshot'], resources: snapshotArns(context) })]);
