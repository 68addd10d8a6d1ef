// What the Fleet and Use adapters call: counts and health of this platform's services, and whether somebody uses it.
import { aws_iam as iam } from 'aws-cdk-lib';
import { isMixed } from '../../shared/domain/night-page.ts';
import type { OperationsContext } from '../operations-context.ts';

const ecsArn = ({ partition, region, account }: OperationsContext, resource: string): string =>
  `arn:${partition}:ecs:${region}:${account}:${resource}`;

/** Inline policies of a role hold 10,240 characters: so many names fit, beside everything else. */
const MOST_NAMED = 20;

/** The names themselves; of a fleet what they all begin with, and a star. */
export const namedOrPrefixed = (names: readonly string[], most = MOST_NAMED): readonly string[] => {
  if (names.length <= most) return names;
  const [first = '', last = ''] = [names.toSorted()[0], names.toSorted().at(-1)];
  let alike = 0;
  while (alike < first.length && first[alike] === last[alike]) alike += 1;
  return [`${first.slice(0, alike)}*`];
};

const serviceArns = (context: OperationsContext): string[] => {
  const { services, cluster } = context.manifest;
  return namedOrPrefixed(services.map(({ serviceName }) => serviceName)).map((name) => ecsArn(context, `service/${cluster}/${name}`));
};

/** counts. */
export const fleetReadGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['ecs:DescribeServices'], resources: serviceArns(context) }),
];

/** count. */
export const fleetCountGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['ecs:UpdateService'], resources: serviceArns(context) }),
];

/** place: the services that may run on Spot, so nothing where none does. */
export const fleetPlaceGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  context.manifest.services.some(({ size }) => size.spot) ? fleetCountGrants(context) : [];

/** Tasks of the cluster; ListTasks names no resource for Fargate, the cluster is the limit. */
const taskGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['ecs:ListTasks'],
    resources: ['*'],
    conditions: { ArnEquals: { 'ecs:cluster': ecsArn(context, `cluster/${context.manifest.cluster}`) } },
  }),
  new iam.PolicyStatement({ actions: ['ecs:DescribeTasks'], resources: [ecsArn(context, `task/${context.manifest.cluster}/*`)] }),
];

/** healthy: targets where something is public, tasks where something is not. */
export const fleetHealthGrants = (context: OperationsContext): iam.PolicyStatement[] => {
  const { services } = context.manifest;
  return [
    ...(services.some(({ routes }) => routes.length === 0) ? taskGrants(context) : []),
    // Describe actions of Elastic Load Balancing have no resource-level permissions.
    ...(services.some(({ routes }) => routes.length > 0)
      ? [new iam.PolicyStatement({ actions: ['elasticloadbalancing:DescribeTargetHealth'], resources: ['*'] })]
      : []),
  ];
};

/** now and idleSeconds: the load balancer's request count, and one-off tasks. Metrics have no resources. */
export const useGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  ...taskGrants(context),
  ...(isMixed(context.manifest.services) ? fleetReadGrants(context) : []),
  ...(context.manifest.loadBalancer === null
    ? []
    : [new iam.PolicyStatement({ actions: ['elasticloadbalancing:DescribeLoadBalancers', 'cloudwatch:GetMetricData'], resources: ['*'] })]),
];
