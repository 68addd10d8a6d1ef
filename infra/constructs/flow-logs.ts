// Flow logs of the network, where the stage keeps records.
import { CfnFlowLog } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Deployment } from '../names.ts';

/** Accepted and refused connections, kept for a month. */
export const flowLogs = (scope: Construct, { id }: Deployment, vpcId: string): void => {
  const group = new CfnLogGroup(scope, 'FlowLogGroup', { logGroupName: `/vpc/${id}`, retentionInDays: 30 });
  const write = new PolicyStatement({
    effect: Effect.ALLOW,
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
    resources: [group.attrArn],
  });
  const role = new Role(scope, 'FlowLogRole', {
    assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com'),
    inlinePolicies: { Write: new PolicyDocument({ statements: [write] }) },
  });
  new CfnFlowLog(scope, 'FlowLog', {
    resourceId: vpcId,
    resourceType: 'VPC',
    trafficType: 'ALL',
    logDestinationType: 'cloud-watch-logs',
    logGroupName: `/vpc/${id}`,
    deliverLogsPermissionArn: role.roleArn,
  }).addResourceDependency(group);
};
