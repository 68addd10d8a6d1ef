// Image references of task definitions: `repository@sha256:…` taken apart and compared by digest (R3, R5).

/** References by container name. */
export type ImageSet = Readonly<Record<string, string>>;

/** The digest of `repository@sha256:…`, null for a reference by tag or the `none` of an unborn service. */
export const digestOf = (reference: string): string | null => {
  const at = reference.indexOf('@sha256:');
  return at === -1 ? null : reference.slice(at + 1);
};

/** `sha256:ab12cd34ef56` — enough of a digest for people. */
export const shortDigest = (referenceOrDigest: string): string => {
  const digest = digestOf(referenceOrDigest) ?? referenceOrDigest;
  return digest.startsWith('sha256:') ? digest.slice(0, 'sha256:'.length + 12) : digest;
};

/** True when every container of `wanted` has the same digest in `present`; other containers do not matter. */
export const holds = (present: ImageSet, wanted: ImageSet): boolean =>
  Object.entries(wanted).every(([container, reference]) => sameImage(present[container], reference));

const sameImage = (present: string | undefined, wanted: string): boolean => {
  if (present === undefined) return false;
  const digest = digestOf(wanted);
  return digest === null ? present === wanted : digestOf(present) === digest;
};
