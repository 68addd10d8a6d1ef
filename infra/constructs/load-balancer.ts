// The load balancer: listeners for HTTP or HTTPS, certificate, alias record, access log, firewall.
import { CfnCertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnListener, CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { Domain } from '../../shared/domain/platform.ts';
import type { Attributes } from '../attributes.ts';
import { type Deployment, loadBalancerName } from '../names.ts';
import type { NetworkStack } from '../network-stack.ts';
import { accept } from '../platform-stack.ts';
import { keepsData, keepsRecords } from '../stage.ts';
import { accessLogBucket } from './access-log-bucket.ts';
import { firewall } from './firewall.ts';

export interface LoadBalancer {
  readonly resource: CfnLoadBalancer;
  /** The listener that carries the routes. */
  readonly listener: CfnListener;
}

/** TLS 1.3 with fallback to 1.2, forward secrecy only, post-quantum key exchange: the policy AWS recommends for new listeners. */
export const tlsPolicy = 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';

/** An answer for paths that no service claims. */
const notFound: CfnListener.ActionProperty = {
  type: 'fixed-response',
  fixedResponseConfig: { statusCode: '404', contentType: 'text/plain', messageBody: 'Nothing lives here.' },
};

const certificateArn = (scope: Construct, domain: Domain): string => {
  if (domain.certificate !== null) return domain.certificate;
  const zone = domain.zone;
  if (zone === null) throw new Error(`domain ${domain.name} has neither certificate nor zone`);
  return new CfnCertificate(scope, 'Certificate', {
    domainName: domain.name,
    validationMethod: 'DNS',
    domainValidationOptions: [{ domainName: domain.name, hostedZoneId: zone.id }],
  }).ref;
};

const aliasRecord = (scope: Construct, domain: Domain, resource: CfnLoadBalancer): void => {
  if (domain.zone === null) return;
  new CfnRecordSet(scope, 'Alias', {
    name: domain.name,
    type: 'A',
    hostedZoneId: domain.zone.id,
    aliasTarget: { dnsName: resource.attrDnsName, hostedZoneId: resource.attrCanonicalHostedZoneId },
  });
};

const listeners = (
  scope: Construct,
  domain: Domain | null,
  resource: CfnLoadBalancer,
  elsewhere: CfnListener.ActionProperty,
): CfnListener => {
  if (domain === null)
    return new CfnListener(scope, 'HttpListener', {
      loadBalancerArn: resource.ref,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [elsewhere],
    });
  new CfnListener(scope, 'HttpListener', {
    loadBalancerArn: resource.ref,
    port: 80,
    protocol: 'HTTP',
    defaultActions: [{ type: 'redirect', redirectConfig: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } }],
  });
  return new CfnListener(scope, 'HttpsListener', {
    loadBalancerArn: resource.ref,
    port: 443,
    protocol: 'HTTPS',
    sslPolicy: tlsPolicy,
    certificates: [{ certificateArn: certificateArn(scope, domain) }],
    defaultActions: [elsewhere],
  });
};

/** Load balancer and listeners; `elsewhere` answers what no rule claims. */
export const loadBalancer = (
  scope: Construct,
  deployment: Deployment,
  network: NetworkStack,
  attributes: Attributes,
  elsewhere: CfnListener.ActionProperty | null,
): LoadBalancer => {
  const { platform, stage } = deployment;
  const logs = keepsRecords(stage, platform.loadBalancer.accessLogs) ? accessLogBucket(scope, deployment) : null;
  const resource = new CfnLoadBalancer(scope, 'LoadBalancer', {
    name: loadBalancerName(deployment),
    type: 'application',
    scheme: 'internet-facing',
    ipAddressType: 'ipv4',
    subnets: [...network.subnets.public],
    securityGroups: [network.groups.loadBalancer ?? ''],
    loadBalancerAttributes: [
      { key: 'idle_timeout.timeout_seconds', value: String(platform.loadBalancer.idleSeconds) },
      { key: 'routing.http.drop_invalid_header_fields.enabled', value: 'true' },
      { key: 'deletion_protection.enabled', value: String(keepsData(stage)) },
      ...(logs === null
        ? []
        : [
            { key: 'access_logs.s3.enabled', value: 'true' },
            { key: 'access_logs.s3.bucket', value: logs.bucketName },
          ]),
    ],
  });
  if (logs === null)
    accept(resource, 'AwsSolutions-ELB2', 'The access log is written where the stage or the file asks for records (prod by default).');
  else if (logs.policy !== undefined) resource.node.addDependency(logs.policy);
  const listener = listeners(scope, platform.domain, resource, elsewhere ?? notFound);
  if (platform.domain !== null) aliasRecord(scope, platform.domain, resource);
  if (platform.loadBalancer.firewall) firewall(scope, deployment, resource);
  attributes.define('loadBalancer.dns', resource.attrDnsName);
  attributes.define('loadBalancer.arn', resource.ref);
  return { resource, listener };
};
