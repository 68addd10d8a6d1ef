// Tags of the automation's own on images that must not expire: a tag is put on a manifest that ECR already has (R5, R10, R12).
import { BatchGetImageCommand, ECRClient, PutImageCommand, type Image } from '@aws-sdk/client-ecr';
import { type KeptImage, tagForGood } from '../domain/kept-images.ts';
import { MANIFEST_TYPES } from '../domain/oci-manifest.ts';
import type { Images } from '../ports.ts';
import { client, type ClientHost } from './clients.ts';
import { attempt, nameOf } from './failure.ts';

/** ECR takes ten images and tags a second from a whole account, whose builds push meanwhile. */
const A_SECOND = 8;

export const keptImages = (host: ClientHost): Pick<Images, 'keep'> => {
  const ecr = client(ECRClient, host);
  let kept = 0;
  const pace = async (): Promise<void> => {
    kept += 1;
    if (kept % A_SECOND === 0) await new Promise((resume) => setTimeout(resume, 1_000));
  };
  return {
    keep: async (images) => {
      for (const [repository, wanted] of Map.groupBy(images, (image) => image.repository)) {
        const found = await manifestsOf(ecr, repository, [...new Set(wanted.map(({ digest }) => digest))]);
        for (const image of wanted) {
          const manifest = found.find(({ imageId }) => imageId?.imageDigest === image.digest);
          // An image that somebody deleted cannot be kept.
          if (manifest === undefined) continue;
          await keep(ecr, image, manifest);
          await pace();
        }
      }
    },
  };
};

const manifestsOf = async (ecr: ECRClient, repositoryName: string, digests: readonly string[]): Promise<readonly Image[]> => {
  const imageIds = digests.map((imageDigest) => ({ imageDigest }));
  const command = new BatchGetImageCommand({ repositoryName, imageIds, acceptedMediaTypes: [...MANIFEST_TYPES] });
  return (await attempt('ecr:BatchGetImage', repositoryName, () => ecr.send(command))).images ?? [];
};

/** A person may have made the repository's tags immutable: then the tag that moves stays behind, and each image gets one for good. */
const keep = async (ecr: ECRClient, image: KeptImage, manifest: Image): Promise<void> => {
  if (!(await points(ecr, image, image.tag, manifest))) await points(ecr, image, tagForGood(image), manifest);
};

/** Points a tag to an image; false when it points elsewhere and may not move. */
const points = async (ecr: ECRClient, { repository, digest }: KeptImage, imageTag: string, manifest: Image): Promise<boolean> => {
  const { imageManifest, imageManifestMediaType } = manifest;
  const command = new PutImageCommand({ repositoryName: repository, imageTag, imageDigest: digest, imageManifest, imageManifestMediaType });
  try {
    await attempt('ecr:PutImage', `${repository}:${imageTag}`, () => ecr.send(command));
    return true;
  } catch (error) {
    if (nameOf(error) === 'ImageTagAlreadyExistsException') return false;
    // It points there already; or the image has as many tags as one may have, so many services run it, and theirs keep it.
    if (['ImageAlreadyExistsException', 'LimitExceededException'].includes(nameOf(error))) return true;
    throw error;
  }
};
