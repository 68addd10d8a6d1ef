// Relational databases: RDS PostgreSQL or Aurora Serverless v2, their generated credentials, and what consumers may say about them.
import { CfnDeletionPolicy, CfnOutput, type CfnResource } from 'aws-cdk-lib/core';
import { CfnDBCluster, CfnDBInstance, CfnDBSubnetGroup } from 'aws-cdk-lib/aws-rds';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Database } from '../../shared/domain/platform.ts';
import type { Attributes } from '../attributes.ts';
import { databaseIdentifier, databaseSecretName, type Deployment, pascal } from '../names.ts';
import type { NetworkStack } from '../network-stack.ts';
import { accept } from '../platform-stack.ts';
import { backupDaysOf, isMultiAz, isProtected, keepsData } from '../stage.ts';
import { postgresPort } from './security-groups.ts';
import { urlSafe } from './secrets.ts';

interface Credentials {
  readonly arn: string;
  /** Dynamic reference to the password; never the password itself. */
  readonly password: string;
}

interface Endpoint {
  readonly resource: CfnResource;
  readonly host: string;
}

/**
 * CloudFormation reads a secret again only where the text of the reference changed, so every second rotation spells out the stage
 * that is the default anyway (decision 002).
 */
const passwordReference = (secretArn: string, key: string, rotation: number): string =>
  `{{resolve:secretsmanager:${secretArn}:SecretString:${key}${rotation % 2 === 0 ? '' : ':AWSCURRENT'}}}`;

const credentials = (scope: Construct, deployment: Deployment, name: string, database: Database, attributes: Attributes): Credentials => {
  const from = database.credentials;
  const source = database.readReplicaOf;
  if (source !== null)
    return { arn: attributes.get(`databases.${source}.secretArn`), password: attributes.get(`databases.${source}.password`) };
  if (from.kind === 'key') {
    const secretArn = attributes.get(`secrets.${from.secret}.arn`);
    return { arn: secretArn, password: passwordReference(secretArn, from.key, database.rotation) };
  }
  const login = { username: database.user, ...(database.rotation === 0 ? {} : { rotation: String(database.rotation) }) };
  const secret = new CfnSecret(scope, `${pascal(name)}Credentials`, {
    name: databaseSecretName(deployment, name, from.name),
    description: `User name and generated password of database ${name}`,
    generateSecretString: { secretStringTemplate: JSON.stringify(login), generateStringKey: 'password', passwordLength: 32, ...urlSafe },
  });
  accept(
    secret,
    'AwsSolutions-SMG4',
    'Rotated by raising `rotation` in the platform file: one deploy changes database, connection strings and tasks together.',
  );
  return { arn: secret.ref, password: passwordReference(secret.ref, 'password', database.rotation) };
};

/** A read replica holds nothing of its own, and AWS takes no last snapshot of one. */
const keep = (deployment: Deployment, database: Database, resource: CfnResource): void => {
  const policy = keepsData(deployment.stage) && database.readReplicaOf === null ? CfnDeletionPolicy.SNAPSHOT : CfnDeletionPolicy.DELETE;
  resource.cfnOptions.deletionPolicy = policy;
  resource.cfnOptions.updateReplacePolicy = policy;
};

const instance = (
  scope: Construct,
  deployment: Deployment,
  name: string,
  database: Database,
  login: Credentials,
  groups: { readonly subnets: string; readonly security: string },
): Endpoint => {
  const { stage } = deployment;
  const source = database.readReplicaOf === null ? null : deployment.platform.databases[database.readReplicaOf];
  const first =
    source === null || source === undefined
      ? {
          masterUsername: database.user,
          masterUserPassword: login.password,
          dbName: database.database,
          allocatedStorage: String(database.storage),
          backupRetentionPeriod: backupDaysOf(stage, database),
          dbSubnetGroupName: groups.subnets,
        }
      : { sourceDbInstanceIdentifier: databaseIdentifier(deployment, database.readReplicaOf ?? '', source) };
  const resource = new CfnDBInstance(scope, `${pascal(name)}Database`, {
    dbInstanceIdentifier: databaseIdentifier(deployment, name, database),
    engine: 'postgres',
    engineVersion: database.version,
    dbInstanceClass: database.class,
    storageType: 'gp3',
    storageEncrypted: true,
    ...(database.storageMax === null ? {} : { maxAllocatedStorage: database.storageMax }),
    multiAz: isMultiAz(stage, database),
    deletionProtection: isProtected(stage, database),
    publiclyAccessible: false,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: true,
    deleteAutomatedBackups: !keepsData(stage),
    vpcSecurityGroups: [groups.security],
    port: String(postgresPort),
    tags: [{ key: 'dayshift:rotation', value: String(database.rotation) }],
    ...first,
  });
  if (database.readReplicaOf !== null)
    resource.addResourceDependency(scope.node.findChild(`${pascal(database.readReplicaOf)}Database`) as CfnDBInstance);
  return { resource, host: resource.attrEndpointAddress };
};

