// What the machines of sleep and wake call themselves: writing the parameter that tells a deploy whether the platform sleeps.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { OperationsContext } from '../operations-context.ts';

export const asleepParameterGrants = ({ manifest, partition, region, account }: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['ssm:PutParameter'],
    resources: [`arn:${partition}:ssm:${region}:${account}:parameter${manifest.asleepParameter}`],
  }),
];
