// Which image a webhook speaks of: GitHub's package events, or the short form any build can send (R1). A hint only, the registry is asked.

export interface PushedPackage {
  /** `ghcr.io/owner/name`. */
  readonly repository: string;
  readonly tag: string | null;
  /** Who pushed, as GitHub names them; null where nobody is named. */
  readonly by: string | null;
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** `ghcr.io/owner/name:tag` taken apart; the part behind the last colon is the tag when no slash follows it. */
const referenceOf = (text: string): Omit<PushedPackage, 'by'> => {
  const colon = text.lastIndexOf(':');
  const tagged = colon > text.lastIndexOf('/');
  return { repository: tagged ? text.slice(0, colon) : text, tag: tagged ? text.slice(colon + 1) : null };
};

/** The package a parsed body names, null when it names none. */
export const pushedPackage = (body: unknown): PushedPackage | null => {
  const fields = fieldsOf(body);
  const short = textOf(fields['repository']);
  const by = textOf(fieldsOf(fields['sender'])['login']);
  if (short !== null) return { repository: short, tag: textOf(fields['tag']), by };
  const github = fieldsOf(fields['registry_package'] ?? fields['package']);
  const version = fieldsOf(github['package_version']);
  const url = textOf(version['package_url']);
  if (url !== null) return { ...referenceOf(url.replace(/:$/, '')), by };
  const [namespace, name] = [textOf(github['namespace']), textOf(github['name'])];
  if (namespace === null || name === null) return null;
  return {
    repository: `ghcr.io/${namespace}/${name}`.toLowerCase(),
    tag: textOf(fieldsOf(fieldsOf(version['container_metadata'])['tag'])['name']),
    by,
  };
};