const cluster = (
  scope: Construct,
  deployment: Deployment,
  name: string,
  database: Database,
  login: Credentials,
  groups: { readonly subnets: string; readonly security: string },
): Endpoint => {
  const { stage } = deployment;
  const identifier = databaseIdentifier(deployment, name, database);
  const resource = new CfnDBCluster(scope, `${pascal(name)}Database`, {
    dbClusterIdentifier: identifier,
    engine: 'aurora-postgresql',
    engineVersion: database.version,
    databaseName: database.database,
    masterUsername: database.user,
    masterUserPassword: login.password,
    serverlessV2ScalingConfiguration: {
      minCapacity: database.capacity.min,
      maxCapacity: database.capacity.max,
      ...(database.capacity.min === 0 ? { secondsUntilAutoPause: 300 } : {}),
    },
    storageEncrypted: true,
    enableIamDatabaseAuthentication: true,
    backupRetentionPeriod: backupDaysOf(stage, database),
    deletionProtection: isProtected(stage, database),
    copyTagsToSnapshot: true,
    dbSubnetGroupName: groups.subnets,
    vpcSecurityGroupIds: [groups.security],
    port: postgresPort,
    tags: [{ key: 'dayshift:rotation', value: String(database.rotation) }],
  });
  for (const number of isMultiAz(stage, database) ? [1, 2] : [1]) {
    const member = new CfnDBInstance(scope, `${pascal(name)}DatabaseMember${number}`, {
      dbInstanceIdentifier: `${identifier}-${number}`,
      dbClusterIdentifier: identifier,
      engine: 'aurora-postgresql',
      dbInstanceClass: 'db.serverless',
    });
    member.addResourceDependency(resource);
  }
  return { resource, host: resource.attrEndpointAddress };
};

const acceptances = (deployment: Deployment, database: Database, resource: CfnResource): void => {
  accept(
    resource,
    'AwsSolutions-RDS11',
    'Reached only from the tasks that use it, by security group; an unusual port adds no protection to that.',
  );
  if (!isMultiAz(deployment.stage, database))
    accept(resource, 'AwsSolutions-RDS3', 'One zone is the decision of the stage or the file: this stage may be down while a zone is.');
  if (!isProtected(deployment.stage, database))
    accept(resource, 'AwsSolutions-RDS10', 'A dev or staging platform must be removable in one command; prod is protected.');
  if (database.readReplicaOf !== null) accept(resource, 'AwsSolutions-RDS13', 'A read replica is backed up by its source.');
};

const define = (name: string, database: Database, endpoint: Endpoint, login: Credentials, attributes: Attributes): void => {
  attributes.define(`databases.${name}.host`, endpoint.host);
  attributes.define(`databases.${name}.port`, String(postgresPort));
  attributes.define(`databases.${name}.database`, database.database);
  attributes.define(`databases.${name}.user`, database.user);
  attributes.define(`databases.${name}.password`, login.password);
  attributes.define(`databases.${name}.secretArn`, login.arn);
};

/** Every database of the platform with its credentials. */
export const databases = (scope: Construct, deployment: Deployment, network: NetworkStack, attributes: Attributes): void => {
  const described = Object.entries(deployment.platform.databases);
  if (described.length === 0) return;
  const subnets = new CfnDBSubnetGroup(scope, 'DatabaseSubnets', {
    dbSubnetGroupName: `${deployment.id}-databases`,
    dbSubnetGroupDescription: `Data subnets of ${deployment.id}`,
    subnetIds: [...network.subnets.data],
  });
  // Sources before their replicas, which share their credentials.
  const ordered = [
    ...described.filter(([, { readReplicaOf }]) => readReplicaOf === null),
    ...described.filter(([, { readReplicaOf }]) => readReplicaOf !== null),
  ];
  for (const [name, database] of ordered) {
    const login = credentials(scope, deployment, name, database, attributes);
    const groups = { subnets: subnets.ref, security: network.groups.stores[name] ?? '' };
    const make = database.kind === 'postgres' ? instance : cluster;
    const endpoint = make(scope, deployment, name, database, login, groups);
    keep(deployment, database, endpoint.resource);
    acceptances(deployment, database, endpoint.resource);
    define(name, database, endpoint, login, attributes);
    new CfnOutput(scope, `${pascal(name)}Endpoint`, { value: endpoint.host, description: `Address of database ${name}` });
    new CfnOutput(scope, `${pascal(name)}CredentialsArn`, { value: login.arn, description: `Credentials of database ${name}` });
  }
};
