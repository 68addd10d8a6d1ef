// Any OCI registry over HTTPS: digest by HEAD on the manifest, with the anonymous token flow (R1, OCI distribution specification).
import type { WatchedImage } from '../domain/manifest.ts';
import { MANIFEST_TYPES, readManifest } from '../domain/oci-manifest.ts';
import { selectTag } from '../domain/redeploy-tags.ts';
import { restSeconds, retryAfterSeconds } from '../domain/registry-limits.ts';
import type { ImageFacts } from '../ports.ts';
import { followed, labelsOf, type Documents } from './image-labels.ts';
import { webRequest, type WebAnswer, type WebHost, type WebQuestion } from './request.ts';

interface Repository {
  readonly host: string;
  readonly name: string;
}

/** `ghcr.io/owner/name` taken apart. */
const repositoryOf = (repository: string): Repository => {
  const slash = repository.indexOf('/');
  return { host: repository.slice(0, slash), name: repository.slice(slash + 1) };
};

/** A registry that refuses or cannot answer; `retryAfter` in seconds when it says. */
const refused = (what: string, answer: WebAnswer): Error => {
  const error = new Error(`${what}: the registry answered ${answer.status}`);
  error.name = answer.status === 429 ? 'RegistryLimit' : answer.status >= 500 ? 'RegistryUnavailable' : 'RegistryRefused';
  return Object.assign(error, { retryAfter: retryAfterSeconds(answer.headers) });
};

/** Tokens are short-lived (five minutes at GHCR) and per repository; one invocation asks once. */
type Tokens = Map<string, string>;

