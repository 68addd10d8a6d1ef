// Image registries other than ECR (GHCR, Docker Hub): what was pushed, which tag names what, who may pull.
import type { World } from '../world.ts';
import type { ImageBehaviour } from '../services/ecr.ts';
import type { Internet } from './http.ts';
import { blobsHost, registryHost, tokenHost, type TokenStore } from './registry-api.ts';

export interface OutsidePush {
  /** `ghcr.io/owner/name`. */
  readonly image: string;
  readonly tags: readonly string[];
  /** Default: a new seeded digest. An existing one moves the tags back to it. */
  readonly digest?: string;
  readonly behaviour: ImageBehaviour;
  /** Given: an index with one manifest per platform, e.g. `['linux/amd64', 'linux/arm64']`, and one attestation each, as builders push them. */
  readonly platforms?: readonly string[];
}

/** One manifest an index lists. */
export interface IndexEntry {
  readonly digest: string;
  /** `linux/amd64`, or `unknown/unknown` for an attestation. */
  readonly platform: string;
}

export interface OutsideImage {
  readonly digest: string;
  readonly behaviour: ImageBehaviour;
  readonly pushedAt: number;
  /** What an index lists; empty for a plain image. */
  readonly entries: readonly IndexEntry[];
}

export interface Repository {
  readonly image: string;
  readonly tags: Map<string, string>;
  readonly images: Map<string, OutsideImage>;
  /** Credentials `user:password` a puller needs; undefined for public images. */
  credentials: string | undefined;
}

export interface OciRegistries {
  readonly push: (push: OutsidePush) => string;
  readonly find: (image: string, reference: string) => OutsideImage | undefined;
  /** Makes the image private: pullers need this user and password (`user:password`). */
  readonly makePrivate: (image: string, credentials: string) => void;
  /** Takes a tag away, or the image with all its tags and digests. */
  readonly remove: (image: string, tag?: string) => void;
}

const dockerHub = 'registry-1.docker.io';

/** Docker Hub's images are named without its API host. */
const hostOf = (image: string): string => {
  const [first = ''] = image.split('/');
  return first === 'docker.io' || !first.includes('.') ? dockerHub : first;
};
const keyOf = (image: string): string => (hostOf(image) === dockerHub && !image.startsWith('docker.io/') ? `docker.io/${image}` : image);

/** The digest a tag or digest names in a repository; undefined when unknown there. */
export const digestOf = (repository: Repository, reference: string): string | undefined => {
  const digest = reference.startsWith('sha256:') ? reference : repository.tags.get(reference);
  return digest !== undefined && repository.images.has(digest) ? digest : undefined;
};

const newDigest = (world: World): string => `sha256:${world.random.stream('registries').hex(64)}`;

/** Keeps the image; of an index also the manifests it lists. */
const store = (world: World, repository: Repository, digest: string, behaviour: ImageBehaviour, platforms: readonly string[]): void => {
  const pushedAt = world.clock.now;
  const entries = platforms.flatMap((platform) =>
    [platform, 'unknown/unknown'].map((one) => ({ digest: newDigest(world), platform: one })),
  );
  for (const entry of entries) repository.images.set(entry.digest, { digest: entry.digest, behaviour, pushedAt, entries: [] });
  repository.images.set(digest, { digest, behaviour, pushedAt, entries });
};

export const makeRegistries = (world: World, internet: Internet): OciRegistries => {
  const repositories = new Map<string, Repository>();
  const tokens: TokenStore = { made: new Map(), now: () => world.clock.now };
  const named = (host: string, name: string): Repository | undefined =>
    repositories.get(`${host === dockerHub ? 'docker.io' : host}/${name}`);
  const connect = (host: string): void => {
    internet.host(
      host,
      registryHost(host, tokens, (name) => named(host, name)),
    );
    internet.host(
      `blobs.${host}`,
      blobsHost((name) => named(host, name)),
    );
    if (host === dockerHub)
      internet.host(
        'auth.docker.io',
        tokenHost(tokens, (name) => named(host, name)),
      );
  };
  const open = (image: string): Repository => {
    const known = repositories.get(keyOf(image));
    if (known !== undefined) return known;
    const made: Repository = { image: keyOf(image), tags: new Map(), images: new Map(), credentials: undefined };
    repositories.set(made.image, made);
    connect(hostOf(image));
    return made;
  };
  connect('ghcr.io');
  return {
    push: ({ image, tags, behaviour, platforms = [], digest = newDigest(world) }) => {
      const repository = open(image);
      if (!repository.images.has(digest)) store(world, repository, digest, behaviour, platforms);
      for (const tag of tags) repository.tags.set(tag, digest);
      world.trail.add({ kind: 'happening', who: hostOf(image), what: `pushed ${image}:${tags.join(', ')}`, detail: { digest } });
      return digest;
    },
    find: (image, reference) => {
      const repository = repositories.get(keyOf(image));
      const digest = repository === undefined ? undefined : digestOf(repository, reference);
      return digest === undefined ? undefined : repository!.images.get(digest);
    },
    makePrivate: (image, credentials) => {
      open(image).credentials = credentials;
    },
    remove: (image, tag) => {
      if (tag === undefined) repositories.delete(keyOf(image));
      else repositories.get(keyOf(image))?.tags.delete(tag);
    },
  };
};
