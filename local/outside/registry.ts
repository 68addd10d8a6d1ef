// Image registries other than ECR (GHCR, Docker Hub): pushes without events, anonymous tokens, manifests by tag or digest.
import { createHash } from 'node:crypto';
import type { World } from '../world.ts';
import type { ImageBehaviour } from '../services/ecr.ts';
import { json, respond, type HttpResponse, type Internet, type Received } from './http.ts';

export interface OutsidePush {
  /** `ghcr.io/owner/name`. */
  readonly image: string;
  readonly tags: readonly string[];
  /** Default: a new seeded digest. An existing one moves the tags back to it. */
  readonly digest?: string;
  readonly behaviour: ImageBehaviour;
}

export interface OutsideImage {
  readonly digest: string;
  readonly behaviour: ImageBehaviour;
  readonly pushedAt: number;
}

interface Repository {
  readonly image: string;
  readonly tags: Map<string, string>;
  readonly images: Map<string, OutsideImage>;
  /** Credentials `user:password` a puller needs; undefined for public images. */
  credentials: string | undefined;
}

export interface OciRegistries {
  push(push: OutsidePush): string;
  find(image: string, reference: string): OutsideImage | undefined;
  /** Makes the image private: pullers need this user and password. */
  makePrivate(image: string, credentials: string): void;
  /** Takes the image away: its tags and digests are unknown from now on. */
  remove(image: string, tag?: string): void;
}

/** Where a registry host sends clients for a token. */
const realms: Readonly<Record<string, { readonly realm: string; readonly service: string }>> = {
  'registry-1.docker.io': { realm: 'https://auth.docker.io/token', service: 'registry.docker.io' },
};

const mediaType = 'application/vnd.oci.image.index.v1+json';

const failure = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): HttpResponse =>
  json(status, { errors: [{ code, message }] }, headers);

/** Docker Hub's images are named without its API host. */
const hostOf = (image: string): string => {
  const [first = ''] = image.split('/');
  return first === 'docker.io' || !first.includes('.') ? 'registry-1.docker.io' : first;
};

export const makeRegistries = (world: World, internet: Internet): OciRegistries => {
  const repositories = new Map<string, Repository>();
  const tokens = new Map<string, { readonly scope: string; readonly until: number }>();

  const answer = (host: string) => (request: Received): HttpResponse => {
    if (request.url.pathname === '/token') return token(request);
    const match = /^\/v2\/(.+)\/(manifests|tags)\/(.+)$/.exec(request.url.pathname);
    if (match === null) return failure(404, 'UNSUPPORTED', 'not simulated');
    const [, name = '', kind, reference = ''] = match;
    const repository = repositories.get(`${host === 'registry-1.docker.io' ? 'docker.io' : host}/${name}`);
    if (!authorized(request, name)) return challenge(host, name);
    if (repository === undefined) return failure(404, 'NAME_UNKNOWN', 'repository name not known to registry');
    return kind === 'tags' ? tagList(repository, name, request) : manifest(repository, reference, request);
  };

  const challenge = (host: string, name: string): HttpResponse => {
    const { realm, service } = realms[host] ?? { realm: `https://${host}/token`, service: host };
    return failure(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': `Bearer realm="${realm}",service="${service}",scope="repository:${name}:pull"` });
  };

  const authorized = (request: Received, name: string): boolean => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const known = given === undefined ? undefined : tokens.get(given);
    return known !== undefined && known.scope === name && known.until > world.clock.now;
  };

  /** Anonymous tokens for public images; private ones ask for the password. */
  const token = (request: Received): HttpResponse => {
    const name = /^repository:(.+):pull$/.exec(request.url.searchParams.get('scope') ?? '')?.[1];
    if (name === undefined) return failure(400, 'UNSUPPORTED', 'scope is missing');
    const repository = [...repositories.values()].find((one) => one.image.slice(one.image.indexOf('/') + 1) === name);
    const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const given = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString();
    if (repository?.credentials !== undefined && repository.credentials !== given) return failure(403, 'DENIED', 'requested access to the resource is denied');
    const made = createHash('sha256').update(`${name} ${world.clock.now}`).digest('base64url');
    tokens.set(made, { scope: name, until: world.clock.now + 300_000 });
    return json(200, { token: made, expires_in: 300 });
  };

  const manifest = (repository: Repository, reference: string, request: Received): HttpResponse => {
    const digest = reference.startsWith('sha256:') ? reference : repository.tags.get(reference);
    if (digest === undefined || !repository.images.has(digest)) return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    const etag = `"${digest}"`;
    const headers = { 'docker-content-digest': digest, etag, 'content-type': mediaType };
    if (request.headers['if-none-match'] === etag) return respond(304, '', headers);
    const body = JSON.stringify({ schemaVersion: 2, mediaType, manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1024, platform: { architecture: 'amd64', os: 'linux' } }] });
    return request.method === 'HEAD' ? respond(200, '', { ...headers, 'content-length': String(body.length) }) : respond(200, body, headers);
  };

  const tagList = (repository: Repository, name: string, request: Received): HttpResponse => {
    const size = Number(request.url.searchParams.get('n') ?? 100);
    const last = request.url.searchParams.get('last');
    const sorted = [...repository.tags.keys()].sort().filter((tag) => last === null || tag > last);
    const shown = sorted.slice(0, size);
    const more: Record<string, string> = shown.length < sorted.length ? { link: `</v2/${name}/tags/list?last=${shown.at(-1)}&n=${size}>; rel="next"` } : {};
    return json(200, { name, tags: shown }, more);
  };

  const key = (image: string): string => (hostOf(image) === 'registry-1.docker.io' && !image.startsWith('docker.io/') ? `docker.io/${image}` : image);
  const open = (image: string): Repository => {
    const known = repositories.get(key(image));
    if (known !== undefined) return known;
    const made: Repository = { image: key(image), tags: new Map(), images: new Map(), credentials: undefined };
    repositories.set(made.image, made);
    const host = hostOf(image);
    internet.host(host, answer(host));
    if (host === 'registry-1.docker.io') internet.host('auth.docker.io', token);
    return made;
  };

  internet.host('ghcr.io', answer('ghcr.io'));
  return {
    push: ({ image, tags, behaviour, digest = `sha256:${world.random.stream('registries').hex(64)}` }) => {
      const repository = open(image);
      if (!repository.images.has(digest)) repository.images.set(digest, { digest, behaviour, pushedAt: world.clock.now });
      for (const tag of tags) repository.tags.set(tag, digest);
      world.trail.add({ kind: 'happening', who: hostOf(image), what: `pushed ${image}:${tags.join(', ')}`, detail: { digest } });
      return digest;
    },
    find: (image, reference) => {
      const repository = repositories.get(key(image));
      const digest = reference.startsWith('sha256:') ? reference : repository?.tags.get(reference);
      return digest === undefined ? undefined : repository?.images.get(digest);
    },
    makePrivate: (image, credentials) => {
      open(image).credentials = credentials;
    },
    remove: (image, tag) => {
      const repository = repositories.get(key(image));
      if (tag === undefined) repositories.delete(key(image));
      else repository?.tags.delete(tag);
    },
  };
};
