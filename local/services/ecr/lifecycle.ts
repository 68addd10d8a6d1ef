// Lifecycle policies: which images a repository loses, evaluated once a day while there is anything to evaluate.
import type { World } from '../../world.ts';
import { tagsOf } from './images.ts';
import type { EcrImage, Repository } from './images.ts';

interface LifecycleRule {
  readonly rulePriority: number;
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any';
    readonly tagPrefixList?: readonly string[];
    readonly tagPatternList?: readonly string[];
    readonly countType: 'imageCountMoreThan' | 'sinceImagePushed';
    readonly countNumber: number;
  };
}

const DAY = 86_400_000;

/** Plans the next evaluation: within 24 hours of a push or of a policy change, then daily. */
export const expireImages = (world: World, repository: Repository): void => {
  if (repository.lifecyclePolicy === undefined || repository.lifecycleScheduled) return;
  repository.lifecycleScheduled = true;
  world.clock.after(
    DAY,
    () => {
      repository.lifecycleScheduled = false;
      if (repository.lifecyclePolicy === undefined) return;
      for (const digest of expiredDigests(repository, world.clock.now)) remove(world, repository, digest);
      if (hasAgeRule(repository.lifecyclePolicy) && repository.images.size > 0) expireImages(world, repository);
    },
    'ecr lifecycle',
  );
};

/**
 * Digests a policy expires now. Rules apply by priority; each counts all images it matches, but an image that an earlier rule matched is that
 * rule's alone to expire. A manifest that a kept index lists is kept, whatever the rule says.
 */
export const expiredDigests = (repository: Repository, now: number): readonly string[] => {
  const seen = new Set<string>();
  const expired: string[] = [];
  for (const rule of rulesOf(repository.lifecyclePolicy ?? '{"rules":[]}')) {
    const matching = [...repository.images.values()]
      .filter((image) => matches(repository, image, rule))
      .sort((left, right) => right.pushedAt - left.pushedAt);
    expired.push(...overdue(matching, rule, now).flatMap(({ digest }) => (seen.has(digest) ? [] : [digest])));
    for (const image of matching) seen.add(image.digest);
  }
  const listed = new Set(
    [...repository.images.values()].filter((image) => !expired.includes(image.digest)).flatMap((image) => image.manifests ?? []),
  );
  return expired.filter((digest) => !listed.has(digest));
};

const rulesOf = (policy: string): readonly LifecycleRule[] =>
  [...(JSON.parse(policy) as { rules: LifecycleRule[] }).rules].sort((left, right) => left.rulePriority - right.rulePriority);

const hasAgeRule = (policy: string): boolean => rulesOf(policy).some((rule) => rule.selection.countType === 'sinceImagePushed');

const overdue = (newestFirst: readonly EcrImage[], rule: LifecycleRule, now: number): readonly EcrImage[] =>
  rule.selection.countType === 'imageCountMoreThan'
    ? newestFirst.slice(rule.selection.countNumber)
    : newestFirst.filter((image) => now - image.pushedAt > rule.selection.countNumber * DAY);

const matches = (repository: Repository, image: EcrImage, rule: LifecycleRule): boolean => {
  const tags = tagsOf(repository, image.digest);
  switch (rule.selection.tagStatus) {
    case 'any':
      return true;
    case 'untagged':
      return tags.length === 0;
    case 'tagged':
      return patternsOf(rule).every((pattern) => tags.some((tag) => pattern.test(tag)));
  }
};

/** Of several prefixes or patterns an image must have all. */
const patternsOf = ({ selection: { tagPrefixList = [], tagPatternList = [] } }: LifecycleRule): readonly RegExp[] => [
  ...tagPrefixList.map((prefix) => new RegExp(`^${escaped(prefix)}`)),
  ...tagPatternList.map((pattern) => new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`)),
];

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

const remove = (world: World, repository: Repository, digest: string): void => {
  for (const tag of tagsOf(repository, digest)) repository.tags.delete(tag);
  repository.images.delete(digest);
  world.trail.add({ kind: 'happening', who: 'ecr', what: `lifecycle policy expires an image of ${repository.name}`, detail: { digest } });
};