const ask = async (
  host: WebHost,
  tokens: Tokens,
  repository: Repository,
  question: Pick<WebQuestion, 'method' | 'headers'> & { readonly path: string },
): Promise<WebAnswer> => {
  const url = `https://${repository.host}/v2/${repository.name}/${question.path}`;
  const key = `${repository.host}/${repository.name}`;
  const send = (token: string | undefined): Promise<WebAnswer> =>
    webRequest(host, {
      method: question.method,
      url,
      headers: { ...question.headers, 'user-agent': 'dayshift', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
  const answer = await send(tokens.get(key));
  if (answer.status !== 401) return answer;
  const token = await anonymousToken(host, repository, answer.headers['www-authenticate'] ?? '');
  tokens.set(key, token);
  return send(token);
};

const challengeField = (challenge: string, field: string): string | undefined => new RegExp(`${field}="([^"]*)"`).exec(challenge)?.[1];

/** Follows the `WWW-Authenticate: Bearer realm=…,service=…,scope=…` of a 401 without credentials. */
const anonymousToken = async (host: WebHost, { host: registry, name }: Repository, challenge: string): Promise<string> => {
  const realm = challengeField(challenge, 'realm') ?? `https://${registry}/token`;
  const service = challengeField(challenge, 'service') ?? registry;
  const scope = challengeField(challenge, 'scope') ?? `repository:${name}:pull`;
  const query = new URLSearchParams({ service, scope });
  const answer = await webRequest(host, { method: 'GET', url: `${realm}?${query.toString()}`, headers: { 'user-agent': 'dayshift' } });
  if (answer.status !== 200) throw refused(`token for ${registry}/${name}`, answer);
  const { token, access_token: accessToken } = JSON.parse(answer.body) as { token?: string; access_token?: string };
  const found = token ?? accessToken;
  if (found === undefined) throw refused(`token for ${registry}/${name}`, answer);
  return found;
};

const accept = MANIFEST_TYPES.join(', ');

export interface Head {
  readonly digest: string | null;
  /** Seconds to stay away, because the registry has almost no requests left for us. */
  readonly rest: number;
}

/** Digest a tag points to. With the digest known from before the request is conditional: an unchanged one costs the registry nothing. */
export const headDigest = async (
  host: WebHost,
  image: { readonly repository: string; readonly tag: string },
  known: string | null,
  tokens: Tokens = new Map(),
): Promise<Head> => {
  const repository = repositoryOf(image.repository);
  const conditional: Readonly<Record<string, string>> = known === null ? {} : { 'if-none-match': `"${known}"` };
  const answer = await ask(host, tokens, repository, {
    method: 'HEAD',
    path: `manifests/${image.tag}`,
    headers: { accept, ...conditional },
  });
  const rest = restSeconds(answer.headers);
  if (answer.status === 304) return { digest: known, rest };
  if (answer.status === 404) return { digest: null, rest };
  const digest = answer.headers['docker-content-digest'];
  if (answer.status !== 200 || digest === undefined) throw refused(`${image.repository}:${image.tag}`, answer);
  return { digest, rest };
};

/** The cheap question: one conditional HEAD per image for a fixed tag; a range or a pattern has to read the tags first. */
export const peekOci = (host: WebHost & { readonly manifest: unknown }) => {
  const tokens: Tokens = new Map();
  return async (image: WatchedImage, known: string | null): Promise<Head> => {
    const tag = image.tag.kind === 'fixed' ? image.tag.value : await bestTag(host, tokens, image);
    return tag === null ? { digest: null, rest: 0 } : headDigest(host, { repository: image.repository, tag }, known, tokens);
  };
};

/** What the rule chooses in a registry outside AWS, null when nothing matches. Throws `Registry…` errors when there is no answer. */
export const resolveOci = async (host: WebHost, image: WatchedImage): Promise<ImageFacts | null> => {
  const tokens: Tokens = new Map();
  const tag = image.tag.kind === 'fixed' ? image.tag.value : await bestTag(host, tokens, image);
  if (tag === null) return null;
  const { digest } = await headDigest(host, { repository: image.repository, tag }, null, tokens);
  if (digest === null) return null;
  const answer = await ask(host, tokens, repositoryOf(image.repository), {
    method: 'GET',
    path: `manifests/${digest}`,
    headers: { accept },
  });
  if (answer.status !== 200) throw refused(`${image.repository}@${digest}`, answer);
  const found = readManifest(answer.body);
  const labels = await labelsOf(found, documentsOf(host, tokens, repositoryOf(image.repository)));
  return { digest, tags: [tag], pushedAt: null, reference: `${image.repository}@${digest}`, platforms: found.platforms, labels, scan: null };
};

const documentsOf = (host: WebHost, tokens: Tokens, repository: Repository): Documents => {
  const get = async (path: string): Promise<string> => {
    const answer = await ask(host, tokens, repository, { method: 'GET', path, headers: { accept } });
    const { status, body } = await followed(host, answer, `https://${repository.host}/`);
    if (status !== 200) throw refused(`${repository.host}/${repository.name} ${path}`, answer);
    return body;
  };
  return { manifest: (digest) => get(`manifests/${digest}`), config: (digest) => get(`blobs/${digest}`) };
};

/** Registries list tags without instants: of several matches of a pattern the one with the highest number counts. */
const bestTag = async (host: WebHost, tokens: Tokens, { repository, tag }: WatchedImage): Promise<string | null> => {
  const tags: string[] = [];
  let path: string | null = 'tags/list?n=1000';
  while (path !== null) {
    const answer: WebAnswer = await ask(host, tokens, repositoryOf(repository), {
      method: 'GET',
      path,
      headers: { accept: 'application/json' },
    });
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw refused(`tags of ${repository}`, answer);
    tags.push(...((JSON.parse(answer.body) as { tags: readonly string[] | null }).tags ?? []));
    path = nextPage(answer.headers['link']);
  }
  return (
    selectTag(
      tag,
      tags.map((one) => ({ digest: one, tags: [one], pushedAt: null })),
    )?.tag ?? null
  );
};

/** `Link: </v2/name/tags/list?last=…>; rel="next"` → the part below the repository. */
const nextPage = (link: string | undefined): string | null => {
  const query = /<[^>]*\/tags\/list(\?[^>]*)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return query === undefined ? null : `tags/list${query}`;
};
