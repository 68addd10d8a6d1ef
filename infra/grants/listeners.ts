// What the WakePage adapter calls: rules on the listeners of this platform's load balancer.
import { aws_iam as iam } from 'aws-cdk-lib';
import { pageRules } from '../../shared/domain/night-page.ts';
import type { OperationsContext } from '../operations-context.ts';

const DESCRIBE = ['DescribeLoadBalancers', 'DescribeListeners', 'DescribeTargetGroups', 'DescribeRules'].map(
  (action) => `elasticloadbalancing:${action}`,
);

const withBalancer = (context: OperationsContext, action: string, resource: string): iam.PolicyStatement[] => {
  const { manifest, partition, region, account } = context;
  if (manifest.loadBalancer === null) return [];
  const arn = `arn:${partition}:elasticloadbalancing:${region}:${account}:${resource}/app/${manifest.loadBalancer}/*`;
  return [
    // Describe actions of Elastic Load Balancing have no resource-level permissions.
    new iam.PolicyStatement({ actions: DESCRIBE, resources: ['*'] }),
    new iam.PolicyStatement({ actions: [`elasticloadbalancing:${action}`], resources: [arn] }),
  ];
};

/** Nothing to show where nothing public goes down at night. */
export const pageShowGrants = (context: OperationsContext): iam.PolicyStatement[] =>
  pageRules(context.manifest.services).length > 0 ? withBalancer(context, 'CreateRule', 'listener') : [];
export const pageHideGrants = (context: OperationsContext): iam.PolicyStatement[] => withBalancer(context, 'DeleteRule', 'listener-rule');
