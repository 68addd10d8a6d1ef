// ECR repositories of the platform: scanned on push, a fixed number of images kept, copied to other regions where asked.
import { Aws, CfnDeletionPolicy, CfnOutput } from 'aws-cdk-lib/core';
import { CfnReplicationConfiguration, CfnRepository } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { expiryRules } from '../../shared/domain/kept-images.ts';
import type { RepositoryOptions } from '../../shared/domain/platform.ts';
import { repositoriesOf, watchedTags } from '../../shared/domain/wiring.ts';
import type { Attributes } from '../attributes.ts';
import { type Deployment, pascal, repositoryName } from '../names.ts';
import { arn } from '../platform-stack.ts';
import { keepsData } from '../stage.ts';

const usual: RepositoryOptions = { name: null, keep: 10, replicateTo: [] };

const replication = (scope: Construct, deployment: Deployment, copied: readonly (readonly [string, RepositoryOptions])[]): void => {
  if (copied.length === 0) return;
  new CfnReplicationConfiguration(scope, 'ImageReplication', {
    replicationConfiguration: {
      rules: copied.map(([name, { replicateTo }]) => ({
        destinations: replicateTo.map((region) => ({ region, registryId: Aws.ACCOUNT_ID })),
        repositoryFilters: [{ filter: repositoryName(deployment, name), filterType: 'PREFIX_MATCH' }],
      })),
    },
  });
};

/** One repository for each name that containers use; services that name the same one share it (F2). */
export const repositories = (scope: Construct, deployment: Deployment, attributes: Attributes): void => {
  const kept = keepsData(deployment.stage);
  const all = repositoriesOf(deployment.platform).map((name) => [name, deployment.platform.repositories[name] ?? usual] as const);
  for (const [name, options] of all) {
    const resource = new CfnRepository(scope, `${pascal(name)}Repository`, {
      repositoryName: repositoryName(deployment, name),
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability: 'MUTABLE',
      lifecyclePolicy: { lifecyclePolicyText: JSON.stringify({ rules: expiryRules(watchedTags(deployment.platform, name), options.keep) }) },
      emptyOnDelete: !kept,
    });
    const policy = kept ? CfnDeletionPolicy.RETAIN : CfnDeletionPolicy.DELETE;
    resource.cfnOptions.deletionPolicy = policy;
    resource.cfnOptions.updateReplacePolicy = policy;
    attributes.define(`repositories.${name}.uri`, resource.attrRepositoryUri);
    attributes.define(`repositories.${name}.arn`, arn('ecr', `repository/${repositoryName(deployment, name)}`));
    new CfnOutput(scope, `${pascal(name)}RepositoryUri`, { value: resource.attrRepositoryUri });
  }
  replication(
    scope,
    deployment,
    all.filter(([, { replicateTo }]) => replicateTo.length > 0),
  );
};
