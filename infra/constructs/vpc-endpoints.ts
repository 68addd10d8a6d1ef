// VPC endpoints: the private way to AWS services, in place of or beside a NAT gateway (O11, F1).
import { CfnSecurityGroup, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { endpointServices, endpointsOf } from '../../shared/domain/endpoints.ts';
import { type Deployment, pascal } from '../names.ts';
import { accept } from '../platform-stack.ts';
import type { Subnets } from './subnets.ts';

/** Gateway endpoints are free and sit in route tables. */
const gateways: ReadonlySet<string> = new Set(['s3', 'dynamodb']);

const endpointGroup = (scope: Construct, subnets: Subnets): string => {
  const group = new CfnSecurityGroup(scope, 'EndpointsGroup', {
    vpcId: subnets.vpcId,
    groupDescription: 'Interface endpoints',
    securityGroupIngress: [
      { cidrIp: subnets.cidr, ipProtocol: 'tcp', fromPort: 443, toPort: 443, description: 'HTTPS from inside the network' },
    ],
  });
  accept(group, 'AwsSolutions-EC23', 'Open to the addresses of this network only.');
  return group.attrGroupId;
};

/** Interface endpoints where tasks run, gateway endpoints in every route table. */
export const vpcEndpoints = (scope: Construct, { platform, stage }: Deployment, subnets: Subnets): void => {
  const services = endpointsOf(platform, stage).flatMap((word): readonly string[] => endpointServices[word]);
  for (const service of services.filter((one) => gateways.has(one))) {
    new CfnVPCEndpoint(scope, `${pascal(service)}Endpoint`, {
      vpcId: subnets.vpcId,
      serviceName: `com.amazonaws.${Aws.REGION}.${service}`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [...subnets.routeTables],
    });
  }
  const behindInterfaces = services.filter((one) => !gateways.has(one));
  if (behindInterfaces.length === 0) return;
  const group = endpointGroup(scope, subnets);
  for (const service of behindInterfaces) {
    new CfnVPCEndpoint(scope, `${pascal(service)}Endpoint`, {
      vpcId: subnets.vpcId,
      serviceName: `com.amazonaws.${Aws.REGION}.${service}`,
      vpcEndpointType: 'Interface',
      privateDnsEnabled: true,
      subnetIds: [...subnets.tasks],
      securityGroupIds: [group],
    });
  }
};
