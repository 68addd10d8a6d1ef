// What the alarms adapter reads.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { OperationsContext } from '../operations-context.ts';

/** `Alarms.describe`: CloudWatch checks DescribeAlarms against the alarm resource, and asks for all of them when both kinds are wanted. */
export const alarmsGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['cloudwatch:DescribeAlarms'],
    // Composite alarms are only answered when the permission covers every alarm (API reference of DescribeAlarms).
    resources: [`arn:${context.partition}:cloudwatch:${context.region}:${context.account}:alarm:*`],
  }),
];
