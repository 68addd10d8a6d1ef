// The Images port complete: ECR and other registries behind one question, and the released-image parameters.
import type { WatchedImage } from '../domain/manifest.ts';
import type { ImageFacts, Images } from '../ports.ts';
import { peekOci, resolveOci } from '../web/registry.ts';
import type { WebHost } from '../web/request.ts';
import { ecrImages, type EcrHost } from './ecr-images.ts';
import { keptImages } from './kept-images.ts';
import { releasedImages } from './released-images.ts';
import { sharedQuarantine } from './shared-quarantine.ts';

type Ask = (image: WatchedImage) => Promise<ImageFacts | null>;

/** What watched tags point to, whichever registry they are in, and whether it failed elsewhere in the account (R10). */
export const registries = (host: EcrHost & WebHost): Pick<Images, 'resolve'> =>
  withBans(host, { ecr: ecrImages(host), oci: (image) => resolveOci(host, image) });

/** The same for who only wants to see whether anything differs (X3): manifests and configurations stay unread, so that platforms and labels are empty. */
export const glances = (host: EcrHost & WebHost): Pick<Images, 'resolve'> => {
  const peek = peekOci(host);
  const oci: Ask = async (image) => {
    const { digest } = await peek(image, null);
    if (digest === null) return null;
    return { digest, tags: [], pushedAt: null, reference: `${image.repository}@${digest}`, platforms: [], labels: {}, scan: null };
  };
  return withBans(host, { ecr: ecrImages(host, true), oci });
};

const withBans = (host: EcrHost & WebHost, ask: Readonly<Record<WatchedImage['registry'], Ask>>): Pick<Images, 'resolve'> => {
  const quarantine = sharedQuarantine(host);
  return {
    resolve: async (image) => {
      const facts = await ask[image.registry](image);
      const banned = facts === null ? null : await quarantine.find(facts.digest);
      return facts === null || banned === null ? facts : { ...facts, banned };
    },
  };
};

export const images = (host: EcrHost & WebHost): Images => ({ ...registries(host), ...releasedImages(host), ...keptImages(host) });
