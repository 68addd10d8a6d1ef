// ECR repositories of the platform: scanned on push, a fixed number of images kept, copied to other regions where asked.
import { Aws, CfnDeletionPolicy, CfnOutput } from 'aws-cdk-lib/core';
import { CfnReplicationConfiguration, CfnRepository } from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import type { RepositoryOptions } from '../../shared/domain/platform.ts';
import { repositoriesOf } from '../../shared/domain/wiring.ts';
import type { Attributes } from '../attributes.ts';
import { type Deployment, pascal, repositoryName } from '../names.ts';
import { arn } from '../platform-stack.ts';
import { keepsData } from '../stage.ts';

const usual: RepositoryOptions = { name: null, keep: 10, replicateTo: [] };

/** Tags that services watch as they are written. */
const watchedTags = ({ platform }: Deployment, name: string): readonly string[] => [
  ...new Set(
    Object.values(platform.services)
      .flatMap(({ containers }) => Object.values(containers))
      .flatMap(({ image }) => (image.kind === 'repository' && image.repository === name && image.tag.kind === 'fixed' ? [image.tag.value] : [])),
  ),
];

/**
 * What an earlier rule matches no later one expires, and one image carries a tag: however many others are pushed,
 * the one that a service watches stays for its wake (aws-facts B7).
 */
const lifecycle = (keep: number, watched: readonly string[]): string =>
  JSON.stringify({
    rules: [
      ...watched.map((tag, index) => ({
        rulePriority: index + 1,
        description: `The image with the tag ${tag} stays`,
        selection: { tagStatus: 'tagged', tagPatternList: [tag], countType: 'imageCountMoreThan', countNumber: 1 },
        action: { type: 'expire' },
      })),
      {
        rulePriority: watched.length + 1,
        description: `Keep the last ${keep} images`,
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keep },
        action: { type: 'expire' },
      },
    ],
  });

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
      lifecyclePolicy: { lifecyclePolicyText: lifecycle(options.keep, watchedTags(deployment, name)) },
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
