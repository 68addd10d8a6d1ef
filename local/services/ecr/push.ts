// A push as a registry sees it: images stored, tags moved, one event per tag a little later, a scan when the repository asks for one.
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { ImageBehaviour } from '../ecr.ts';
import { expireImages } from './lifecycle.ts';
import { mediaTypes, repositoryOf, tagsOf } from './images.ts';
import type { EcrImage, ImageRegistry, Repository } from './images.ts';

export interface Push {
  readonly repository: string;
  /** Tags that will point to the image; none pushes by digest only. */
  readonly tags: readonly string[];
  /** Default: a new seeded digest. An existing digest moves the tags to it. */
  readonly digest?: string;
  readonly behaviour: ImageBehaviour;
  /** Given: an index with one manifest per platform is pushed, e.g. `['linux/amd64', 'linux/arm64']`. */
  readonly platforms?: readonly string[];
  /** With `platforms`: also one attestation manifest per platform, as `docker buildx` pushes by default. */
  readonly attestations?: boolean;
  /** With `platforms`: the tags land on the first platform manifest instead of on the index. */
  readonly tagOn?: 'index' | 'manifest';
  /** Severity counts that a scan of this image finds. */
  readonly findings?: Readonly<Record<string, number>>;
}

export interface Pusher {
  /** Stores the image (or index), moves the tags and answers the digest the tags point to. */
  readonly image: (push: Push) => string;
  /** Points one tag to an image that is already stored. */
  readonly put: (repository: Repository, image: EcrImage, tag: string) => void;
  readonly scan: (repository: Repository, image: EcrImage) => void;
}

export const pusher = (world: World, registry: ImageRegistry): Pusher => {
  const random = () => world.random.stream('ecr');

  const scan = (repository: Repository, image: EcrImage): void => {
    image.scan = { status: 'IN_PROGRESS', at: world.clock.now };
    world.clock.after(random().between(8_000, 40_000), () => finishScan(world, repository, image), 'ecr scan');
  };
  const store = (repository: Repository, image: EcrImage): EcrImage => {
    const known = repository.images.get(image.digest);
    if (known !== undefined) return known;
    repository.images.set(image.digest, image);
    if (repository.scanOnPush && image.manifests === undefined && image.platform !== 'unknown/unknown') scan(repository, image);
    return image;
  };
  const tag = (repository: Repository, image: EcrImage, name: string): void => {
    moveTag(repository, image, name);
    announce(world, repository, image.digest, name);
  };

  const image = (push: Push): string => {
    const repository = repositoryOf(registry, push.repository, world.account);
    const digest = () => `sha256:${random().hex(64)}`;
    const built = build(push, digest, world.clock.now).map((entry) => store(repository, entry));
    const top = built.at(-1)!;
    const tagged = push.tagOn === 'manifest' ? built[0]! : top;
    for (const entry of built) if (entry !== tagged || push.tags.length === 0) announce(world, repository, entry.digest, undefined);
    for (const name of push.tags) tag(repository, tagged, name);
    world.trail.add({
      kind: 'happening',
      who: 'registry',
      what: `push ${push.repository}`,
      detail: { digest: tagged.digest, tags: push.tags },
    });
    expireImages(world, repository);
    return tagged.digest;
  };
  const put = (repository: Repository, stored: EcrImage, name: string): void => {
    moveTag(repository, stored, name);
    announce(world, repository, stored.digest, name, 'PUSH', 'ecr tags');
    expireImages(world, repository);
  };
  return { image, put, scan };
};

/** Manifests first, the index last: the order in which a client pushes them. */
const build = (push: Push, newDigest: () => string, now: number): readonly EcrImage[] => {
  const base = { behaviour: push.behaviour, findings: push.findings ?? {}, pushedAt: now, sizeBytes: 84_213_760 };
  if (push.platforms === undefined) {
    return [{ ...base, digest: push.digest ?? newDigest(), mediaType: mediaTypes.manifest, artifactMediaType: mediaTypes.config }];
  }
  const manifest = (platform: string): EcrImage => ({ ...base, digest: newDigest(), mediaType: mediaTypes.manifest, platform });
  const platforms = push.platforms.map(manifest);
  const attestations = push.attestations === true ? push.platforms.map(() => manifest('unknown/unknown')) : [];
  const manifests = [...platforms, ...attestations];
  const index = {
    ...base,
    digest: push.digest ?? newDigest(),
    mediaType: mediaTypes.index,
    manifests: manifests.map((entry) => entry.digest),
  };
  return [...manifests, index];
};

/** Tags that one image may have; a quota that AWS does not raise. */
const MOST_TAGS = 1_000;

const moveTag = (repository: Repository, image: EcrImage, tag: string): void => {
  const before = repository.tags.get(tag);
  if (before !== undefined && before !== image.digest && !repository.mutable) {
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the repository is immutable.`,
    );
  }
  if (before !== image.digest && tagsOf(repository, image.digest).length >= MOST_TAGS)
    throw new AwsError('LimitExceededException', `The maximum number of tags for the image '${image.digest}' has been reached: ${MOST_TAGS}`);
  repository.tags.set(tag, image.digest);
};

/** `resources` stays empty and the tag is absent when there is none (A1). */
export const announce = (world: World, repository: Repository, digest: string, tag: string | undefined, action: 'PUSH' | 'DELETE' = 'PUSH', stream = 'ecr'): void => {
  const detail = {
    result: 'SUCCESS',
    'repository-name': repository.name,
    'image-digest': digest,
    'action-type': action,
    ...(tag === undefined ? {} : { 'image-tag': tag }),
  };
  const delay = world.random.stream(stream).between(1_000, 3_000);
  const emit = () => world.services.events.emit({ source: 'aws.ecr', detailType: 'ECR Image Action', resources: [], detail });
  world.clock.after(delay, emit, 'ecr image event');
};

const finishScan = (world: World, repository: Repository, image: EcrImage): void => {
  image.scan = { status: 'COMPLETE', at: world.clock.now };
  world.services.events.emit({
    source: 'aws.ecr',
    detailType: 'ECR Image Scan',
    resources: [repository.arn],
    detail: {
      'scan-status': 'COMPLETE',
      'repository-name': repository.name,
      'finding-severity-counts': image.findings,
      'image-digest': image.digest,
      'image-tags': tagsOf(repository, image.digest),
    },
  });
};
