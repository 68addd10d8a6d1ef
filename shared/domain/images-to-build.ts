// The images a team builds for some services: one per repository, under the repository's real name, for the tasks' architecture.
import type { Manifest } from './manifest.ts';
import type { Platform } from './platform.ts';

export interface ImageToBuild {
  /** What the image is called in the platform file; the folder of its build context when there are several. */
  readonly name: string;
  readonly registry: 'ecr' | 'oci';
  /** ECR repository name, or `ghcr.io/owner/name`. */
  readonly repository: string;
  /** Tag the platform watches; null when it watches versions or patterns, which the operator names. */
  readonly tag: string | null;
  readonly platform: 'linux/amd64' | 'linux/arm64';
  readonly buildArguments: readonly string[];
  readonly services: readonly string[];
}

/** Images of the named services, in the order of the platform file. */
export const imagesToBuild = (
  file: Pick<Platform, 'services'>,
  { services }: Pick<Manifest, 'services'>,
  named: readonly string[],
): readonly ImageToBuild[] => {
  const all = services
    .filter(({ name }) => named.includes(name))
    .flatMap((service) =>
      service.containers.flatMap(({ name, image }): readonly ImageToBuild[] => {
        const described = file.services[service.name]?.containers[name];
        if (image === null || described === undefined || described.image.kind === 'fixed') return [];
        return [
          {
            name: described.image.repository.split('/').at(-1) ?? described.image.repository,
            registry: image.registry,
            repository: image.repository,
            tag: image.tag.kind === 'fixed' ? image.tag.value : null,
            platform: service.size.architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64',
            buildArguments: described.buildArguments,
            services: [service.name],
          },
        ];
      }),
    );
  const repositories = [...new Set(all.map(({ repository }) => repository))];
  return repositories.flatMap((repository) => {
    const own = all.filter((image) => image.repository === repository);
    const [first] = own;
    return first === undefined ? [] : [{ ...first, services: [...new Set(own.flatMap(({ services: users }) => users))] }];
  });
};
