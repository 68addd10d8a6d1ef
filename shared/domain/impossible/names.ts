// Names that AWS will not take: too long, or used twice.
import type { Platform, Stage } from '../platform.ts';
import { isPublic } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

const loadBalancerLimit = 32;

const staged = (name: string, stage: Stage): string => name.replaceAll('{stage}', stage);

const loadBalancer = (platform: Platform, stage: Stage): readonly Impossibility[] => {
  if (!isPublic(platform)) return [];
  const name = staged(platform.loadBalancer.name ?? `${platform.name}-${stage}`, stage);
  const field = platform.loadBalancer.name === null ? 'name' : 'loadBalancer.name';
  return [
    ...when(
      name.length > loadBalancerLimit,
      field,
      name,
      `a load balancer's name has at most ${loadBalancerLimit} characters, this one has ${name.length}`,
      'shorten `name`, or give `loadBalancer.name`',
    ),
    ...when(
      name.startsWith('internal-') || !/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name),
      field,
      name,
      'a load balancer’s name has letters, digits and inner hyphens only and does not begin with internal-',
      'give another `loadBalancer.name`',
    ),
  ];
};

const storeNames = (platform: Platform, stage: Stage): readonly Impossibility[] => {
  const id = `${platform.name}-${stage}`;
  const databases = Object.entries(platform.databases).flatMap(([name, database]) => {
    const identifier = staged(database.identifier ?? `${id}-${name}`, stage);
    return when(
      identifier.length > 61,
      `databases.${name}`,
      identifier,
      'a database identifier has at most 63 characters, two of them for its members',
      'give a shorter `identifier`',
    );
  });
  const caches = Object.entries(platform.caches).flatMap(([name, cache]) => {
    const identifier = staged(cache.identifier ?? `${id}-${name}`, stage);
    return when(
      identifier.length > 40,
      `caches.${name}`,
      identifier,
      'a cache identifier has at most 40 characters',
      'give a shorter `identifier`',
    );
  });
  return [...databases, ...caches];
};

const taken = (platform: Platform): readonly Impossibility[] => {
  const all = (['services', 'databases', 'caches'] as const).flatMap((part) => Object.keys(platform[part]).map((name) => ({ part, name })));
  return all.flatMap(({ part, name }, index) =>
    when(
      all.slice(0, index).some((earlier) => earlier.name === name),
      `${part}.${name}`,
      name,
      'services, databases and caches share one list of names, which `needs` speaks of',
      'give one of them another name',
    ),
  );
};

const twice = (platform: Platform, stage: Stage): readonly Impossibility[] => {
  const names = Object.entries(platform.services).map(([name, service]) => ({
    name,
    given: staged(service.serviceName ?? `${platform.name}-${stage}-${name}`, stage),
  }));
  return names.flatMap(({ name, given }, index) =>
    when(
      names.slice(0, index).some((earlier) => earlier.given === given),
      `services.${name}.serviceName`,
      given,
      'another service of this platform has this name in ECS',
      'give each its own `serviceName`',
    ),
  );
};

/** Names too long or used twice. */
export const nameFindings = (platform: Platform, stage: Stage): readonly Impossibility[] => [
  ...loadBalancer(platform, stage),
  ...storeNames(platform, stage),
  ...taken(platform),
  ...twice(platform, stage),
];
