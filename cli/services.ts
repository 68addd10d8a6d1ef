// The services a person names, as the manifest knows them; an unknown name is answered with the nearest ones.
import type { Manifest, ManifestService } from '../shared/domain/manifest.ts';
import { meant } from '../shared/domain/nearest-names.ts';
import { WrongUse } from './command.ts';

/** The named services in the manifest's order, all of them when none is named. Throws WrongUse for an unknown one. */
export const servicesNamed = ({ services }: Pick<Manifest, 'services'>, named: readonly string[]): readonly ManifestService[] => {
  const known = services.map(({ name }) => name);
  for (const name of named) if (!known.includes(name)) throw new WrongUse(`There is no service ${name}. ${meant(name, known)}`);
  return named.length === 0 ? services : services.filter(({ name }) => named.includes(name));
};

/** Exactly one service: the named one, or the only one there is. */
export const oneService = (manifest: Pick<Manifest, 'services'>, named: readonly string[]): ManifestService => {
  const found = servicesNamed(manifest, named);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new WrongUse(`Which service? Name one of ${found.map(({ name }) => name).join(', ')}`);
};
