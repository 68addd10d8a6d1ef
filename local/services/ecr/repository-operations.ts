// ECR operations on repositories: create, describe, delete, policies and tags.
import { AwsError } from '../../simulated.ts';
import type { CallContext, Operation } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { page } from '../paging.ts';
import { repositoryNeeds } from './image-operations.ts';
import { repositoryOf } from './images.ts';
import type { ImageRegistry, Repository } from './images.ts';
import { expireImages } from './lifecycle.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A new empty repository; throws RepositoryAlreadyExistsException. */
export const createRepository = (registry: ImageRegistry, name: string, world: World): Repository => {
  if (registry.repositories.has(name)) {
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${world.account}'`,
    );
  }
  const repository: Repository = {
    name,
    arn: `arn:aws:ecr:${world.region}:${world.account}:repository/${name}`,
    uri: `${world.account}.dkr.ecr.${world.region}.amazonaws.com/${name}`,
    registryId: world.account,
    createdAt: world.clock.now,
    images: new Map(),
    tags: new Map(),
    resourceTags: new Map(),
    mutable: true,
    scanOnPush: false,
    lifecycleScheduled: false,
  };
  registry.repositories.set(name, repository);
  return repository;
};

/** Throws RepositoryNotEmptyException unless forced. */
export const deleteRepository = (registry: ImageRegistry, repository: Repository, force: boolean): void => {
  if (repository.images.size > 0 && !force) {
    throw new AwsError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${repository.registryId}' cannot be deleted because it still contains images`,
    );
  }
  registry.repositories.delete(repository.name);
};

const shape = (repository: Repository) => ({
  repositoryArn: repository.arn,
  registryId: repository.registryId,
  repositoryName: repository.name,
  repositoryUri: repository.uri,
  createdAt: new Date(repository.createdAt),
  imageTagMutability: repository.mutable ? 'MUTABLE' : 'IMMUTABLE',
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: { encryptionType: 'AES256' },
});

const byArn = (registry: ImageRegistry, arn: string, account: string): Repository =>
  repositoryOf(registry, arn.slice(arn.indexOf(':repository/') + ':repository/'.length), account);

export const repositoryOperations = (registry: ImageRegistry): Readonly<Record<string, Operation>> => {
  const open = (input: { repositoryName: string }, call: CallContext) => repositoryOf(registry, input.repositoryName, call.world.account);
  return {
    ...policyOperations(registry),
    CreateRepository: {
      needs: repositoryNeeds('CreateRepository'),
      run: (input, { world }) => {
        const repository = createRepository(registry, input.repositoryName, world);
        repository.mutable = input.imageTagMutability !== 'IMMUTABLE';
        repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
        return { repository: shape(repository) };
      },
    },
    DeleteRepository: {
      needs: repositoryNeeds('DeleteRepository'),
      run: (input, call) => {
        const repository = open(input, call);
        deleteRepository(registry, repository, input.force ?? false);
        return { repository: shape(repository) };
      },
    },
    DescribeRepositories: {
      needs: (input, world) =>
        (input.repositoryNames ?? ['*']).flatMap((repositoryName: string) =>
          repositoryNeeds('DescribeRepositories')({ repositoryName }, world),
        ),
      run: (input, { world }) => {
        const names: readonly string[] = input.repositoryNames ?? [...registry.repositories.keys()].sort();
        const { items, nextToken } = page(names, input.maxResults ?? 100, input.nextToken);
        return { repositories: items.map((name) => shape(repositoryOf(registry, name, world.account))), nextToken };
      },
    },
    GetAuthorizationToken: {
      needs: () => [{ action: 'ecr:GetAuthorizationToken', resource: '*' }],
      run: (_input, { world, requestId }) => ({
        authorizationData: [
          {
            authorizationToken: Buffer.from(`AWS:${requestId}`).toString('base64'),
            expiresAt: new Date(world.clock.now + 12 * 3_600_000),
            proxyEndpoint: `https://${world.account}.dkr.ecr.${world.region}.amazonaws.com`,
          },
        ],
      }),
    },
    TagResource: {
      needs: (input) => [{ action: 'ecr:TagResource', resource: input.resourceArn }],
      run: (input, { world }) => {
        const repository = byArn(registry, input.resourceArn, world.account);
        for (const tag of input.tags as readonly Tag[]) repository.resourceTags.set(tag.Key, tag.Value);
        return {};
      },
    },
    ListTagsForResource: {
      needs: (input) => [{ action: 'ecr:ListTagsForResource', resource: input.resourceArn }],
      run: (input, { world }) => ({
        tags: [...byArn(registry, input.resourceArn, world.account).resourceTags].map(([Key, Value]) => ({ Key, Value })),
      }),
    },
  };
};

const policyOperations = (registry: ImageRegistry): Readonly<Record<string, Operation>> => {
  const open = (input: { repositoryName: string }, call: CallContext) => repositoryOf(registry, input.repositoryName, call.world.account);
  return {
    PutLifecyclePolicy: {
      needs: repositoryNeeds('PutLifecyclePolicy'),
      run: (input, call) => {
        const repository = open(input, call);
        repository.lifecyclePolicy = input.lifecyclePolicyText;
        expireImages(call.world, repository);
        return { registryId: repository.registryId, repositoryName: repository.name, lifecyclePolicyText: repository.lifecyclePolicy };
      },
    },
    GetLifecyclePolicy: {
      needs: repositoryNeeds('GetLifecyclePolicy'),
      run: (input, call) => {
        const repository = open(input, call);
        if (repository.lifecyclePolicy === undefined) {
          throw new AwsError(
            'LifecyclePolicyNotFoundException',
            `Lifecycle policy does not exist for the repository with name '${repository.name}'`,
          );
        }
        return { registryId: repository.registryId, repositoryName: repository.name, lifecyclePolicyText: repository.lifecyclePolicy };
      },
    },
  };
};
