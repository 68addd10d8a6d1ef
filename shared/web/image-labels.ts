// What an image says about itself: annotations of its manifest, else the labels of its configuration, where builders write them (R1: the record).
import { readLabels, readManifest, REVISION, type ManifestFacts } from '../domain/oci-manifest.ts';
import { webRequest, type WebAnswer, type WebHost } from './request.ts';

type Labels = Readonly<Record<string, string>>;

/** How one registry hands out documents of a repository. */
export interface Documents {
  /** Text of a manifest by digest. */
  manifest(digest: string): Promise<string>;
  /** Text of a configuration by digest. */
  config(digest: string): Promise<string>;
}

/** Annotations and labels together. They are for people: an image without them, or a registry that does not hand them out, holds nothing up. */
export const labelsOf = async (found: ManifestFacts, documents: Documents): Promise<Labels> => {
  if (found.annotations[REVISION] !== undefined) return found.annotations;
  const [labels] = await Promise.allSettled([configLabels(found, documents)]);
  return labels.status === 'fulfilled' ? { ...labels.value, ...found.annotations } : found.annotations;
};

/** All platforms of an index are built from one commit: the first speaks for them. */
const configLabels = async (found: ManifestFacts, documents: Documents): Promise<Labels> => {
  const [platform] = found.platforms;
  const plain = found.config !== null || platform === undefined ? found : readManifest(await documents.manifest(platform));
  return plain.config === null ? plain.annotations : { ...plain.annotations, ...readLabels(await documents.config(plain.config)) };
};

/** Registries hand blobs out from elsewhere: the address is followed, the token stays at home. */
export const followed = async (host: WebHost, answer: WebAnswer, from: string): Promise<WebAnswer> => {
  const location = answer.headers['location'];
  if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
  return webRequest(host, { method: 'GET', url: new URL(location, from).href, headers: { 'user-agent': 'dayshift' } });
};
