// The Images port complete: ECR and other registries behind one question, and the released-image parameters.
import type { WatchedImage } from '../domain/manifest.ts';
import type { Images } from '../ports.ts';
import { resolveOci } from '../web/registry.ts';
import type { WebHost } from '../web/request.ts';
import { ecrImages, type EcrHost } from './ecr-images.ts';
import { keptImages } from './kept-images.ts';
import { releasedImages } from './released-images.ts';
import { sharedQuarantine } from './shared-quarantine.ts';

/** What watched tags point to, whichever registry they are in, and whether it failed elsewhere in the account (R10). */
export const registries = (host: EcrHost & WebHost): Pick<Images, 'resolve'> => {
  const ecr = ecrImages(host);
  const quarantine = sharedQuarantine(host);
  return {
    resolve: async (image: WatchedImage) => {
      const facts = await (image.registry === 'ecr' ? ecr(image) : resolveOci(host, image));
      const banned = facts === null ? null : await quarantine.find(facts.digest);
      return facts === null || banned === null ? facts : { ...facts, banned };
    },
  };
};

export const images = (host: EcrHost & WebHost): Images => ({ ...registries(host), ...releasedImages(host), ...keptImages(host) });
