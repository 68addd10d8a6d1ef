// What the Services adapter calls, on this platform's cluster, services and task definition families only.
import { aws_iam as iam } from 'aws-cdk-lib';
import { migrationFamily } from '../../shared/contracts/redeploy.ts';
import type { OperationsContext } from '../operations-context.ts';

const ecsArn = ({ partition, region, account }: OperationsContext, resource: string): string =>
  `arn:${partition}:ecs:${region}:${account}:${resource}`;

const serviceArns = (context: OperationsContext): string[] =>
  context.manifest.services.map(({ serviceName }) => ecsArn(context, `service/${context.manifest.cluster}/${serviceName}`));

const inCluster = (context: OperationsContext): Record<string, Record<string, string>> => ({
  ArnEquals: { 'ecs:cluster': ecsArn(context, `cluster/${context.manifest.cluster}`) },
});

/** describe: how services stand and which images their revisions hold. */
export const servicesReadGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['ecs:DescribeServices'], resources: serviceArns(context) }),
  // Task definitions have no resource-level permissions for reading.
  new iam.PolicyStatement({ actions: ['ecs:DescribeTaskDefinition'], resources: ['*'] }),
];

/** tasks and stopped. */
export const servicesTaskGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  // ListTasks names no resource for Fargate; the cluster is the limit.
  new iam.PolicyStatement({ actions: ['ecs:ListTasks'], resources: ['*'], conditions: inCluster(context) }),
  new iam.PolicyStatement({ actions: ['ecs:DescribeTasks'], resources: [ecsArn(context, `task/${context.manifest.cluster}/*`)] }),
];

/** targets; nothing to ask where nothing is public. */
export const targetsGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  context.manifest.loadBalancer === null
    ? []
    : // Describe actions of Elastic Load Balancing have no resource-level permissions.
      [new iam.PolicyStatement({ actions: ['elasticloadbalancing:DescribeTargetHealth'], resources: ['*'] })];

/** count and roll. */
export const servicesUpdateGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['ecs:UpdateService'], resources: serviceArns(context) }),
];

/** pin and retire: a new revision carries the family's tags and passes its roles on. */
export const taskDefinitionGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  // Neither action has resource-level permissions.
  new iam.PolicyStatement({ actions: ['ecs:RegisterTaskDefinition', 'ecs:DeregisterTaskDefinition'], resources: ['*'] }),
  new iam.PolicyStatement({
    actions: ['ecs:TagResource'],
    resources: [
      ...context.manifest.services.map(({ family }) => ecsArn(context, `task-definition/${family}:*`)),
      ...migrating(context).map(({ family }) => ecsArn(context, `task-definition/${migrationFamily(family)}:*`)),
    ],
  }),
  passTaskRoles(context),
];

/** Site.ask: the load balancer's address, where a smoke request is configured and no domain is. */
export const siteGrants = ({ manifest }: OperationsContext): iam.PolicyStatement[] => {
  const asked = manifest.site === null && manifest.loadBalancer !== null && manifest.services.some(({ rollout }) => rollout.smoke !== null);
  // Describe actions of Elastic Load Balancing have no resource-level permissions.
  return asked ? [new iam.PolicyStatement({ actions: ['elasticloadbalancing:DescribeLoadBalancers'], resources: ['*'] })] : [];
};

const migrating = ({ manifest }: OperationsContext) => manifest.services.filter(({ rollout }) => rollout.gates.migration !== null);

/** runOnce and stopOnce: migrations of the services that have one, nothing where none has. */
export const oneOffTaskGrants = (context: OperationsContext): iam.PolicyStatement[] => {
  const families = migrating(context).map(({ family }) => ecsArn(context, `task-definition/${migrationFamily(family)}:*`));
  if (families.length === 0) return [];
  return [
    new iam.PolicyStatement({ actions: ['ecs:RunTask'], resources: families, conditions: inCluster(context) }),
    new iam.PolicyStatement({ actions: ['ecs:StopTask'], resources: [ecsArn(context, `task/${context.manifest.cluster}/*`)] }),
  ];
};

/** The roles of the platform's tasks have generated names that begin with the platform's id. */
const passTaskRoles = ({ manifest, partition, account }: OperationsContext): iam.PolicyStatement =>
  new iam.PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [`arn:${partition}:iam::${account}:role/${manifest.id}-*`],
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  });

/** ScalingBounds.set alone: the first release gives a service its bounds (R7). */
export const boundsGrants = ({ partition, region, account }: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['application-autoscaling:RegisterScalableTarget'],
    resources: [`arn:${partition}:application-autoscaling:${region}:${account}:scalable-target/*`],
    conditions: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
  }),
];
