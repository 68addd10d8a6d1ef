// The records of a simulated registry: repositories, their images, and how a reference finds an image.
import { AwsError } from '../../simulated.ts';
import type { ImageBehaviour } from '../ecr.ts';

export interface EcrImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactMediaType?: string;
  readonly sizeBytes: number;
  readonly behaviour: ImageBehaviour;
  /** `linux/amd64` of a platform manifest; absent on an index; `unknown/unknown` on an attestation. */
  readonly platform?: string;
  /** Digests of the manifests an index lists. */
  readonly manifests?: readonly string[];
  /** Severity counts a scan will find. */
  readonly findings: Readonly<Record<string, number>>;
  pushedAt: number;
  lastPulledAt?: number;
  scan?: { readonly status: 'IN_PROGRESS' | 'COMPLETE'; readonly at: number };
}

export interface Repository {
  readonly name: string;
  readonly arn: string;
  readonly uri: string;
  readonly registryId: string;
  readonly createdAt: number;
  readonly images: Map<string, EcrImage>;
  /** Tag to digest. */
  readonly tags: Map<string, string>;
  readonly resourceTags: Map<string, string>;
  mutable: boolean;
  scanOnPush: boolean;
  lifecyclePolicy?: string;
  policy?: string;
  lifecycleScheduled: boolean;
}

export interface ImageRegistry {
  readonly repositories: Map<string, Repository>;
}

export const emptyRegistry = (): ImageRegistry => ({ repositories: new Map() });

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** The repository of that name; throws RepositoryNotFoundException. */
export const repositoryOf = (registry: ImageRegistry, name: string, account: string): Repository => {
  const repository = registry.repositories.get(name);
  if (repository === undefined) {
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${account}'`,
    );
  }
  return repository;
};

/** The image that a tag or a `sha256:…` digest points to now. */
export const findImage = (registry: ImageRegistry, repositoryName: string, reference: string): EcrImage | undefined => {
  const repository = registry.repositories.get(repositoryName);
  if (repository === undefined) return undefined;
  const digest = reference.startsWith('sha256:') ? reference : repository.tags.get(reference);
  return digest === undefined ? undefined : repository.images.get(digest);
};

/** Tags that point to a digest, in the order they were first used. */
export const tagsOf = (repository: Repository, digest: string): readonly string[] =>
  [...repository.tags].filter(([, target]) => target === digest).map(([tag]) => tag);

/** The manifest document as a registry client gets it: an index with its entries, or a manifest with its configuration and layers. */
export const manifestText = (repository: Repository, image: EcrImage): string =>
  JSON.stringify(image.manifests === undefined ? manifestDocument(image) : indexDocument(repository, image.manifests));

const indexDocument = (repository: Repository, digests: readonly string[]): object => ({
  schemaVersion: 2,
  mediaType: mediaTypes.index,
  manifests: digests.map((digest) => indexEntry(repository, digests, digest)),
});

const indexEntry = (repository: Repository, digests: readonly string[], digest: string): object => {
  const image = repository.images.get(digest);
  const [os, architecture] = (image?.platform ?? 'linux/amd64').split('/');
  const attests = image?.platform === 'unknown/unknown';
  return {
    mediaType: mediaTypes.manifest,
    digest,
    size: 1234,
    platform: { architecture, os },
    ...(attests ? { annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': digests[0] } } : {}),
  };
};

const manifestDocument = (image: EcrImage): object => ({
  schemaVersion: 2,
  mediaType: mediaTypes.manifest,
  config: { mediaType: mediaTypes.config, digest: configDigest(image), size: configText(image).length },
  layers: [{ mediaType: mediaTypes.layer, digest: `sha256:${reversed(image.digest)}`, size: image.sizeBytes }],
});

/** The configuration blob has a digest of its own. */
export const configDigest = ({ digest }: EcrImage): string => `sha256:${reversed(digest).replaceAll(/./g, (hex) => (15 - Number.parseInt(hex, 16)).toString(16))}`;

/** What a builder writes about the image: its platform and its labels. */
export const configText = ({ platform = 'linux/amd64', behaviour }: EcrImage): string => {
  const [os, architecture] = platform.split('/');
  return JSON.stringify({ architecture, os, config: { Labels: behaviour.labels ?? null } });
};

const reversed = (digest: string): string => digest.slice('sha256:'.length).split('').reverse().join('');
