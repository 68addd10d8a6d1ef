// EFS file systems: encrypted, one mount target per zone, one access point through which tasks enter.
import { CfnDeletionPolicy } from 'aws-cdk-lib/core';
import { CfnAccessPoint, CfnFileSystem, CfnMountTarget } from 'aws-cdk-lib/aws-efs';
import type { Construct } from 'constructs';
import type { Attributes } from '../attributes.ts';
import { type Deployment, pascal } from '../names.ts';
import type { NetworkStack } from '../network-stack.ts';
import { keepsData } from '../stage.ts';

/** Every file system of the platform. */
export const fileSystems = (scope: Construct, deployment: Deployment, network: NetworkStack, attributes: Attributes): void => {
  const kept = keepsData(deployment.stage);
  for (const [name, { uid }] of Object.entries(deployment.platform.fileSystems)) {
    const resource = new CfnFileSystem(scope, `${pascal(name)}Files`, {
      encrypted: true,
      lifecyclePolicies: [{ transitionToIa: 'AFTER_30_DAYS' }],
      backupPolicy: { status: kept ? 'ENABLED' : 'DISABLED' },
      fileSystemTags: [{ key: 'Name', value: `${deployment.id}-${name}` }],
    });
    const policy = kept ? CfnDeletionPolicy.RETAIN : CfnDeletionPolicy.DELETE;
    resource.cfnOptions.deletionPolicy = policy;
    resource.cfnOptions.updateReplacePolicy = policy;
    network.subnets.data.forEach((subnetId, zone) => {
      new CfnMountTarget(scope, `${pascal(name)}FilesZone${zone + 1}`, {
        fileSystemId: resource.ref,
        subnetId,
        securityGroups: [network.groups.fileSystems[name] ?? ''],
      });
    });
    const owner = String(uid);
    const access = new CfnAccessPoint(scope, `${pascal(name)}FilesAccess`, {
      fileSystemId: resource.ref,
      posixUser: { uid: owner, gid: owner },
      rootDirectory: { path: `/${name}`, creationInfo: { ownerUid: owner, ownerGid: owner, permissions: '0750' } },
    });
    attributes.define(`fileSystems.${name}.id`, resource.ref);
    attributes.define(`fileSystems.${name}.arn`, resource.attrArn);
    attributes.define(`fileSystems.${name}.accessPoint`, access.ref);
    attributes.define(`fileSystems.${name}.accessPointArn`, access.attrArn);
  }
};
