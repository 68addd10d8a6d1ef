// Daily copies of everything that keeps data, in a vault of their own (F13).
import { CfnDeletionPolicy } from 'aws-cdk-lib/core';
import { CfnBackupPlan, CfnBackupSelection, CfnBackupVault } from 'aws-cdk-lib/aws-backup';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Platform } from '../../shared/domain/platform.ts';
import type { Deployment } from '../names.ts';
import { accept, arn } from '../platform-stack.ts';

const backupPolicies = ['AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForRestores'];

/** One plan over all resources that carry this platform's tags. */
export const backupPlan = (
  scope: Construct,
  { id, platform, stage }: Deployment,
  { keepDays, at }: NonNullable<Platform['backups']>,
): void => {
  const vault = new CfnBackupVault(scope, 'BackupVault', { backupVaultName: `${id}-backups` });
  vault.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
  vault.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  const [hour, minute] = at.split(':').map(Number);
  const plan = new CfnBackupPlan(scope, 'BackupPlan', {
    backupPlan: {
      backupPlanName: `${id}-daily`,
      backupPlanRule: [
        {
          ruleName: 'daily',
          targetBackupVault: vault.ref,
          scheduleExpression: `cron(${minute} ${hour} * * ? *)`,
          lifecycle: { deleteAfterDays: keepDays },
        },
      ],
    },
  });
  const role = new Role(scope, 'BackupRole', {
    assumedBy: new ServicePrincipal('backup.amazonaws.com'),
    managedPolicies: backupPolicies.map((name) => ManagedPolicy.fromAwsManagedPolicyName(`service-role/${name}`)),
  });
  for (const name of backupPolicies) {
    const policy = `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${name}]`;
    accept(role, policy, 'The policies that AWS Backup documents for its own role; AWS keeps them current with the services it copies.');
  }
  new CfnBackupSelection(scope, 'BackupSelection', {
    backupPlanId: plan.ref,
    backupSelection: {
      selectionName: id,
      iamRoleArn: role.roleArn,
      resources: [arn('rds', 'db:*'), arn('rds', 'cluster:*'), arn('dynamodb', 'table/*'), arn('elasticfilesystem', 'file-system/*')],
      conditions: {
        StringEquals: [
          { ConditionKey: 'aws:ResourceTag/dayshift:platform', ConditionValue: platform.name },
          { ConditionKey: 'aws:ResourceTag/dayshift:stage', ConditionValue: stage },
        ],
      },
    },
  });
};
