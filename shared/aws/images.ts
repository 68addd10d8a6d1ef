// The Images port complete: ECR and other registries behind one question, and the released-image parameters.
import type { WatchedImage } from '../domain/manifest.ts';
import type { Images } from '../ports.ts';
import { resolveOci } from '../web/registry.ts';
import type { WebHost } from '../web/request.ts';
import { ecrImages, type EcrHost } from './ecr-images.ts';
import { releasedImages } from './released-images.ts';

/** What watched tags point to, whichever registry they are in. */
export const registries = (host: EcrHost & WebHost): Pick<Images, 'resolve'> => {
  const ecr = ecrImages(host);
  return { resolve: (image: WatchedImage) => (image.registry === 'ecr' ? ecr(image) : resolveOci(host, image)) };
};

export const images = (host: EcrHost & WebHost): Images => ({ ...registries(host), ...releasedImages(host) });
