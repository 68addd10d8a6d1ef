// VPC, subnets in three tiers over the zones, internet gateway, NAT gateways and route tables.
import { Fn, Tags } from 'aws-cdk-lib/core';
import {
  CfnEIP,
  CfnInternetGateway,
  CfnNatGateway,
  CfnRoute,
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  CfnVPCGatewayAttachment,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { rangeOf, rangeWords, subnetOf, type Range, type Tier } from '../../shared/domain/cidr.ts';
import type { Network } from '../../shared/domain/platform.ts';
import { pascal } from '../names.ts';
import { accept } from '../platform-stack.ts';

export interface Subnets {
  readonly vpcId: string;
  readonly cidr: string;
  readonly public: readonly string[];
  /** Where tasks run: the public tier when the platform has neither NAT nor endpoints. */
  readonly tasks: readonly string[];
  readonly data: readonly string[];
  readonly routeTables: readonly string[];
}

interface TierSubnets {
  readonly ids: readonly string[];
  readonly tables: readonly CfnRouteTable[];
}

const named = (construct: Construct, name: string): void => Tags.of(construct).add('Name', name);

const tierOf = (scope: Construct, tier: Tier, network: Network, range: Range, vpc: CfnVPC, id: string): TierSubnets => {
  const built = Array.from({ length: network.zones }, (_, zone) => {
    const logical = `${pascal(tier)}Subnet${zone + 1}`;
    const subnet = new CfnSubnet(scope, logical, {
      vpcId: vpc.ref,
      cidrBlock: rangeWords(subnetOf(range, tier, zone)),
      availabilityZone: Fn.select(zone, Fn.getAzs()),
      mapPublicIpOnLaunch: false,
    });
    named(subnet, `${id}-${tier}-${zone + 1}`);
    const table = new CfnRouteTable(scope, `${logical}Routes`, { vpcId: vpc.ref });
    named(table, `${id}-${tier}-${zone + 1}`);
    new CfnSubnetRouteTableAssociation(scope, `${logical}RoutesUse`, { subnetId: subnet.ref, routeTableId: table.ref });
    return { id: subnet.ref, table };
  });
  return { ids: built.map((subnet) => subnet.id), tables: built.map((subnet) => subnet.table) };
};

const internetGateway = (scope: Construct, vpc: CfnVPC, open: TierSubnets, id: string): CfnVPCGatewayAttachment => {
  const gateway = new CfnInternetGateway(scope, 'InternetGateway', {});
  named(gateway, id);
  const attachment = new CfnVPCGatewayAttachment(scope, 'InternetGatewayUse', { vpcId: vpc.ref, internetGatewayId: gateway.ref });
  open.tables.forEach((table, zone) => {
    const route = new CfnRoute(scope, `PublicSubnet${zone + 1}ToInternet`, {
      routeTableId: table.ref,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.ref,
    });
    route.addResourceDependency(attachment);
  });
  return attachment;
};

const natGateways = (
  scope: Construct,
  network: Network,
  open: TierSubnets,
  closed: TierSubnets,
  attachment: CfnVPCGatewayAttachment,
  id: string,
): void => {
  const gateways = open.ids.slice(0, network.natGateways).map((subnetId, zone) => {
    const address = new CfnEIP(scope, `NatAddress${zone + 1}`, { domain: 'vpc' });
    named(address, `${id}-nat-${zone + 1}`);
    const gateway = new CfnNatGateway(scope, `NatGateway${zone + 1}`, { subnetId, allocationId: address.attrAllocationId });
    named(gateway, `${id}-${zone + 1}`);
    gateway.addResourceDependency(attachment);
    return gateway;
  });
  closed.tables.forEach((table, zone) => {
    const natGatewayId = gateways[zone % gateways.length]?.ref;
    new CfnRoute(scope, `PrivateSubnet${zone + 1}ToNat`, { routeTableId: table.ref, destinationCidrBlock: '0.0.0.0/0', natGatewayId });
  });
};

/** The VPC and its subnets; the data tier has no way out at all. */
export const subnets = (scope: Construct, network: Network, id: string): Subnets => {
  const range = rangeOf(network.cidr);
  if (range === null) throw new Error(`network.cidr ${network.cidr} is no range`);
  const vpc = new CfnVPC(scope, 'Vpc', { cidrBlock: network.cidr, enableDnsHostnames: true, enableDnsSupport: true });
  named(vpc, id);
  accept(
    vpc,
    'AwsSolutions-VPC7',
    'Flow logs are written where the stage or the file asks for records (prod by default); elsewhere they cost more than the platform.',
  );
  const open = tierOf(scope, 'public', network, range, vpc, id);
  const closed = network.tasks === 'public' ? null : tierOf(scope, 'private', network, range, vpc, id);
  const data = tierOf(scope, 'data', network, range, vpc, id);
  const attachment = internetGateway(scope, vpc, open, id);
  if (network.tasks === 'private' && closed !== null) natGateways(scope, network, open, closed, attachment, id);
  return {
    vpcId: vpc.ref,
    cidr: network.cidr,
    public: open.ids,
    tasks: (closed ?? open).ids,
    data: data.ids,
    routeTables: [...open.tables, ...(closed?.tables ?? []), ...data.tables].map((table) => table.ref),
  };
};
