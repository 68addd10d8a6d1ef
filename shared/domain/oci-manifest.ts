// Reads an OCI or Docker manifest document: the platforms of an index, and what the image says about itself (design: images).

export const MANIFEST_TYPES: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

export interface ManifestFacts {
  /** Digests of the runnable manifests of an index; empty for a plain image. Attestations are not runnable. */
  readonly platforms: readonly string[];
  /** Annotations of the document, such as `org.opencontainers.image.revision`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Digest of a plain image's configuration, where its labels are; null for an index. */
  readonly config: string | null;
}

/** The label and annotation that names the commit an image was built from. */
export const REVISION = 'org.opencontainers.image.revision';

interface Entry {
  readonly digest?: unknown;
  readonly platform?: { readonly os?: unknown };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Throws SyntaxError when the text is no JSON. */
export const readManifest = (text: string): ManifestFacts => {
  const document = JSON.parse(text) as {
    readonly manifests?: readonly Entry[];
    readonly annotations?: Readonly<Record<string, string>>;
    readonly config?: { readonly digest?: unknown };
  };
  const runnable = (document.manifests ?? []).filter(
    ({ platform, annotations }) => platform?.os !== 'unknown' && annotations?.['vnd.docker.reference.type'] === undefined,
  );
  return {
    platforms: runnable.flatMap(({ digest }) => (typeof digest === 'string' ? [digest] : [])),
    annotations: document.annotations ?? {},
    config: typeof document.config?.digest === 'string' ? document.config.digest : null,
  };
};

/** Labels of an image's configuration, as `docker build --label` writes them. Throws SyntaxError when the text is no JSON. */
export const readLabels = (text: string): Readonly<Record<string, string>> =>
  (JSON.parse(text) as { readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null } }).config?.Labels ?? {};
