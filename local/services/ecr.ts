// Simulated Amazon ECR: repositories, images whose tags move between digests, push and scan events, lifecycle policies (aws-facts A1, A2).
import type { SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';
import { emptyRegistry, findImage } from './ecr/images.ts';
import type { EcrImage } from './ecr/images.ts';
import { imageOperations } from './ecr/image-operations.ts';
import { pusher } from './ecr/push.ts';
import type { Push } from './ecr/push.ts';
import { repositoryOperations } from './ecr/repository-operations.ts';
import { ecrResources } from './ecr/resources.ts';

/** What a person who looks inside an image would find, whatever it does when it runs. */
export interface ImageTraits {
  /** Seconds from container start until it answers on its port. Default 5. */
  readonly startSeconds?: number;
  /** Lines the container writes when it starts (or just before it dies, when it dies). */
  readonly logLines?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** RDS instance or cluster identifiers that must be available at start; otherwise the container exits with 1. */
  readonly requiresDatabases?: readonly string[];
  /** Other behaviours for other commands (`command` of a container or of a RunTask override, joined by blanks). */
  readonly commands?: Readonly<Record<string, ImageBehaviour>>;
  /** Utilization while running, percent of the task's reservation. Default 12 and 35. */
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
}

/** How a container of this image behaves when it runs. Seconds count from container start. */
export type ImageBehaviour = ImageTraits &
  (
    | { readonly kind: 'healthy' }
    /** Exits by itself: a crash when it serves, a result when it is a one-off task. */
    | { readonly kind: 'exits'; readonly afterSeconds: number; readonly exitCode: number }
    /** Runs, but never passes a health check; answers with `responseCode`, or not at all when absent. */
    | { readonly kind: 'never-healthy'; readonly responseCode?: number }
    /** Serves well at first, then answers requests with `responseCode`; its health check fails as well when told so. */
    | { readonly kind: 'degrades'; readonly afterSeconds: number; readonly responseCode: number; readonly healthCheckFails: boolean }
    | { readonly kind: 'out-of-memory'; readonly afterSeconds: number }
    /** Built for another CPU: every container dies at once with an exec format error. */
    | { readonly kind: 'wrong-architecture' }
  );

export interface Ecr extends SimulatedService {
  /** Someone pushed an image; answers the digest the tags now point to. One event per tag follows 1–3 s later (A1). */
  push(push: Push): string;
  /** Whether there is a repository of this name now. */
  has(repository: string): boolean;
  /** The image that a tag or `sha256:…` digest points to now. */
  find(repository: string, reference: string): EcrImage | undefined;
  /** What a task on this platform (e.g. `linux/amd64`) runs when it pulls the reference: the platform manifest of an index. */
  pull(repository: string, reference: string, platform: string): EcrImage | undefined;
}

export const makeEcr = (world: World): Ecr => {
  const registry = emptyRegistry();
  const push = pusher(world, registry);
  return {
    signingName: 'ecr',
    operations: { ...repositoryOperations(registry), ...imageOperations(registry, push) },
    resources: ecrResources(registry),
    support: {
      does: [
        'repositories, images, tags that move between digests, image indexes with platform and attestation manifests',
        'one PUSH event per tag and one without a tag per untagged manifest, 1–3 s later, best effort (A1)',
        'basic scans on push and on demand with their event (A2); lifecycle policies, evaluated daily',
        'tag immutability',
      ],
      doesNot: [
        'layers and uploads (InitiateLayerUpload…)',
        'enhanced scanning by Inspector',
        'replication',
        'pull through cache',
        'archive storage class',
      ],
    },
    push: push.image,
    has: (repository) => registry.repositories.has(repository),
    find: (repository, reference) => findImage(registry, repository, reference),
    pull: (repository, reference, platform) => {
      const image = findImage(registry, repository, reference);
      if (image?.manifests === undefined) return image;
      return image.manifests.map((digest) => findImage(registry, repository, digest)).find((manifest) => manifest?.platform === platform);
    },
  };
};
