// What the evidence adapters read: error lines and last words, the state of services, and target health.
import { aws_iam as iam } from 'aws-cdk-lib';
import type { OperationsContext } from '../operations-context.ts';
import { namedOrPrefixed } from './fleet.ts';

const logGroupArns = (context: OperationsContext, suffix: string): string[] =>
  namedOrPrefixed([...new Set(context.manifest.services.map(({ logGroup }) => logGroup))]).map(
    (group) => `arn:${context.partition}:logs:${context.region}:${context.account}:log-group:${group}${suffix}`,
  );

/** `Evidence.gather`: reads only, on the platform's own log groups and services. */
export const evidenceGrants = (context: OperationsContext): iam.PolicyStatement[] => {
  const { manifest, partition, region, account } = context;
  if (manifest.services.length === 0) return [];
  return [
    new iam.PolicyStatement({ actions: ['logs:FilterLogEvents'], resources: logGroupArns(context, ':*') }),
    new iam.PolicyStatement({
      actions: ['ecs:DescribeServices'],
      resources: namedOrPrefixed(manifest.services.map(({ serviceName }) => serviceName)).map(
        (name) => `arn:${partition}:ecs:${region}:${account}:service/${manifest.cluster}/${name}`,
      ),
    }),
    // Reads of Application Auto Scaling know no resources.
    ...(manifest.services.some(({ count }) => count.scaling)
      ? [new iam.PolicyStatement({ actions: ['application-autoscaling:DescribeScalingActivities'], resources: ['*'] })]
      : []),
    // Elastic Load Balancing's Describe actions know no resources.
    ...(manifest.loadBalancer === null
      ? []
      : [new iam.PolicyStatement({ actions: ['elasticloadbalancing:DescribeTargetHealth'], resources: ['*'] })]),
  ];
};

/** `LastWords.lines`: single log streams of the platform's log groups. */
export const lastWordsGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  context.manifest.services.length === 0
    ? []
    : [new iam.PolicyStatement({ actions: ['logs:GetLogEvents'], resources: logGroupArns(context, ':log-stream:*') })];
