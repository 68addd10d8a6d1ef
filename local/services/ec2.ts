// Simulated network of EC2 as records: VPCs, subnets, gateways, security groups, endpoints; they exist, have ids and zones, and move no packets.
import { AwsError } from '../simulated.ts';
import type { Made, Operation, ResourceContext, ResourceType, SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';

export interface Ec2 extends SimulatedService {
  /** Availability zone of a subnet; the first zone of the region for one that nobody created here. */
  zoneOf(subnetId: string): string;
  vpcOf(subnetId: string | undefined): string | undefined;
}

interface NetworkRecord {
  readonly id: string;
  readonly type: string;
  readonly properties: any;
}

/** CloudFormation type, prefix of its id, and what GetAtt answers beside the id. */
type Attributes = (id: string, properties: any, context: ResourceContext) => Readonly<Record<string, unknown>>;

const none: Attributes = () => ({});

const TYPES: Readonly<Record<string, { readonly prefix: string; readonly attributes: Attributes }>> = {
  VPC: {
    prefix: 'vpc',
    attributes: (id, properties) => ({
      VpcId: id,
      CidrBlock: properties.CidrBlock,
      CidrBlockAssociations: [`vpc-cidr-assoc-${id.slice(4)}`],
      DefaultSecurityGroup: `sg-${id.slice(4)}`,
      DefaultNetworkAcl: `acl-${id.slice(4)}`,
    }),
  },
  Subnet: {
    prefix: 'subnet',
    attributes: (id, properties, { world }) => ({
      SubnetId: id,
      VpcId: properties.VpcId,
      CidrBlock: properties.CidrBlock,
      AvailabilityZone: properties.AvailabilityZone ?? `${world.region}a`,
    }),
  },
  InternetGateway: { prefix: 'igw', attributes: (id) => ({ InternetGatewayId: id }) },
  VPCGatewayAttachment: { prefix: 'igw-attach', attributes: none },
  NatGateway: { prefix: 'nat', attributes: (id) => ({ NatGatewayId: id }) },
  RouteTable: { prefix: 'rtb', attributes: (id) => ({ RouteTableId: id }) },
  Route: { prefix: 'r', attributes: none },
  SubnetRouteTableAssociation: { prefix: 'rtbassoc', attributes: (id) => ({ Id: id }) },
  SecurityGroup: { prefix: 'sg', attributes: (id, properties) => ({ GroupId: id, Id: id, VpcId: properties.VpcId }) },
  SecurityGroupIngress: { prefix: 'sgr', attributes: (id) => ({ Id: id }) },
  SecurityGroupEgress: { prefix: 'sgr', attributes: (id) => ({ Id: id }) },
  VPCEndpoint: {
    prefix: 'vpce',
    attributes: (id, _properties, { world }) => ({
      Id: id,
      CreationTimestamp: new Date(world.clock.now).toISOString(),
      DnsEntries: [],
      NetworkInterfaceIds: [],
    }),
  },
  FlowLog: { prefix: 'fl', attributes: (id) => ({ Id: id }) },
  NetworkAcl: { prefix: 'acl', attributes: (id) => ({ Id: id }) },
};

export const makeEc2 = (world: World): Ec2 => {
  const records = new Map<string, NetworkRecord>();
  const subnet = (id: string | undefined): NetworkRecord | undefined => (id === undefined ? undefined : records.get(id));
  return {
    signingName: 'ec2',
    operations: operations(records),
    resources: {
      ...Object.fromEntries(Object.keys(TYPES).map((type) => [`AWS::EC2::${type}`, recordType(records, type)])),
      'AWS::EC2::EIP': elasticAddress(records),
    },
    support: {
      does: [
        'VPCs, subnets, gateways, routes, security groups, endpoints and elastic addresses as records with their Ref and GetAtt',
        'DescribeVpcs, DescribeSubnets, DescribeSecurityGroups',
      ],
      doesNot: ['packets: security groups and routes are not enforced', 'instances', 'network interfaces of tasks as EC2 resources'],
    },
    zoneOf: (id) => subnet(id)?.properties.AvailabilityZone ?? `${world.region}a`,
    vpcOf: (id) => subnet(id)?.properties.VpcId,
  };
};

const recordType = (records: Map<string, NetworkRecord>, type: string): ResourceType => {
  const { prefix, attributes } = TYPES[type]!;
  const keep = (id: string, properties: any, context: ResourceContext): Made => {
    records.set(id, { id, type, properties });
    return { ref: id, attributes: attributes(id, properties, context) };
  };
  return {
    replaceOn: [
      'VpcId',
      'CidrBlock',
      'AvailabilityZone',
      'SubnetId',
      'RouteTableId',
      'GroupName',
      'GroupDescription',
      'ServiceName',
      'DestinationCidrBlock',
    ],
    create: (properties, context) => keep(`${prefix}-${context.world.random.stream('ec2').hex(17)}`, properties, context),
    update: (made, properties, _before, context) => keep(made.ref, properties, context),
    remove: (made) => void records.delete(made.ref),
  };
};

/** Ref answers the address itself, AllocationId comes by GetAtt. */
const elasticAddress = (records: Map<string, NetworkRecord>): ResourceType => ({
  create: (properties, { world }) => {
    const random = world.random.stream('ec2');
    const address = `203.0.113.${random.between(1, 254)}`;
    const id = `eipalloc-${random.hex(17)}`;
    records.set(id, { id, type: 'EIP', properties });
    return { ref: address, attributes: { AllocationId: id, PublicIp: address } };
  },
  update: (made) => made,
  remove: (made) => void records.delete(String(made.attributes['AllocationId'])),
});

const unknownIds: Readonly<Record<string, readonly [code: string, words: string]>> = {
  VPC: ['InvalidVpcID.NotFound', 'vpc ID'],
  Subnet: ['InvalidSubnetID.NotFound', 'subnet ID'],
  SecurityGroup: ['InvalidGroup.NotFound', 'security group'],
};
const unknownId = (type: string, id: string): AwsError => {
  const [code, words] = unknownIds[type] ?? ['InvalidParameterValue', type];
  return new AwsError(code, `The ${words} '${id}' does not exist`);
};

interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** Filters by network and by tag; any other fails by its name. */
const passes = ({ properties, id, type }: NetworkRecord, { Name, Values }: Filter): boolean => {
  if (Name === 'vpc-id') return Values.includes(type === 'VPC' ? id : properties.VpcId);
  const tag = /^tag:(.+)$/.exec(Name)?.[1];
  if (tag === undefined) throw new AwsError('InvalidParameterValue', `The filter '${Name}' is not simulated; vpc-id and tag:KEY are`);
  return ((properties.Tags ?? []) as readonly { readonly Key: string; readonly Value: string }[]).some(({ Key, Value }) => Key === tag && Values.includes(Value));
};

const operations = (records: ReadonlyMap<string, NetworkRecord>): Readonly<Record<string, Operation>> => {
  const describe = (action: string, type: string, ids: string, answer: string, shape: (record: NetworkRecord) => object): Operation => ({
    needs: () => [{ action: `ec2:${action}`, resource: '*' }],
    run: (input) => {
      const all = [...records.values()].filter((record) => record.type === type);
      const asked: readonly string[] = input[ids] ?? all.map(({ id }) => id);
      for (const id of asked) if (!all.some((record) => record.id === id)) throw unknownId(type, id);
      const filters: readonly Filter[] = input.Filters ?? [];
      return { [answer]: all.filter((record) => asked.includes(record.id) && filters.every((filter) => passes(record, filter))).map(shape) };
    },
  });
  return {
    DescribeVpcs: describe('DescribeVpcs', 'VPC', 'VpcIds', 'Vpcs', ({ id, properties }) => ({
      VpcId: id,
      CidrBlock: properties.CidrBlock,
      State: 'available',
      Tags: properties.Tags ?? [],
    })),
    DescribeSubnets: describe('DescribeSubnets', 'Subnet', 'SubnetIds', 'Subnets', ({ id, properties }) => ({
      SubnetId: id,
      VpcId: properties.VpcId,
      CidrBlock: properties.CidrBlock,
      AvailabilityZone: properties.AvailabilityZone,
      State: 'available',
      MapPublicIpOnLaunch: properties.MapPublicIpOnLaunch ?? false,
      Tags: properties.Tags ?? [],
    })),
    DescribeSecurityGroups: describe('DescribeSecurityGroups', 'SecurityGroup', 'GroupIds', 'SecurityGroups', ({ id, properties }) => ({
      GroupId: id,
      GroupName: properties.GroupName ?? id,
      Description: properties.GroupDescription,
      VpcId: properties.VpcId,
      Tags: properties.Tags ?? [],
    })),
  };
};
