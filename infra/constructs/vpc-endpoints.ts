// VPC endpoints: the private way to AWS services, in place of or beside a NAT gateway (O11, F1).
import { CfnSecurityGroup, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Endpoint, Network } from '../../shared/domain/platform.ts';
import { pascal } from '../names.ts';
import { accept } from '../platform-stack.ts';
import type { Subnets } from './subnets.ts';

/** Endpoint services behind each word; gateway endpoints are free and sit in route tables. */
const gatewayServices: Readonly<Partial<Record<Endpoint, string>>> = { s3: 's3', dynamodb: 'dynamodb' };

const interfaceServices: Readonly<Partial<Record<Endpoint, readonly string[]>>> = {
  ecr: ['ecr.api', 'ecr.dkr'],
  logs: ['logs'],
  secrets: ['secretsmanager'],
  ssm: ['ssm'],
  sts: ['sts'],
  bedrock: ['bedrock-runtime'],
  shell: ['ssmmessages'],
};

/** Without a NAT gateway tasks cannot even start without these: image layers come from S3. */
const needed: readonly Endpoint[] = ['ecr', 'logs', 'secrets', 's3'];

/** The endpoints of a network, those that ECS needs included when there is no other way out. */
export const endpointsOf = (network: Network): readonly Endpoint[] => [
  ...new Set([...(network.tasks === 'endpoints' ? needed : []), ...network.endpoints]),
];

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
export const vpcEndpoints = (scope: Construct, network: Network, subnets: Subnets): void => {
  const endpoints = endpointsOf(network);
  for (const endpoint of endpoints) {
    const service = gatewayServices[endpoint];
    if (service === undefined) continue;
    new CfnVPCEndpoint(scope, `${pascal(service)}Endpoint`, {
      vpcId: subnets.vpcId,
      serviceName: `com.amazonaws.${Aws.REGION}.${service}`,
      vpcEndpointType: 'Gateway',
      routeTableIds: [...subnets.routeTables],
    });
  }
  const services = endpoints.flatMap((endpoint) => interfaceServices[endpoint] ?? []);
  if (services.length === 0) return;
  const group = endpointGroup(scope, subnets);
  for (const service of services) {
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
