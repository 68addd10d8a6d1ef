// What the Services adapter calls, on this platform's cluster, services and task definition families only.
import { aws_iam as iam } from 'aws-cdk-lib';
import { migrationFamily } from '../../shared/contracts/redeploy.ts';
import type { OperationsContext } from '../operations-context.ts';
import { namedOrPrefixed } from './fleet.ts';

const ecsArn = ({ partition, region, account }: OperationsContext, resource: string): string =>
  `arn:${partition}:ecs:${region}:${account}:${resource}`;

const serviceArns = (context: OperationsContext): string[] => {
  const { services, cluster } = context.manifest;
  return namedOrPrefixed(services.map(({ serviceName }) => serviceName)).map((name) => ecsArn(context, `service/${cluster}/${name}`));
};

/** All revisions of families. */
const definitionArns = (context: OperationsContext, families: readonly string[]): string[] =>
  namedOrPrefixed(families).map((family) => ecsArn(context, `task-definition/${family}:*`));

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
    resources: definitionArns(context, [
      ...context.manifest.services.map(({ family }) => family),
      ...migrating(context).map(({ family }) => migrationFamily(family)),
    ]),
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

const provingAsleep = ({ manifest }: OperationsContext) =>
  manifest.services.filter(({ rollout: { proveAsleep } }) => proveAsleep !== null && proveAsleep !== undefined);

/** runOnce: migrations and proofs of the services that have one, nothing where none has. */
const runOnceGrants = (context: OperationsContext): iam.PolicyStatement[] => {
  const migrations = migrating(context).map(({ family }) => migrationFamily(family));
  const families = [...migrations, ...provingAsleep(context).map(({ family }) => family)];
  if (families.length === 0) return [];
  const resources = definitionArns(context, families);
  return [new iam.PolicyStatement({ actions: ['ecs:RunTask'], resources, conditions: inCluster(context) })];
};

const stopOnceGrants = (context: OperationsContext): iam.PolicyStatement[] => [
  new iam.PolicyStatement({ actions: ['ecs:StopTask'], resources: [ecsArn(context, `task/${context.manifest.cluster}/*`)] }),
];

/** runOnce, stopOnce, and ongoing where there are migrations. */
export const oneOffTaskGrants = (context: OperationsContext): iam.PolicyStatement[] => {
  const run = runOnceGrants(context);
  const ongoing = migrating(context).length === 0 ? [] : servicesTaskGrants(context);
  return run.length === 0 ? [] : [...run, ...stopOnceGrants(context), ...ongoing];
};

/** stopOnce of a proof whose story stopped on an error; nothing where nothing is proven asleep. */
export const endProofGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  provingAsleep(context).length === 0 ? [] : stopOnceGrants(context);

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
