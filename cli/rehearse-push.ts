// What `deploy` does in a rehearsal in place of docker: the registry gets an image that behaves as asked.
import { behaviourOf } from '../local/rehearsal/behaviours.ts';
import { behaviours, type Behaviour } from '../local/rehearsal/day.ts';
import type { ImageToBuild } from '../shared/domain/images-to-build.ts';
import type { Pushed } from './build-images.ts';
import { WrongUse } from './command.ts';
import type { Place, Rehearsed } from './place.ts';

type Push = NonNullable<Place['push']>;

/** Reads `--behaves`; a missing image cannot be built. */
export const behaviourNamed = (word: string): Behaviour => {
  const found = behaviours.find((known) => known === word && known !== 'missing');
  if (found === undefined)
    throw new WrongUse(`--behaves ${word}: an image can be ${behaviours.filter((known) => known !== 'missing').join(', ')}`);
  return found;
};

/** Pushes one image per repository to the simulated registries. */
export const rehearsePush = async (
  push: Push,
  images: readonly ImageToBuild[],
  tag: string,
  behaves: string,
): Promise<readonly Pushed[]> => {
  const image = behaviourNamed(behaves);
  const pushed: Pushed[] = [];
  for (const one of images) {
    const tags = [...(one.tag === null ? [] : [one.tag]), tag];
    pushed.push({ image: one, digest: await push({ repository: one.repository, tags, image }) });
  }
  return pushed;
};

/** The push of a world in this process; a repository with a host in its name is not ECR's. */
export const pushInto =
  ({ world }: Rehearsed): Push =>
  async ({ repository, tags, image }) => {
    const behaviour = behaviourOf(behaviourNamed(image));
    const outside = repository.split('/')[0]?.includes('.') === true;
    return outside
      ? world.services.outside.push({ image: repository, tags, behaviour })
      : world.services.ecr.push({ repository, tags, behaviour });
  };
