// Why a permission of the automation ends in a star: every wildcard has its reason here, and one without is a finding of the security rules.
import { Stack, type aws_iam as iam } from 'aws-cdk-lib';
import { accept, written } from '../platform-stack.ts';

/** Actions for which AWS offers no resource to name. */
const withoutResource: ReadonlySet<string> = new Set([
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingActivities',
  'application-autoscaling:DescribeScheduledActions',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricWidgetImage',
  'ecs:DeregisterTaskDefinition',
  'ecs:DescribeTaskDefinition',
  'ecs:RegisterTaskDefinition',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
]);

/** Parts of a name that exist only once AWS has made the thing, and what limits the permission instead. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/\.Arn>:\*$|:log-group:[^*]+:\*$|:log-stream:\*$/, 'Streams of one log group of this platform: their names are made when a function or task starts.'],
  [/:service\/[^*/]+\/[^*]*\*$|:task-definition\/[^*]*\*:\*$|:repository\/[^*]*\*$|:parameter\/dayshift\/[^*]+\*\/image$|:log-group:[^*]*\*:/, 'A fleet: so many names do not fit into the policy of a role (10,240 characters), so it says what they all begin with.'],
  [/:parameter\/dayshift\/quarantine\/\*$/, 'Failed images of the account: their digests are known when they fail.'],
  [/:task\/[^*]+\/\*$/, 'Tasks of this platform’s cluster: ECS makes their ids.'],
  [/:task-definition\/[^*]+:\*$/, 'All revisions of one task family of this platform: ECS counts them.'],
  [/:role\/[^*]+-\*$/, 'Roles of this platform’s tasks, whose names CloudFormation completes; they may be passed to ECS tasks only.'],
  [/:scalable-target\/\*$/, 'Application Auto Scaling makes the ids of targets; a condition limits the permission to ECS services.'],
  [/:listener(-rule)?\/app\/[^*]+\/\*$/, 'Listeners and rules of this platform’s load balancer: Elastic Load Balancing makes their ids.'],
  [/:alarm:\*$/, 'DescribeAlarms answers for composite alarms only when it covers every alarm; it reads, and reads no data.'],
  [/:(cluster|snapshot|cluster-snapshot):[^*]+-[^*]*\*$/, 'Members and copies of one cache or database of this platform: the story numbers or dates their names.'],
  [/:(subnetgroup|parametergroup|securitygroup):\*$/, 'A cache is made again in the groups its recipe names, which are known when the night begins; the permission only refers to them.'],
];

const starReason = (statements: readonly iam.PolicyStatement[]): string | undefined => {
  const open = statements.filter(({ resources }) => resources.includes('*'));
  const unlimited = open.flatMap(({ actions, conditions }) => (Object.keys(conditions as object).length > 0 ? [] : actions.filter((action) => !withoutResource.has(action))));
  if (open.length === 0 || unlimited.length > 0) return undefined;
  return `AWS offers no resource to name for ${[...new Set(open.flatMap(({ actions }) => actions))].join(', ')}; where a condition can limit them, one does.`;
};

/** Accepts each wildcard of a role that has a reason; what has none stays a finding. */
export const explainWildcards = (role: iam.Role, statements: readonly iam.PolicyStatement[]): void => {
  const star = starReason(statements);
  if (star !== undefined) accept(role, 'AwsSolutions-IAM5[Resource::*]', star);
  const named = new Set(statements.flatMap(({ resources }) => resources).map((resource) => written(Stack.of(role).resolve(resource) as unknown)));
  for (const text of named) {
    const reason = text === '*' ? undefined : reasons.find(([pattern]) => pattern.test(text))?.[1];
    if (reason !== undefined && text.includes('*')) accept(role, `AwsSolutions-IAM5[Resource::${text}]`, reason);
  }
};
