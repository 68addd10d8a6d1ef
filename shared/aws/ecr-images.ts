// What a watched tag of an ECR repository points to now (R4): the registry is asked, the event is only the reason to ask.
import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, GetDownloadUrlForLayerCommand, type ImageDetail } from '@aws-sdk/client-ecr';
import type { Manifest, WatchedImage } from '../domain/manifest.ts';
import { MANIFEST_TYPES, readManifest } from '../domain/oci-manifest.ts';
import { scansTogether } from '../domain/redeploy-holds.ts';
import { givenTags, selectTag } from '../domain/redeploy-tags.ts';
import type { ImageFacts } from '../ports.ts';
import { labelsOf } from '../web/image-labels.ts';
import { webRequest, type WebHost } from '../web/request.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

export interface EcrHost extends ClientHost, WebHost {
  readonly manifest: Manifest;
}

/** The image a rule chooses in a repository of this account and region; null when there is none (R7). `glance`: without what its manifest says. */
export const ecrImages = (host: EcrHost, glance = false): ((image: WatchedImage) => Promise<ImageFacts | null>) => {
  const ecr = client(ECRClient, host);
  const readings = new Map<string, ManifestReading>();
  const asksScans = host.manifest.services.some(({ rollout }) => rollout.gates.scan !== null);
  return async ({ repository, tag }) => {
    const details = tag.kind === 'fixed' ? await describeTag(ecr, repository, tag.value) : await describeAll(ecr, repository);
    const chosen = selectTag(tag, details.map(asTagged));
    return chosen === null ? null : imageFacts({ host, ecr, readings, asksScans, glance }, host.manifest.region, repository, chosen.image.detail);
  };
};

const asTagged = (detail: ImageDetail) => ({
  digest: detail.imageDigest ?? '',
  tags: givenTags(detail.imageTags ?? []),
  pushedAt: detail.imagePushedAt?.toISOString() ?? null,
  detail,
});

const describeTag = async (ecr: ECRClient, repositoryName: string, imageTag: string): Promise<readonly ImageDetail[]> => {
  const command = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] });
  try {
    return (await attempt('ecr:DescribeImages', `${repositoryName}:${imageTag}`, () => ecr.send(command))).imageDetails ?? [];
  } catch (error) {
    // An empty repository is where every platform begins, and a tag may be deleted: both are answers, not failures.
    if (['ImageNotFoundException', 'RepositoryNotFoundException'].includes(nameOf(error))) return [];
    throw error;
  }
};

const describeAll = async (ecr: ECRClient, repositoryName: string): Promise<readonly ImageDetail[]> => {
  const details: ImageDetail[] = [];
  let nextToken: string | undefined;
  do {
    const command = new DescribeImagesCommand({
      repositoryName,
      filter: { tagStatus: 'TAGGED' },
      maxResults: 1000,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    try {
      const page = await attempt('ecr:DescribeImages', repositoryName, () => ecr.send(command));
      details.push(...(page.imageDetails ?? []));
      nextToken = page.nextToken;
    } catch (error) {
      if (nameOf(error) !== 'RepositoryNotFoundException') throw error;
      nextToken = undefined;
    }
  } while (nextToken !== undefined);
  return details;
};

interface ManifestReading {
  readonly platforms: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

interface Registry {
  readonly host: WebHost;
  readonly ecr: ECRClient;
  /** What manifests say, by digest: a digest's manifest never changes. */
  readonly readings: Map<string, ManifestReading>;
  /** Whether a gate of some service wants to know what scans found. */
  readonly asksScans: boolean;
  readonly glance: boolean;
}

const manifestText = async (ecr: ECRClient, repositoryName: string, imageDigest: string): Promise<string | undefined> => {
  const command = new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }], acceptedMediaTypes: [...MANIFEST_TYPES] });
  const { images } = await attempt('ecr:BatchGetImage', `${repositoryName}@${imageDigest}`, () => ecr.send(command));
  return images?.[0]?.imageManifest;
};

/** An image's configuration is a blob like its layers, and is downloaded as `docker pull` does. */
const configText = async ({ ecr, host }: Registry, repositoryName: string, layerDigest: string): Promise<string> => {
  const command = new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest });
  const { downloadUrl } = await attempt('ecr:GetDownloadUrlForLayer', repositoryName, () => ecr.send(command));
  return (await webRequest(host, { method: 'GET', url: downloadUrl ?? '', headers: {} })).body;
};

const readingOf = async (registry: Registry, repositoryName: string, imageDigest: string): Promise<ManifestReading> => {
  const known = registry.readings.get(imageDigest);
  if (known !== undefined) return known;
  const text = await manifestText(registry.ecr, repositoryName, imageDigest);
  const found = readManifest(text ?? '{}');
  const labels = await labelsOf(found, {
    manifest: async (digest) => (await manifestText(registry.ecr, repositoryName, digest)) ?? '{}',
    config: (digest) => configText(registry, repositoryName, digest),
  });
  const reading = { platforms: found.platforms, labels };
  if (text !== undefined) registry.readings.set(imageDigest, reading);
  return reading;
};

/** What the scans of an image say: of an index those of its platforms, because the index itself holds nothing to scan. */
const scanOfAll = async (
  { ecr, asksScans }: Registry,
  repositoryName: string,
  detail: ImageDetail,
  platforms: readonly string[],
): Promise<Scan> => {
  if (!asksScans || platforms.length === 0) return scanOf(detail);
  const command = new DescribeImagesCommand({ repositoryName, imageIds: platforms.map((imageDigest) => ({ imageDigest })) });
  const { imageDetails } = await attempt('ecr:DescribeImages', `platforms of ${repositoryName}`, () => ecr.send(command));
  return scansTogether((imageDetails ?? []).map(scanOf));
};

const imageFacts = async (registry: Registry, region: string, repositoryName: string, detail: ImageDetail): Promise<ImageFacts> => {
  const imageDigest = detail.imageDigest ?? '';
  // Scans are those of an index's platforms, which its manifest names.
  const unread = registry.glance && !registry.asksScans;
  const { platforms, labels } = unread ? { platforms: [], labels: {} } : await readingOf(registry, repositoryName, imageDigest);
  return {
    digest: imageDigest,
    tags: givenTags(detail.imageTags ?? []),
    pushedAt: detail.imagePushedAt?.toISOString() ?? null,
    reference: `${detail.registryId}.dkr.ecr.${region}.amazonaws.com/${repositoryName}@${imageDigest}`,
    platforms,
    labels,
    scan: await scanOfAll(registry, repositoryName, detail, platforms),
  };
};

type Scan = NonNullable<ImageFacts['scan']> | null;

const scanOf = ({ imageScanStatus, imageScanFindingsSummary }: ImageDetail): Scan => {
  if (imageScanStatus?.status === 'COMPLETE' || imageScanStatus?.status === 'ACTIVE')
    return imageScanFindingsSummary?.findingSeverityCounts ?? {};
  return imageScanStatus?.status === 'IN_PROGRESS' || imageScanStatus?.status === 'PENDING' ? 'pending' : null;
};
