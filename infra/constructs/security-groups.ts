// Security groups: the internet reaches the load balancer, it reaches routed ports, tasks reach only the stores they use.
import { CfnSecurityGroup, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Service } from '../../shared/domain/platform.ts';
import { answerTo, isPublic, mountedBy, reachedBy } from '../../shared/domain/wiring.ts';
import { type Deployment, pascal } from '../names.ts';
import { accept } from '../platform-stack.ts';

export interface SecurityGroups {
  readonly loadBalancer: string | null;
  readonly tasks: Readonly<Record<string, string>>;
  readonly stores: Readonly<Record<string, string>>;
  readonly fileSystems: Readonly<Record<string, string>>;
}

export const postgresPort = 5_432;
export const redisPort = 6_379;
const nfsPort = 2_049;

/** EC2 opens everything outward when no rule is given; this one matches nothing, so nothing goes out. */
const nothingOut: CfnSecurityGroup.EgressProperty[] = [
  { cidrIp: '255.255.255.255/32', ipProtocol: 'icmp', fromPort: 252, toPort: 86, description: 'Nothing goes out' },
];

const everythingOut: CfnSecurityGroup.EgressProperty[] = [{ cidrIp: '0.0.0.0/0', ipProtocol: '-1', description: 'Anywhere' }];

const loadBalancerGroup = (scope: Construct, { platform, id }: Deployment, vpcId: string): string => {
  const ports = platform.domain === null ? [80] : [80, 443];
  const group = new CfnSecurityGroup(scope, 'LoadBalancerGroup', {
    vpcId,
    groupDescription: `Load balancer of ${id}`,
    securityGroupIngress: ports.map((port) => ({
      cidrIp: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      description: `Port ${port} from anywhere`,
    })),
    securityGroupEgress: everythingOut,
  });
  accept(group, 'AwsSolutions-EC23', 'A public site is reached from anywhere; only the load balancer is, and only on its listeners.');
  return group.attrGroupId;
};

const allow = (scope: Construct, logical: string, to: string, from: string, port: number, description: string): void => {
  new CfnSecurityGroupIngress(scope, logical, {
    groupId: to,
    sourceSecurityGroupId: from,
    ipProtocol: 'tcp',
    fromPort: port,
    toPort: port,
    description,
  });
};

const routedPorts = (service: Service): readonly number[] => [
  ...new Set(service.routes.flatMap((route) => answerTo(service, route.container)?.port ?? [])),
];

const closedGroup = (scope: Construct, logical: string, vpcId: string, groupDescription: string): string =>
  new CfnSecurityGroup(scope, logical, { vpcId, groupDescription, securityGroupEgress: nothingOut }).attrGroupId;

/** All groups of a platform and the rules between them. */
export const securityGroups = (scope: Construct, deployment: Deployment, vpcId: string): SecurityGroups => {
  const { platform, id } = deployment;
  const services = Object.entries(platform.services);
  const loadBalancer = isPublic(platform) ? loadBalancerGroup(scope, deployment, vpcId) : null;
  const tasks: Record<string, string> = {};
  for (const [name, service] of services) {
    tasks[name] = new CfnSecurityGroup(scope, `${pascal(name)}TasksGroup`, {
      vpcId,
      groupDescription: `Tasks of ${id} ${name}`,
      securityGroupEgress: everythingOut,
    }).attrGroupId;
    if (loadBalancer === null) continue;
    for (const port of routedPorts(service))
      allow(scope, `${pascal(name)}TasksFromLoadBalancer${port}`, tasks[name], loadBalancer, port, 'From the load balancer');
  }
  const stores: Record<string, string> = {};
  for (const name of [...Object.keys(platform.databases), ...Object.keys(platform.caches)]) {
    stores[name] = closedGroup(scope, `${pascal(name)}StoreGroup`, vpcId, `Store ${id} ${name}`);
  }
  const fileSystems: Record<string, string> = {};
  for (const name of Object.keys(platform.fileSystems))
    fileSystems[name] = closedGroup(scope, `${pascal(name)}FilesGroup`, vpcId, `Files ${id} ${name}`);
  const groups = { loadBalancer, tasks, stores, fileSystems };
  for (const [name, service] of services) allowReaches(scope, deployment, groups, name, service);
  return groups;
};

const allowReaches = (scope: Construct, { platform }: Deployment, groups: SecurityGroups, name: string, service: Service): void => {
  const from = groups.tasks[name] ?? '';
  for (const reached of reachedBy(platform, service)) {
    const store = groups.stores[reached];
    const port = platform.databases[reached] === undefined ? redisPort : postgresPort;
    if (store !== undefined) allow(scope, `${pascal(reached)}StoreFrom${pascal(name)}`, store, from, port, `From ${name}`);
    const internalPort = platform.services[reached]?.internalPort ?? null;
    const other = groups.tasks[reached];
    if (internalPort !== null && other !== undefined)
      allow(scope, `${pascal(reached)}TasksFrom${pascal(name)}`, other, from, internalPort, `From ${name}`);
  }
  for (const mounted of mountedBy(service)) {
    const files = groups.fileSystems[mounted];
    if (files !== undefined) allow(scope, `${pascal(mounted)}FilesFrom${pascal(name)}`, files, from, nfsPort, `From ${name}`);
  }
};
