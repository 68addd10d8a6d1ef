// Images that must not expire: the tags of the automation's own that they get, and the rules by which a repository forgets all others (R5, R10, R12).
import { digestOf, type ImageSet } from './image-references.ts';
import type { ManifestService } from './manifest.ts';
import { KEPT_PREFIX } from './redeploy-tags.ts';

/** A tag in a repository of the platform and the image it must point to. */
export interface KeptImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

interface Releases {
  readonly released: ImageSet;
  readonly previous: ImageSet | null;
}

type Watching = Pick<ManifestService, 'name' | 'containers'>;

/** Images of registries and repositories that are not the platform's own are not its to keep. */
const tagged = (role: string, service: Watching, images: ImageSet): readonly KeptImage[] =>
  service.containers.flatMap(({ name, image }) => {
    const reference = images[name] ?? '';
    const digest = digestOf(reference);
    if (image?.own !== true || digest === null || !reference.includes(`/${image.repository}@`)) return [];
    return [{ repository: image.repository, tag: `${KEPT_PREFIX}${role}-${service.name}.${name}`, digest }];
  });

/** What a service runs and what it could go back to, that first: at no moment is one of them without its tag. */
export const keptImages = (service: Watching, { released, previous }: Releases): readonly KeptImage[] => [
  ...tagged('previous', service, previous ?? {}),
  ...tagged('released', service, released),
];

/** What waits in a service's revision for the morning: the watched tag moves on while newer images are held (R11, R12). */
export const stagedImages = (service: Watching, staged: ImageSet): readonly KeptImage[] => tagged('staged', service, staged);

/** Where no tag moves, each image gets one for itself. */
export const tagForGood = ({ tag, digest }: KeptImage): string => `${tag}-${digest.slice('sha256:'.length).slice(0, 12)}`;

/** A rule of a lifecycle policy as ECR reads it. */
export interface ExpiryRule {
  readonly rulePriority: number;
  readonly description: string;
  readonly selection: {
    readonly tagStatus: 'tagged' | 'any';
    readonly tagPatternList?: readonly string[];
    readonly countType: 'imageCountMoreThan';
    readonly countNumber: number;
  };
  readonly action: { readonly type: 'expire' };
}

/** More than tags of the automation ever name: they move, three for each container. */
const ALL = 1_000;

/**
 * What an earlier rule matches no later one expires: first what runs, is staged or could be gone back to, then what services watch and may still wait for
 * its gate or the morning, then the newest of everything. A pattern names one tag; ECR takes a list as "all of them".
 */
export const expiryRules = (watched: readonly string[], keep: number): readonly ExpiryRule[] => {
  const tagged = (pattern: string, countNumber: number) => ({ tagStatus: 'tagged', tagPatternList: [pattern], countNumber }) as const;
  const selections = [
    { description: 'Images that run, are staged or could be gone back to stay', ...tagged(`${KEPT_PREFIX}*`, ALL) },
    ...watched.map((pattern) => ({ description: `What is watched stays: ${pattern}`, ...tagged(pattern, pattern.includes('*') ? keep : 1) })),
    { description: `Keep the last ${keep} images`, tagStatus: 'any' as const, countNumber: keep },
  ];
  return selections.map(({ description, countNumber, ...selection }, index) => ({
    rulePriority: index + 1,
    description,
    selection: { ...selection, countType: 'imageCountMoreThan', countNumber },
    action: { type: 'expire' },
  }));
};
