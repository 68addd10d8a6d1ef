// What the scaling adapter calls, on the platform's own services.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { OperationsContext } from '../operations-context.ts';

/** Bounds of the platform's services: read and set. Describe knows no resources. */
export const scalingWriteGrants = (context: OperationsContext): iam.PolicyStatement[] => {
  const { partition, region, account } = context;
  return [
    new iam.PolicyStatement({ actions: ['application-autoscaling:DescribeScalableTargets'], resources: ['*'] }),
    new iam.PolicyStatement({
      actions: ['application-autoscaling:RegisterScalableTarget'],
      resources: [`arn:${partition}:application-autoscaling:${region}:${account}:scalable-target/*`],
      conditions: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
    }),
  ];
};

/** Bounds and scheduled actions as they stand. Neither description knows resources. */
export const scalingReadGrants = (_context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['application-autoscaling:DescribeScalableTargets', 'application-autoscaling:DescribeScheduledActions'],
    resources: ['*'],
  }),
];
