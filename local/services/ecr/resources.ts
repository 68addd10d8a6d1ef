// CloudFormation types of ECR.
import type { Made, ResourceContext, ResourceType } from '../../simulated.ts';
import { repositoryOf } from './images.ts';
import type { ImageRegistry, Repository } from './images.ts';
import { expireImages } from './lifecycle.ts';
import { createRepository, deleteRepository } from './repository-operations.ts';

/** Ref answers the repository name; Arn and RepositoryUri by GetAtt. */
export const ecrResources = (registry: ImageRegistry): Readonly<Record<string, ResourceType>> => ({
  'AWS::ECR::ReplicationConfiguration': replicationType,
  'AWS::ECR::Repository': {
    replaceOn: ['RepositoryName', 'EncryptionConfiguration'],
    create: (properties, context) => {
      const repository = createRepository(registry, properties.RepositoryName ?? context.generatedName(256).toLowerCase(), context.world);
      return settle(repository, properties, context);
    },
    update: (made, properties, _before, context) => settle(repositoryOf(registry, made.ref, context.world.account), properties, context),
    remove: (made, properties, context) => {
      const repository = repositoryOf(registry, made.ref, context.world.account);
      deleteRepository(registry, repository, properties.EmptyOnDelete === true || properties.EmptyOnDelete === 'true');
    },
  },
});

/** One per registry; copies to other regions are not simulated, the configuration is only kept. */
const replicationType: ResourceType = {
  create: (_properties, { world }) => ({ ref: world.account, attributes: { RegistryId: world.account } }),
  update: (made) => made,
};

const settle = (repository: Repository, properties: any, context: ResourceContext): Made => {
  repository.mutable = properties.ImageTagMutability !== 'IMMUTABLE';
  repository.scanOnPush = String(properties.ImageScanningConfiguration?.ScanOnPush ?? false) === 'true';
  repository.lifecyclePolicy = properties.LifecyclePolicy?.LifecyclePolicyText;
  repository.resourceTags.clear();
  for (const tag of properties.Tags ?? []) repository.resourceTags.set(tag.Key, tag.Value);
  expireImages(context.world, repository);
  return { ref: repository.name, attributes: { Arn: repository.arn, RepositoryUri: repository.uri } };
};
