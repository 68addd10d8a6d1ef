// References inside texts of a platform file, such as `{databases.main.host}`: what they name, and where they stand in a text.

/** The first word of every reference; a brace that does not begin with one of these is ordinary text. */
export const referenceRoots = [
  'platform',
  'databases',
  'caches',
  'tables',
  'buckets',
  'fileSystems',
  'secrets',
  'repositories',
  'services',
  'signIn',
  'loadBalancer',
  'cluster',
  'site',
  'domain',
] as const;

export type ReferenceRoot = (typeof referenceRoots)[number];

/** One reference: `{databases.main.host}` is root `databases`, name `main`, property `host`; `{site}` has neither name nor property. */
export interface Reference {
  readonly text: string;
  readonly root: ReferenceRoot;
  readonly name: string | null;
  readonly property: string | null;
}

/** A text cut at its references. */
export type TextPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'reference'; readonly reference: Reference };

const braces = /\{([a-zA-Z]+(?:\.[A-Za-z0-9_-]+)*)\}/g;

/** Roots whose second word already is the property, because there is only one of them per platform. */
const single: ReadonlySet<string> = new Set(['platform', 'signIn', 'loadBalancer', 'cluster', 'site', 'domain']);

const asReference = (text: string): Reference | null => {
  const [root, second, ...rest] = text.split('.');
  const known = referenceRoots.find((candidate) => candidate === root);
  if (known === undefined) return null;
  if (single.has(known)) return { text, root: known, name: null, property: second ?? null };
  return { text, root: known, name: second ?? null, property: rest.length === 0 ? null : rest.join('.') };
};

/** The text as a list of plain parts and references, in order. */
export const partsOf = (text: string): readonly TextPart[] => {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(braces)) {
    const reference = asReference(match[1] ?? '');
    if (reference === null) continue;
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push({ kind: 'reference', reference });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
};

/** Only the references of a text, in order. */
export const referencesOf = (text: string): readonly Reference[] =>
  partsOf(text).flatMap((part) => (part.kind === 'reference' ? [part.reference] : []));
