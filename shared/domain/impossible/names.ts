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

interface Named {
  readonly field: string;
  readonly name: string;
}

const repeated = (all: readonly Named[], problem: string, remedy: string): readonly Impossibility[] =>
  all.flatMap(({ field, name }, index) =>
    when(
      all.slice(0, index).some((earlier) => earlier.name === name),
      field,
      name,
      problem,
      remedy,
    ),
  );

/** Names that AWS knows a thing by, one kind of thing at a time. */
const twice = (platform: Platform, stage: Stage): readonly Impossibility[] => {
  const id = `${platform.name}-${stage}`;
  const check = <One>(
    [part, path]: readonly [string, string],
    things: Readonly<Record<string, One>>,
    nameOf: (thing: One, key: string) => string,
    words: string,
    others: readonly Named[] = [],
  ): readonly Impossibility[] => {
    const own = Object.entries(things).map(([key, one]) => ({ field: `${part}.${key}.${path}`, name: staged(nameOf(one, key), stage) }));
    return repeated([...others, ...own], `another ${words} has this name`, `give each its own \`${path}\``);
  };
  const { services, databases, caches, tables, secrets, repositories } = platform;
  const credentials = Object.entries(databases).flatMap(([key, { credentials: from }]) =>
    from.kind === 'key' ? [] : [{ field: `databases.${key}.credentials`, name: staged(from.name ?? `${id}/${key}-credentials`, stage) }],
  );
  return [
    ...check(['services', 'serviceName'], services, (one, key) => one.serviceName ?? `${id}-${key}`, 'service in ECS'),
    ...check(['services', 'logs.group'], services, (one, key) => one.logs.group ?? `/ecs/${id}/${key}`, 'log group'),
    ...check(['databases', 'identifier'], databases, (one, key) => one.identifier ?? `${id}-${key}`, 'database'),
    ...check(['caches', 'identifier'], caches, (one, key) => one.identifier ?? `${id}-${key}`, 'cache'),
    ...check(['tables', 'tableName'], tables, (one, key) => one.tableName ?? `${id}-${key}`, 'table'),
    ...check(['secrets', 'name'], secrets, (one, key) => one.secretName ?? `${id}/${key}`, 'secret', credentials),
    ...check(['repositories', 'name'], repositories, (one, key) => one.name ?? key, 'repository'),
  ];
};

const withoutHyphens = (name: string): string => name.replaceAll(/-+(?=\d|$)/g, '').replaceAll(/-+/g, '-');

/** `api-v1` and `api-v-1` are one name in a template, which has no hyphens: logical ids begin with them. */
const alike = (platform: Platform): readonly Impossibility[] =>
  (['services', 'databases', 'caches', 'tables', 'buckets', 'fileSystems', 'secrets'] as const).flatMap((part) =>
    repeated(
      Object.keys(platform[part]).map((name) => ({ field: `${part}.${name}`, name: withoutHyphens(name) })),
      'differs from another name by a hyphen only, which names in templates do not have',
      'give one of them another name',
    ),
  );

/** Names too long or used twice. */
export const nameFindings = (platform: Platform, stage: Stage): readonly Impossibility[] => [
  ...loadBalancer(platform, stage),
  ...storeNames(platform, stage),
  ...taken(platform),
  ...twice(platform, stage),
  ...alike(platform),
];
