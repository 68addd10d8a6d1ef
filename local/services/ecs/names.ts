// Names and ARNs of ECS: made here, and read here from what callers pass (a short name or a full ARN).
import type { World } from '../../world.ts';

const base = (world: World): string => `arn:aws:ecs:${world.region}:${world.account}`;

export const clusterArn = (world: World, cluster: string): string => `${base(world)}:cluster/${cluster}`;
export const serviceArn = (world: World, cluster: string, service: string): string => `${base(world)}:service/${cluster}/${service}`;
export const taskArn = (world: World, cluster: string, id: string): string => `${base(world)}:task/${cluster}/${id}`;
export const containerArn = (world: World, cluster: string, task: string, id: string): string =>
  `${base(world)}:container/${cluster}/${task}/${id}`;
export const taskDefinitionArn = (world: World, family: string, revision: number | string): string =>
  `${base(world)}:task-definition/${family}:${revision}`;
export const serviceDeploymentArn = (world: World, cluster: string, service: string, id: string): string =>
  `${base(world)}:service-deployment/${cluster}/${service}/${id}`;
export const serviceRevisionArn = (world: World, cluster: string, service: string, id: string): string =>
  `${base(world)}:service-revision/${cluster}/${service}/${id}`;

/** The last part of an ARN, or the name itself: `default` when absent (a cluster). */
export const shortName = (nameOrArn: string | undefined): string => (nameOrArn ?? 'default').split('/').at(-1)!;

/** `family`, and the revision when one is given; accepts `family`, `family:7` and full ARNs. */
export const familyAndRevision = (reference: string): { readonly family: string; readonly revision?: number } => {
  const [family, revision] = shortName(reference).split(':');
  return { family: family!, ...(revision === undefined ? {} : { revision: Number(revision) }) };
};

/** Cluster and service of a service, service-deployment or service-revision ARN. */
export const placeOf = (arn: string): { readonly cluster: string; readonly service: string } => {
  const [, cluster, service] = arn.split('/');
  return { cluster: cluster ?? 'default', service: service ?? '' };
};

export interface ImageReference {
  /** Host of the registry; `docker.io` when the image names none. */
  readonly registry: string;
  readonly repository: string;
  /** A tag or `sha256:…`. */
  readonly reference: string;
}

/** Reads `host/repository[:tag][@digest]` as a container runtime does. */
export const parseImage = (image: string): ImageReference => {
  const [path = '', digest] = image.split('@');
  const slash = path.indexOf('/');
  const host = slash < 0 ? '' : path.slice(0, slash);
  const hosted = host.includes('.') || host.includes(':') || host === 'localhost';
  const rest = hosted ? path.slice(slash + 1) : path;
  const colon = rest.lastIndexOf(':');
  const tag = colon > rest.lastIndexOf('/') ? rest.slice(colon + 1) : undefined;
  const repository = tag === undefined ? rest : rest.slice(0, colon);
  return {
    registry: hosted ? host : 'docker.io',
    repository: hosted || repository.includes('/') ? repository : `library/${repository}`,
    reference: digest ?? tag ?? 'latest',
  };
};
