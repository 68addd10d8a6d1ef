// What `deploy` does in a rehearsal in place of docker: the registry gets an image that behaves as asked.
import { behaviourOf } from '../local/rehearsal/behaviours.ts';
import { behaviours, type Behaviour } from '../local/rehearsal/day.ts';
import type { ImageToBuild } from '../shared/domain/images-to-build.ts';
import type { Pushed } from './build-images.ts';
import { WrongUse } from './command.ts';
import type { Rehearsed } from './place.ts';

/** Reads `--behaves`; a missing image cannot be built. */
export const behaviourNamed = (word: string): Behaviour => {
  const found = behaviours.find((known) => known === word && known !== 'missing');
  if (found === undefined)
    throw new WrongUse(`--behaves ${word}: an image can be ${behaviours.filter((known) => known !== 'missing').join(', ')}`);
  return found;
};

/** Pushes one image per repository to the simulated registries. */
export const rehearsePush = ({ world }: Rehearsed, images: readonly ImageToBuild[], tag: string, behaves: Behaviour): readonly Pushed[] =>
  images.map((image) => {
    const tags = [...(image.tag === null ? [] : [image.tag]), tag];
    const behaviour = behaviourOf(behaves);
    const digest =
      image.registry === 'ecr'
        ? world.services.ecr.push({ repository: image.repository, tags, behaviour })
        : world.services.outside.push({ image: image.repository, tags, behaviour });
    return { image, digest };
  });
