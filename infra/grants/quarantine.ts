// What the account's quarantine calls, where a platform shares it: reading, adding and lifting bans under one path (R10).
import { aws_iam as iam } from 'aws-cdk-lib';
import { QUARANTINE_PATH } from '../../shared/domain/shared-quarantine.ts';
import type { OperationsContext } from '../operations-context.ts';

const grants =
  (...actions: string[]) =>
  ({ manifest, partition, region, account }: OperationsContext): iam.PolicyStatement[] =>
    manifest.quarantine === 'account'
      ? [new iam.PolicyStatement({ actions, resources: [`arn:${partition}:ssm:${region}:${account}:parameter${QUARANTINE_PATH}/*`] })]
      : [];

/** find. */
export const quarantineReadGrants = grants('ssm:GetParameters');
/** add. */
export const quarantineAddGrants = grants('ssm:PutParameter');
/** lift. */
export const quarantineLiftGrants = grants('ssm:DeleteParameters');
