// ECR operations on images: describe, list, fetch manifests, tag, delete and scan.
import { AwsError } from '../../simulated.ts';
import type { CallContext, Operation, Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { respond } from '../../outside/http.ts';
import { page } from '../paging.ts';
import { configDigest, configText, manifestText, repositoryOf, tagsOf } from './images.ts';
import type { EcrImage, ImageRegistry, Repository } from './images.ts';
import { announce, type Pusher } from './push.ts';

interface ImageId {
  readonly imageDigest?: string;
  readonly imageTag?: string;
}

export const repositoryNeeds =
  (action: string) =>
  (input: { repositoryName?: string }, world: World): readonly Permission[] => [
    { action: `ecr:${action}`, resource: `arn:aws:ecr:${world.region}:${world.account}:repository/${input.repositoryName ?? '*'}` },
  ];

export const imageOperations = (registry: ImageRegistry, push: Pusher): Readonly<Record<string, Operation>> => {
  const open = (input: { repositoryName: string }, call: CallContext) => repositoryOf(registry, input.repositoryName, call.world.account);
  const operation = (action: string, run: (input: any, repository: Repository, call: CallContext) => unknown): Operation => ({
    needs: repositoryNeeds(action),
    run: (input, call) => run(input, open(input, call), call),
  });
  return {
    DescribeImages: operation('DescribeImages', describeImages),
    ListImages: operation('ListImages', listImages),
    BatchGetImage: operation('BatchGetImage', batchGetImage),
    BatchDeleteImage: operation('BatchDeleteImage', batchDeleteImage),
    PutImage: operation('PutImage', (input, repository) => putImage(input, repository, push)),
    StartImageScan: operation('StartImageScan', (input, repository) => {
      const image = required(repository, input.imageId);
      push.scan(repository, image);
      return { ...location(repository), imageId: idOf(repository, image), imageScanStatus: { status: 'IN_PROGRESS' } };
    }),
    DescribeImageScanFindings: operation('DescribeImageScanFindings', scanFindings),
    GetDownloadUrlForLayer: operation('GetDownloadUrlForLayer', downloadUrl),
  };
};

/** Where blobs are downloaded: a signed address in the bucket that ECR keeps them in. Of layers nobody here has the bytes. */
const downloadUrl = (input: any, repository: Repository, { world }: CallContext): unknown => {
  const image = [...repository.images.values()].find((candidate) => candidate.manifests === undefined && configDigest(candidate) === input.layerDigest);
  if (image === undefined)
    throw new AwsError('LayersNotFoundException', 'The specified layers could not be found, or the specified layer is not valid for this repository.');
  const bucket = `prod-${world.region}-starport-layer-bucket.s3.${world.region}.amazonaws.com`;
  const path = `/${repository.registryId}/${image.digest.slice('sha256:'.length)}`;
  world.services.outside.host(bucket, ({ url }) => {
    const found = [...repository.images.values()].find(({ digest }) => url.pathname.endsWith(digest.slice('sha256:'.length)));
    return found === undefined ? respond(404, 'NoSuchKey') : respond(200, configText(found));
  });
  return { downloadUrl: `https://${bucket}${path}?X-Amz-Expires=3600`, layerDigest: input.layerDigest };
};

const location = (repository: Repository) => ({ registryId: repository.registryId, repositoryName: repository.name });

const lookUp = (repository: Repository, id: ImageId): EcrImage | undefined => {
  const digest = id.imageDigest ?? (id.imageTag === undefined ? undefined : repository.tags.get(id.imageTag));
  return digest === undefined ? undefined : repository.images.get(digest);
};

const required = (repository: Repository, id: ImageId): EcrImage => {
  const image = lookUp(repository, id);
  if (image !== undefined) return image;
  const wanted = `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`;
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId ${wanted} does not exist within the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
  );
};

const idOf = (repository: Repository, image: EcrImage): ImageId => {
  const tag = tagsOf(repository, image.digest)[0];
  return { imageDigest: image.digest, ...(tag === undefined ? {} : { imageTag: tag }) };
};

const describeImages = (input: any, repository: Repository): unknown => {
  const asked: readonly ImageId[] | undefined = input.imageIds;
  const all = asked === undefined ? [...repository.images.values()] : unique(asked.map((id) => required(repository, id)));
  const wanted = all.filter((image) => tagStatusFits(repository, image, input.filter?.tagStatus));
  const { items, nextToken } = page(wanted, asked === undefined ? (input.maxResults ?? 100) : wanted.length, input.nextToken);
  return { imageDetails: items.map((image) => detail(repository, image)), nextToken };
};

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)];

const tagStatusFits = (repository: Repository, image: EcrImage, status: string | undefined): boolean => {
  if (status === undefined || status === 'ANY') return true;
  return tagsOf(repository, image.digest).length > 0 === (status === 'TAGGED');
};

