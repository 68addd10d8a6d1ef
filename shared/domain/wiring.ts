// Who is connected to whom inside a platform: which container answers a route, which stores a service reaches, which secrets it reads.
import type { Container, Platform, Secret, SecretValue, Service, Tag } from './platform.ts';
import { referencesOf } from './references.ts';

/** A route with the container that answers it; null when no container, or more than one, could be meant. */
export interface Answer {
  readonly container: string;
  readonly port: number;
}

/** The container and port that answer a route of the service. */
export const answerTo = (service: Service, container: string | null): Answer | null => {
  const listening = Object.entries(service.containers).filter(
    ([name, one]) => one.port !== null && (container === null || name === container),
  );
  const [first, ...others] = listening;
  if (first === undefined || others.length > 0 || first[1].port === null) return null;
  return { container: first[0], port: first[1].port };
};

/** The secret and key that `app.API_KEY` or `database-url` names. */
export const secretNamed = (text: string): { readonly secret: string; readonly key: string | null } => {
  const [secret = '', ...key] = text.split('.');
  return { secret, key: key.length === 0 ? null : key.join('.') };
};

/** Every value of a secret with its key (null for a secret that is one value). */
export const valuesOf = (secret: Secret): readonly { readonly key: string | null; readonly value: SecretValue }[] =>
  secret.value.kind === 'whole'
    ? [{ key: null, value: secret.value.whole }]
    : Object.entries(secret.value.keys).map(([key, value]) => ({ key, value }));

/** Names of the secrets that a service reads. */
export const secretsOf = (service: Service): readonly string[] => [
  ...new Set(
    Object.values(service.containers).flatMap((container) => Object.values(container.secrets).map((text) => secretNamed(text).secret)),
  ),
];

const textsOf = (platform: Platform, container: Container): readonly string[] => [
  ...Object.values(container.environment),
  ...Object.values(container.secrets).flatMap((text) => {
    const secret = platform.secrets[secretNamed(text).secret];
    return secret === undefined ? [] : valuesOf(secret).flatMap(({ value }) => (value.kind === 'compose' ? [value.text] : []));
  }),
];

/** Names of databases, caches and services that a service reaches: what it needs, and what its variables and secrets speak of. */
export const reachedBy = (platform: Platform, service: Service): ReadonlySet<string> => {
  const spoken = Object.values(service.containers)
    .flatMap((container) => textsOf(platform, container))
    .flatMap(referencesOf)
    .filter((reference) => ['databases', 'caches', 'services'].includes(reference.root))
    .flatMap((reference) => (reference.name === null ? [] : [reference.name]));
  const passwords = Object.entries(platform.databases)
    .filter(([, database]) => database.credentials.kind === 'key' && secretsOf(service).includes(database.credentials.secret))
    .map(([name]) => name);
  return new Set([...service.needs, ...spoken, ...passwords]);
};

/** Whether the automation rolls any container of the service. */
export const isRolled = (service: Service): boolean => Object.values(service.containers).some(({ image }) => image.kind !== 'fixed');

/**
 * Whether the service has a scalable target. A service whose images are all fixed starts by itself with the one task that
 * CloudFormation gives it; another number reaches it as bounds, because a desired count in the template would be written back by any later deploy (R6).
 */
export const hasScalableTarget = (service: Service): boolean =>
  service.scaling !== null || (!isRolled(service) && service.count.start !== 1);

/** Names of the file systems that a service mounts. */
export const mountedBy = (service: Service): readonly string[] => [
  ...new Set(Object.values(service.containers).flatMap((container) => Object.values(container.mounts).map((mount) => mount.fileSystem))),
];

/** Names of the ECR repositories of its own that a platform's containers use, in the order of the file. */
export const repositoriesOf = (platform: Platform): readonly string[] => [
  ...new Set(
    Object.values(platform.services).flatMap((service) =>
      Object.values(service.containers).flatMap(({ image }) => (image.kind === 'repository' ? [image.repository] : [])),
    ),
  ),
];

/** Wildcards that ECR takes in one pattern of a lifecycle rule. */
const MOST_STARS = 4;

/** What ECR matches tags with that a rule watches: versions have two dots, and a pattern may be wider than what counts. */
const matchedBy = ({ kind, value }: Tag): string => {
  if (kind === 'semver') return '*.*.*';
  const parts = value.split('*');
  return parts.length - 1 <= MOST_STARS ? value : `${parts.slice(0, MOST_STARS).join('*')}*`;
};

/** Patterns of the tags that containers watch in a repository of the platform's own, as lifecycle rules take them. */
export const watchedTags = (platform: Platform, repository: string): readonly string[] => [
  ...new Set(
    Object.values(platform.services)
      .flatMap(({ containers }) => Object.values(containers))
      .flatMap(({ image }) => (image.kind === 'repository' && image.repository === repository ? [matchedBy(image.tag)] : [])),
  ),
];

/** Whether anything of the platform is public. */
export const isPublic = (platform: Platform): boolean => Object.values(platform.services).some((service) => service.routes.length > 0);
