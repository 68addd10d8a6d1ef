// What a deploy would come to (X6): what would be built and pushed, and what the story would decide on the new image as things stand now.
import { registries } from '../shared/aws/images.ts';
import { shortDigest } from '../shared/domain/image-references.ts';
import type { ImageToBuild } from '../shared/domain/images-to-build.ts';
import type { Intention } from '../shared/domain/intention.ts';
import type { WatchedImage } from '../shared/domain/manifest.ts';
import type { ImageFacts, Images } from '../shared/ports.ts';
import { plannedRollouts } from './gather-plan.ts';
import type { Place } from './place.ts';

/** Stands for the digest that nobody knows before the image is built. */
const UNBUILT = `sha256:${'0'.repeat(64)}`;

/** The registry as it would answer after the push. */
const afterPush = (place: Place, images: readonly ImageToBuild[], tag: string): Pick<Images, 'resolve'> => {
  const real = registries(place.host);
  const pushed = (image: WatchedImage): ImageFacts => ({
    digest: UNBUILT,
    tags: [...(image.tag.kind === 'fixed' ? [image.tag.value] : []), tag],
    pushedAt: place.now(),
    reference: `${image.repository}@${UNBUILT}`,
    platforms: [],
    labels: {},
    scan: 'pending',
  });
  return {
    resolve: async (image) => (images.some(({ repository }) => repository === image.repository) ? pushed(image) : real.resolve(image)),
  };
};

const named = (words: string): string => words.replaceAll(shortDigest(UNBUILT), 'the new image');

/** One intention per service; what is built comes first among the changes. */
export const plannedDeploy = async (place: Place, images: readonly ImageToBuild[], tag: string): Promise<readonly Intention[]> => {
  const services = [...new Set(images.flatMap((image) => image.services))];
  const trigger = { kind: 'push', detail: 'dry run' } as const;
  const intentions = await plannedRollouts(place, trigger, services, afterPush(place, images, tag));
  return intentions.map((intention) => {
    const own = images.filter((image) => image.services.includes(intention.subject));
    const built = own.map(({ name, repository, platform, tag: watched }) => {
      const tags = [...(watched === null ? [] : [watched]), tag].map((one) => `${repository}:${one}`);
      return `${name}: is built for ${platform} and pushed as ${tags.join(' and ')}`;
    });
    return { ...intention, acts: true, why: named(intention.why), changes: [...built, ...intention.changes.map(named)] };
  });
};