const detail = (repository: Repository, image: EcrImage): unknown => {
  const tags = tagsOf(repository, image.digest);
  return {
    ...location(repository),
    imageDigest: image.digest,
    ...(tags.length > 0 ? { imageTags: tags } : {}),
    imageSizeInBytes: image.sizeBytes,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    ...(image.artifactMediaType === undefined ? {} : { artifactMediaType: image.artifactMediaType }),
    ...(image.lastPulledAt === undefined ? {} : { lastRecordedPullTime: new Date(image.lastPulledAt) }),
    ...(image.scan === undefined ? {} : { imageScanStatus: { status: image.scan.status } }),
    ...(image.scan?.status === 'COMPLETE'
      ? { imageScanFindingsSummary: { imageScanCompletedAt: new Date(image.scan.at), findingSeverityCounts: image.findings } }
      : {}),
  };
};

const listImages = (input: any, repository: Repository): unknown => {
  const ids = [...repository.images.values()]
    .filter((image) => tagStatusFits(repository, image, input.filter?.tagStatus))
    .flatMap((image): ImageId[] => {
      const tags = tagsOf(repository, image.digest);
      return tags.length === 0 ? [{ imageDigest: image.digest }] : tags.map((tag) => ({ imageDigest: image.digest, imageTag: tag }));
    });
  const { items, nextToken } = page(ids, input.maxResults ?? 100, input.nextToken);
  return { imageIds: items, nextToken };
};

const missing = (id: ImageId) => ({ imageId: id, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' });

const batchGetImage = (input: any, repository: Repository): unknown => {
  const ids: readonly ImageId[] = input.imageIds;
  const images = ids.flatMap((id) => {
    const image = lookUp(repository, id);
    if (image === undefined) return [];
    const imageId = { imageDigest: image.digest, ...(id.imageTag === undefined ? {} : { imageTag: id.imageTag }) };
    return [{ ...location(repository), imageId, imageManifest: manifestText(repository, image), imageManifestMediaType: image.mediaType }];
  });
  return { images, failures: ids.filter((id) => lookUp(repository, id) === undefined).map(missing) };
};

/** A tag takes its image along when it was the last one; a digest takes all its tags. Each tag that goes is answered and announced (A1). */
const batchDeleteImage = (input: any, repository: Repository, { world }: CallContext): unknown => {
  const ids: readonly ImageId[] = input.imageIds;
  const known = ids.filter((id) => lookUp(repository, id) !== undefined);
  const failures = ids.filter((id) => lookUp(repository, id) === undefined).map(missing);
  const deleted = known.flatMap((id): readonly ImageId[] => {
    const digest = id.imageDigest ?? repository.tags.get(id.imageTag!)!;
    const tags = id.imageDigest === undefined ? [id.imageTag!] : tagsOf(repository, digest);
    for (const tag of tags) repository.tags.delete(tag);
    if (tagsOf(repository, digest).length === 0) repository.images.delete(digest);
    return tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));
  });
  for (const { imageDigest, imageTag } of deleted) announce(world, repository, imageDigest!, imageTag, 'DELETE');
  return { imageIds: deleted, failures };
};

const putImage = (input: any, repository: Repository, push: Pusher): unknown => {
  const image = [...repository.images.values()].find((candidate) => manifestText(repository, candidate) === input.imageManifest);
  if (image === undefined) {
    throw new AwsError(
      'LayersNotFoundException',
      'The specified layers could not be found, or the specified layer is not valid for this repository.',
    );
  }
  if (input.imageDigest !== undefined && input.imageDigest !== image.digest) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `Image digest '${input.imageDigest}' does not match the digest '${image.digest}' that the registry calculated for the image manifest`,
    );
  }
  if (input.imageTag !== undefined && repository.tags.get(input.imageTag) === image.digest) {
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${image.digest}' and tag '${input.imageTag}' already exists in the repository`,
    );
  }
  if (input.imageTag !== undefined) push.put(repository, image, input.imageTag);
  const imageId = { imageDigest: image.digest, imageTag: input.imageTag };
  return { image: { ...location(repository), imageId, imageManifest: input.imageManifest, imageManifestMediaType: image.mediaType } };
};

const scanFindings = (input: any, repository: Repository): unknown => {
  const image = required(repository, input.imageId);
  if (image.scan === undefined) {
    throw new AwsError(
      'ScanNotFoundException',
      `Image scan does not exist for the image with '{imageDigest:'${image.digest}'}' in the repository '${repository.name}'`,
    );
  }
  const complete = image.scan.status === 'COMPLETE';
  return {
    ...location(repository),
    imageId: idOf(repository, image),
    imageScanStatus: { status: image.scan.status },
    ...(complete
      ? { imageScanFindings: { imageScanCompletedAt: new Date(image.scan.at), findingSeverityCounts: image.findings, findings: [] } }
      : {}),
  };
};
