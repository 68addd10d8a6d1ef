// AWS WAF before the load balancer: AWS's managed rules and a limit per address (F13).
import type { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { Deployment } from '../names.ts';

const managed = ['AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet', 'AWSManagedRulesAmazonIpReputationList'];

/** Requests of one address in five minutes. */
const rateLimit = 2_000;

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});

/** A web ACL on the load balancer. */
export const firewall = (scope: Construct, { id }: Deployment, loadBalancer: CfnLoadBalancer): void => {
  const acl = new CfnWebACL(scope, 'Firewall', {
    name: id,
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visible(`${id}-firewall`),
    rules: [
      ...managed.map((name, index): CfnWebACL.RuleProperty => ({
        name,
        priority: index + 1,
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
        visibilityConfig: visible(name),
      })),
      {
        name: 'RateLimit',
        priority: managed.length + 1,
        action: { block: {} },
        statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: rateLimit } },
        visibilityConfig: visible('RateLimit'),
      },
    ],
  });
  new CfnWebACLAssociation(scope, 'FirewallUse', { resourceArn: loadBalancer.ref, webAclArn: acl.attrArn });
};
