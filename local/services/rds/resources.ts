// CloudFormation's AWS::RDS types. A stack waits until a new database is available, and can not change a stopped one.
import { AwsError, type Made, type ResourceContext, type ResourceType } from '../../simulated.ts';
import { addCluster, addInstance } from './create.ts';
import type { Cluster, Database, Instance, RdsState } from './model.ts';
import { clusterOf, creation, instanceOf, modify, type RdsParts } from './operations.ts';

const secretAttribute = (database: Database) =>
  database.secretArn === undefined ? {} : { 'MasterUserSecret.SecretArn': database.secretArn };

const madeInstance = (instance: Instance): Made => ({
  ref: instance.id,
  attributes: {
    'Endpoint.Address': instance.address,
    'Endpoint.Port': String(instance.port),
    'Endpoint.HostedZoneId': 'Z2R2ITUGPM61AM',
    DBInstanceArn: instance.arn,
    DbiResourceId: instance.resourceId,
    ...secretAttribute(instance),
  },
});

const madeCluster = (cluster: Cluster): Made => ({
  ref: cluster.id,
  attributes: {
    'Endpoint.Address': cluster.address,
    'Endpoint.Port': String(cluster.port),
    'ReadEndpoint.Address': cluster.address.replace('.cluster-', '.cluster-ro-'),
    DBClusterArn: cluster.arn,
    DBClusterResourceId: cluster.resourceId,
    ...secretAttribute(cluster),
  },
});

const refuseProtected = (database: Database): void => {
  if (database.deletionProtection)
    throw new AwsError(
      'InvalidParameterCombination',
      `Cannot delete protected ${database.kind === 'instance' ? 'DB Instance' : 'Cluster'}, please disable deletion protection and try again.`,
    );
};

const instanceType = (parts: RdsParts): ResourceType => ({
  create: async (properties, context) => {
    const instance = addInstance(parts.world, parts.state, properties.DBInstanceIdentifier ?? context.generatedName(63), properties);
    await creation(parts);
    parts.lifecycle.settle(instance);
    return madeInstance(instance);
  },
  update: (before, properties) => {
    const instance = instanceOf(parts.state, before.ref);
    modify(parts, instance, properties);
    instance.tags = properties.Tags ?? [];
    return madeInstance(instance);
  },
  remove: (before) => {
    const instance = parts.state.instances.get(before.ref);
    if (instance === undefined) return;
    refuseProtected(instance);
    parts.lifecycle.end(instance);
    parts.state.instances.delete(instance.id);
  },
  replaceOn: [
    'DBInstanceIdentifier',
    'DBName',
    'Engine',
    'MasterUsername',
    'DBSubnetGroupName',
    'StorageEncrypted',
    'KmsKeyId',
    'Port',
    'DBClusterIdentifier',
    'SourceDBInstanceIdentifier',
  ],
});

const clusterType = (parts: RdsParts): ResourceType => ({
  create: async (properties, context) => {
    const cluster = addCluster(parts.world, parts.state, properties.DBClusterIdentifier ?? context.generatedName(63), properties);
    await parts.world.clock.sleep(60_000);
    parts.lifecycle.settle(cluster);
    parts.pausing.watch(cluster);
    return madeCluster(cluster);
  },
  update: (before, properties) => {
    const cluster = clusterOf(parts.state, before.ref);
    modify(parts, cluster, properties);
    parts.pausing.watch(cluster);
    return madeCluster(cluster);
  },
  remove: (before) => {
    const cluster = parts.state.clusters.get(before.ref);
    if (cluster === undefined) return;
    refuseProtected(cluster);
    cluster.pauseTimer?.();
    parts.lifecycle.end(cluster);
    parts.state.clusters.delete(cluster.id);
  },
  replaceOn: ['DBClusterIdentifier', 'DatabaseName', 'Engine', 'MasterUsername', 'DBSubnetGroupName', 'StorageEncrypted', 'KmsKeyId'],
});

/** Groups exist by name only. */
const group = (state: RdsState, nameProperty: string, arnKind: string): ResourceType => {
  const made = (context: ResourceContext, name: string): Made => ({
    ref: name,
    attributes: { DBParameterGroupName: name, Arn: `arn:aws:rds:${context.world.region}:${context.world.account}:${arnKind}:${name}` },
  });
  return {
    create: (properties, context) => {
      const name = String(properties[nameProperty] ?? context.generatedName(255)).toLowerCase();
      state.subnetGroups.set(`${arnKind}:${name}`, properties);
      return made(context, name);
    },
    update: (before) => before,
    remove: (before) => void state.subnetGroups.delete(`${arnKind}:${before.ref}`),
    replaceOn: [nameProperty, 'Family'],
  };
};

export const rdsResources = (parts: RdsParts): Readonly<Record<string, ResourceType>> => ({
  'AWS::RDS::DBInstance': instanceType(parts),
  'AWS::RDS::DBCluster': clusterType(parts),
  'AWS::RDS::DBSubnetGroup': group(parts.state, 'DBSubnetGroupName', 'subgrp'),
  'AWS::RDS::DBParameterGroup': group(parts.state, 'DBParameterGroupName', 'pg'),
  'AWS::RDS::DBClusterParameterGroup': group(parts.state, 'DBClusterParameterGroupName', 'cluster-pg'),
});
