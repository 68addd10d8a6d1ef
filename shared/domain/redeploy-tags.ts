// Which tag of a repository counts: a fixed one, the highest version in a semver range, or the newest push that matches a pattern (R4).

export interface TagRule {
  readonly kind: 'fixed' | 'semver' | 'pattern';
  /** A tag, a range such as `^2.1`, `~2.1.3`, `2.x`, `>=2.1 <3`, or a pattern with `*` such as `release-*`. */
  readonly value: string;
}

/** What tags begin with that the automation puts on images itself: they keep an image from expiring and say nothing about what is new. */
export const KEPT_PREFIX = 'dayshift-';

/** The tags that people and builds gave. */
export const givenTags = (tags: readonly string[]): readonly string[] => tags.filter((tag) => !tag.startsWith(KEPT_PREFIX));

export interface TaggedImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Instant of the push, null where the registry does not tell. */
  readonly pushedAt: string | null;
}

/** The image a rule points to among those of a repository, with the tag that won; null when nothing matches. */
export const selectTag = <I extends TaggedImage>(
  rule: TagRule,
  images: readonly I[],
): { readonly image: I; readonly tag: string } | null => {
  const candidates = images.flatMap((image) => image.tags.map((tag) => ({ image, tag })));
  switch (rule.kind) {
    case 'fixed':
      return candidates.find(({ tag }) => tag === rule.value) ?? null;
    case 'semver':
      return best(
        candidates.filter(({ tag }) => inRange(tag, rule.value)),
        (a, b) => compareVersions(a.tag, b.tag),
      );
    case 'pattern':
      return best(
        candidates.filter(({ tag }) => matches(tag, rule.value)),
        // Registries outside AWS do not tell when a tag was pushed: there the higher number is the later one.
        (a, b) => compareTexts(a.image.pushedAt ?? '', b.image.pushedAt ?? '') || a.tag.localeCompare(b.tag, 'en', { numeric: true }),
      );
  }
};

const best = <T>(candidates: readonly T[], compare: (a: T, b: T) => number): T | null =>
  candidates.reduce<T | null>((winner, candidate) => (winner === null || compare(candidate, winner) > 0 ? candidate : winner), null);

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** True when a tag matches a pattern in which `*` stands for any characters. */
export const matches = (tag: string, pattern: string): boolean => {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(tag);
};

interface Version {
  readonly numbers: readonly [number, number, number];
  readonly prerelease: readonly string[];
}

const versionPattern = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

const versionOf = (tag: string): Version | null => {
  const match = versionPattern.exec(tag);
  if (match === null) return null;
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], prerelease: match[4]?.split('.') ?? [] };
};

const compareNumbers = (a: readonly number[], b: readonly number[]): number => {
  for (let place = 0; place < 3; place += 1) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Semantic Versioning 2.0.0 precedence of two tags that are versions. */
export const compareVersions = (a: string, b: string): number => {
  const [first, second] = [versionOf(a), versionOf(b)];
  if (first === null || second === null) return compareTexts(a, b);
  return compareNumbers(first.numbers, second.numbers) || comparePrereleases(first.prerelease, second.prerelease);
};

const comparePrereleases = (a: readonly string[], b: readonly string[]): number => {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0);
  for (let place = 0; place < Math.max(a.length, b.length); place += 1) {
    const [one, other] = [a[place], b[place]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const difference = compareIdentifiers(one, other);
    if (difference !== 0) return difference;
  }
  return 0;
};

const compareIdentifiers = (a: string, b: string): number => {
  const numeric = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numeric[0] === true && numeric[1] === true) return Number(a) - Number(b);
  if (numeric[0] !== numeric[1]) return numeric[0] === true ? -1 : 1;
  return compareTexts(a, b);
};

type Comparator = (version: Version) => boolean;

/** True when a tag is a version in the range; a prerelease only when the range itself names a prerelease. */
export const inRange = (tag: string, range: string): boolean => {
  const version = versionOf(tag);
  if (version === null) return false;
  if (version.prerelease.length > 0 && !range.includes('-')) return false;
  return comparatorsOf(range).every((fits) => fits(version));
};

/** A range nobody can read: thrown when it is used, so that a mistake never means "any version". */
const unreadable = (part: string): Error =>
  Object.assign(new Error(`Version range part "${part}" is not understood`), { name: 'InvalidRange' });

const comparatorsOf = (range: string): readonly Comparator[] => range.trim().split(/\s+/).flatMap(comparatorOf);

const partial = /^(\^|~|>=|<=|>|<|=)?v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?(?:-[0-9A-Za-z.-]+)?$/;

const comparatorOf = (part: string): readonly Comparator[] => {
  const match = partial.exec(part);
  if (match === null) throw unreadable(part);
  const [, operator = '', ...texts] = match;
  const given = texts.filter((text): text is string => text !== undefined && /^\d+$/.test(text)).map(Number);
  const [major, minor, patch] = [given[0] ?? 0, given[1] ?? 0, given[2] ?? 0];
  const floor = [major, minor, patch];
  const atLeast: Comparator = (version) => compareNumbers(version.numbers, floor) >= 0;
  const below =
    (ceiling: readonly number[]): Comparator =>
    (version) =>
      compareNumbers(version.numbers, ceiling) < 0;
  switch (operator) {
    case '>=':
      return [atLeast];
    case '>':
      return [(version) => compareNumbers(version.numbers, floor) > 0];
    case '<':
      return [below(floor)];
    case '<=':
      return [(version) => compareNumbers(version.numbers, floor) <= 0];
    case '^':
      return [atLeast, below(major > 0 ? [major + 1, 0, 0] : minor > 0 ? [0, minor + 1, 0] : [0, 0, patch + 1])];
    case '~':
      return [atLeast, below(given.length > 1 ? [major, minor + 1, 0] : [major + 1, 0, 0])];
    default:
      return given.length === 0 ? [] : [atLeast, below(next(given))];
  }
};

/** The first version beyond `2`, `2.1` or `2.1.3`. */
const next = (given: readonly number[]): readonly number[] => {
  const bumped = given.map((number, place) => (place === given.length - 1 ? number + 1 : number));
  return [bumped[0] ?? 0, bumped[1] ?? 0, bumped[2] ?? 0];
};
