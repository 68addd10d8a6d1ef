// Redis and Valkey nodes; a plain Redis node where nothing more is asked for, a replication group of one for Valkey or TLS.
import { CfnCacheCluster, CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import type { Cache } from '../../shared/domain/platform.ts';
import type { Attributes } from '../attributes.ts';
import { cacheIdentifier, type Deployment, pascal } from '../names.ts';
import type { NetworkStack } from '../network-stack.ts';
import { accept } from '../platform-stack.ts';
import { redisPort } from './security-groups.ts';

interface Groups {
  readonly subnets: string;
  readonly security: string;
}

interface Address {
  readonly host: string;
  readonly port: string;
}

const portReason = 'Reached only from the tasks that use it, by security group; an unusual port adds no protection to that.';

const node = (scope: Construct, identifier: string, name: string, cache: Cache, groups: Groups): Address => {
  const resource = new CfnCacheCluster(scope, `${pascal(name)}Cache`, {
    clusterName: identifier,
    engine: 'redis',
    engineVersion: cache.version ?? '7.1',
    cacheNodeType: cache.node,
    numCacheNodes: 1,
    cacheSubnetGroupName: groups.subnets,
    vpcSecurityGroupIds: [groups.security],
    autoMinorVersionUpgrade: true,
  });
  accept(resource, 'AwsSolutions-AEC5', portReason);
  return { host: resource.attrRedisEndpointAddress, port: resource.attrRedisEndpointPort };
};

const group = (scope: Construct, identifier: string, name: string, cache: Cache, groups: Groups): Address => {
  const resource = new CfnReplicationGroup(scope, `${pascal(name)}Cache`, {
    replicationGroupId: identifier,
    replicationGroupDescription: `Cache ${name}`,
    engine: cache.engine,
    engineVersion: cache.version ?? (cache.engine === 'valkey' ? '8.0' : '7.1'),
    cacheNodeType: cache.node,
    numCacheClusters: 1,
    automaticFailoverEnabled: false,
    multiAzEnabled: false,
    transitEncryptionEnabled: cache.tls,
    atRestEncryptionEnabled: true,
    cacheSubnetGroupName: groups.subnets,
    securityGroupIds: [groups.security],
    autoMinorVersionUpgrade: true,
  });
  accept(
    resource,
    'AwsSolutions-AEC4',
    cache.lasting
      ? 'A cache of one node is the decision of the platform file, which says that what it holds lasts: it is never hibernated.'
      : 'A cache of one node: what it holds can be computed again.',
  );
  accept(resource, 'AwsSolutions-AEC5', portReason);
  accept(resource, 'AwsSolutions-AEC6', 'Reached only from the tasks that use it, by security group, in subnets without a way out.');
  if (!cache.tls)
    accept(
      resource,
      'AwsSolutions-AEC3',
      'Encrypted at rest; in transit when the file says `tls`, which the clients of this platform do not speak yet.',
    );
  return { host: resource.attrPrimaryEndPointAddress, port: resource.attrPrimaryEndPointPort };
};

/** Every cache of the platform, and what consumers may say about it. */
export const caches = (scope: Construct, deployment: Deployment, network: NetworkStack, attributes: Attributes): void => {
  const described = Object.entries(deployment.platform.caches);
  if (described.length === 0) return;
  const subnets = new CfnSubnetGroup(scope, 'CacheSubnets', {
    cacheSubnetGroupName: `${deployment.id}-caches`,
    description: `Data subnets of ${deployment.id}`,
    subnetIds: [...network.subnets.data],
  });
  for (const [name, cache] of described) {
    const groups = { subnets: subnets.ref, security: network.groups.stores[name] ?? '' };
    const make = cache.engine === 'redis' && !cache.tls ? node : group;
    const address = make(scope, cacheIdentifier(deployment, name, cache), name, cache, groups);
    attributes.define(`caches.${name}.host`, address.host);
    attributes.define(`caches.${name}.port`, String(redisPort));
    attributes.define(`caches.${name}.url`, `${cache.tls ? 'rediss' : 'redis'}://${address.host}:${redisPort}`);
  }
};
