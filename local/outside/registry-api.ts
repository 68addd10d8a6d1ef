// The OCI distribution API of an image registry: the token flow, manifests by tag or digest, tag lists.
import { createHash } from 'node:crypto';
import { json, respond, type Host, type HttpResponse, type Received } from './http.ts';
import { digestOf, type OutsideImage, type Repository } from './registry.ts';

type Find = (name: string) => Repository | undefined;

export interface TokenStore {
  readonly made: Map<string, { readonly scope: string; readonly until: number }>;
  readonly now: () => number;
}

/** Where a registry host sends clients for a token, when it is not its own `/token`. */
const realms: Readonly<Record<string, { readonly realm: string; readonly service: string }>> = {
  'registry-1.docker.io': { realm: 'https://auth.docker.io/token', service: 'registry.docker.io' },
};

const mediaTypes = { index: 'application/vnd.oci.image.index.v1+json', manifest: 'application/vnd.oci.image.manifest.v1+json' } as const;

const failure = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): HttpResponse =>
  json(status, { errors: [{ code, message }] }, headers);

const challenge = (host: string, name: string): HttpResponse => {
  const { realm, service } = realms[host] ?? { realm: `https://${host}/token`, service: host };
  const header = `Bearer realm="${realm}",service="${service}",scope="repository:${name}:pull"`;
  return failure(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': header });
};

const authorized = (tokens: TokenStore, request: Received, name: string): boolean => {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const known = given === undefined ? undefined : tokens.made.get(given);
  return known !== undefined && known.scope === name && known.until > tokens.now();
};

/** Gives anonymous pull tokens for public images (and names it does not know); private images ask for user and password. */
export const tokenHost =
  (tokens: TokenStore, find: Find): Host =>
  (request) => {
    const name = /^repository:(.+):pull$/.exec(request.url.searchParams.get('scope') ?? '')?.[1];
    if (name === undefined) return failure(400, 'UNSUPPORTED', 'scope is missing');
    const wanted = find(name)?.credentials;
    const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const given = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString();
    if (wanted !== undefined && wanted !== given) return failure(403, 'DENIED', 'requested access to the resource is denied');
    const token = createHash('sha256').update(`${name} ${tokens.now()} ${tokens.made.size}`).digest('base64url');
    tokens.made.set(token, { scope: name, until: tokens.now() + 300_000 });
    return json(200, { token, expires_in: 300 });
  };

const index = ({ entries }: OutsideImage): object => ({
  manifests: entries.map(({ digest, platform }) => {
    const [os, architecture] = platform.split('/');
    const attests = os === 'unknown' ? { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } } : {};
    return { mediaType: mediaTypes.manifest, digest, size: 1024, platform: { os, architecture }, ...attests };
  }),
});

const configOf = ({ digest }: OutsideImage): string => `sha256:${createHash('sha256').update(`configuration of ${digest}`).digest('hex')}`;

const plainImage = (image: OutsideImage): object => ({
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: configOf(image), size: 7023 },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', size: 32_654_321 }],
});

const manifest = (repository: Repository, reference: string, request: Received): HttpResponse => {
  const digest = digestOf(repository, reference);
  if (digest === undefined) return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const etag = `"${digest}"`;
  const image = repository.images.get(digest)!;
  const mediaType = image.entries.length === 0 ? mediaTypes.manifest : mediaTypes.index;
  const headers = { 'docker-content-digest': digest, etag, 'content-type': mediaType };
  if (request.headers['if-none-match'] === etag) return respond(304, '', headers);
  const body = JSON.stringify({ schemaVersion: 2, mediaType, ...(image.entries.length === 0 ? plainImage(image) : index(image)) });
  return request.method === 'HEAD' ? respond(200, '', { ...headers, 'content-length': String(body.length) }) : respond(200, body, headers);
};

const tagList = (repository: Repository, name: string, request: Received): HttpResponse => {
  const size = Number(request.url.searchParams.get('n') ?? 100);
  const last = request.url.searchParams.get('last');
  const sorted = [...repository.tags.keys()].sort().filter((tag) => last === null || tag > last);
  const shown = sorted.slice(0, size);
  const more: Record<string, string> =
    shown.length < sorted.length ? { link: `</v2/${name}/tags/list?last=${shown.at(-1)}&n=${size}>; rel="next"` } : {};
  return json(200, { name, tags: shown }, more);
};

/** Blobs are handed out from another host, without a token. */
const blobHost = (host: string): string => `blobs.${host}`;

const blob = (repository: Repository, host: string, name: string, digest: string): HttpResponse =>
  [...repository.images.values()].some((image) => configOf(image) === digest)
    ? respond(307, '', { location: `https://${blobHost(host)}/${name}/${digest}` })
    : failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry');

/** Where blobs come from: configurations only, nobody has the layers. */
export const blobsHost =
  (find: Find): Host =>
  ({ url }) => {
    const [, name = '', digest = ''] = /^\/(.+)\/(sha256:[0-9a-f]+)$/.exec(url.pathname) ?? [];
    const image = [...(find(name)?.images.values() ?? [])].find((candidate) => configOf(candidate) === digest);
    if (image === undefined) return failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
    return json(200, { architecture: 'amd64', os: 'linux', config: { Labels: image.behaviour.labels ?? null } });
  };

/** A registry host: challenges without a token, then answers manifests and tag lists. */
export const registryHost = (host: string, tokens: TokenStore, find: Find): Host => {
  const token = tokenHost(tokens, find);
  return (request) => {
    if (request.url.pathname === '/token') return token(request);
    const match = /^\/v2\/(.+)\/(manifests|tags|blobs)\/(.+)$/.exec(request.url.pathname);
    if (match === null) return failure(404, 'UNSUPPORTED', 'The rehearsal answers manifests, configurations and tag lists only');
    const [, name = '', kind, reference = ''] = match;
    if (!authorized(tokens, request, name)) return challenge(host, name);
    const repository = find(name);
    if (repository === undefined) return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry');
    if (kind === 'blobs') return blob(repository, host, name, reference);
    return kind === 'tags' ? tagList(repository, name, request) : manifest(repository, reference, request);
  };
};
