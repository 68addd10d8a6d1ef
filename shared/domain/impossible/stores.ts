// Databases that cannot do at night what is asked of them, and things that are used but not there.
import type { Database, Platform, Service } from '../platform.ts';
import { repositoriesOf, watchedTags } from '../wiring.ts';
import { type Impossibility, when } from './impossibility.ts';

/** aws-facts D: neither a read replica nor its source can be stopped (S7). */
const night = (platform: Platform, name: string, database: Database): readonly Impossibility[] => {
  const field = `databases.${name}.offHours`;
  const isSource = Object.values(platform.databases).some((other) => other.readReplicaOf === name);
  const pinned = database.readReplicaOf !== null ? 'a read replica' : isSource ? 'a database with a read replica' : null;
  return [
    ...when(
      platform.hours !== null && database.offHours === 'stop' && pinned !== null,
      field,
      database.offHours,
      `AWS cannot stop ${pinned ?? ''}`,
      "write offHours: 'stay', or remove `hours` or the replica",
    ),
    ...when(
      database.offHours === 'pause' && database.kind !== 'aurora-serverless',
      field,
      database.offHours,
      'only Aurora Serverless pauses by itself',
      "write offHours: 'stop', or kind: 'aurora-serverless'",
    ),
    ...when(
      database.offHours === 'pause' && database.kind === 'aurora-serverless' && database.capacity.min !== 0,
      field,
      database.offHours,
      'it pauses only when its fewest capacity units are 0',
      'write `capacity: { min: 0, … }`',
    ),
  ];
};

const shape = (platform: Platform, name: string, database: Database): readonly Impossibility[] => {
  const field = `databases.${name}`;
  const source = database.readReplicaOf;
  return [
    ...when(
      source !== null && platform.databases[source] === undefined,
      `${field}.readReplicaOf`,
      source,
      'there is no such database',
      `known: ${Object.keys(platform.databases).join(', ')}`,
    ),
    ...when(
      source !== null && database.kind !== 'postgres',
      `${field}.readReplicaOf`,
      source,
      'Aurora has readers instead',
      'write `multiAz: true` for a reader',
    ),
    ...when(
      database.capacity.min > database.capacity.max || database.capacity.max === 0,
      `${field}.capacity`,
      database.capacity,
      'the fewest are more than the most, or the most are none',
      'write for example { min: 0, max: 4 }',
    ),
    ...when(
      database.storageMax !== null && database.storageMax < database.storage * 1.1,
      `${field}.storageMax`,
      database.storageMax,
      'AWS wants room of at least a tenth to grow',
      `write at least ${Math.ceil(database.storage * 1.1)} GiB`,
    ),
    ...when(
      database.backupDays !== null && database.backupDays > 35,
      `${field}.backups`,
      database.backupDays,
      'RDS keeps automatic backups for at most 35 days',
      "write '35 days', and `backups` of the platform for longer",
    ),
    ...when(
      database.kind === 'postgres' && database.storage < 20,
      `${field}.storage`,
      database.storage,
      'a gp3 disk has at least 20 GiB',
      "write '20 GiB'",
    ),
    ...when(
      ['admin', 'rdsadmin', 'rdsrepladmin'].includes(database.user),
      `${field}.user`,
      database.user,
      'reserved by PostgreSQL on RDS',
      'choose another name',
    ),
  ];
};

const missing = (field: string, used: readonly string[], present: object, kind: string): readonly Impossibility[] =>
  used.flatMap((name, index) =>
    when(
      !Object.hasOwn(present, name),
      `${field}.${index}`,
      name,
      `there is no ${kind} of this name`,
      Object.keys(present).length === 0 ? `define it under \`${kind}s\`` : `known: ${Object.keys(present).join(', ')}`,
    ),
  );

const uses = (platform: Platform, name: string, service: Service): readonly Impossibility[] => {
  const field = `services.${name}`;
  const mounts = Object.entries(service.containers).flatMap(([container, { mounts: mounted }]) =>
    Object.entries(mounted).flatMap(([path, { fileSystem }]) =>
      when(
        platform.fileSystems[fileSystem] === undefined,
        `${field}.containers.${container}.mounts.${path}`,
        fileSystem,
        'there is no file system of this name',
        'define it under `fileSystems`',
      ),
    ),
  );
  return [
    ...missing(
      `${field}.needs`,
      service.needs,
      { ...platform.services, ...platform.databases, ...platform.caches },
      'service, database or cache',
    ),
    ...missing(`${field}.may.tables`, service.may.tables, platform.tables, 'table'),
    ...missing(`${field}.may.buckets`, service.may.buckets, platform.buckets, 'bucket'),
    ...mounts,
  ];
};

/** The services that stand in each other's way at the start, as a round: a → b → a. */
const roundFrom = (platform: Platform, name: string, path: readonly string[]): readonly string[] | null => {
  if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
  for (const needed of platform.services[name]?.needs ?? []) {
    const round = roundFrom(platform, needed, [...path, name]);
    if (round !== null) return round;
  }
  return null;
};

const rounds = (platform: Platform): readonly Impossibility[] => {
  const seen = new Set<string>();
  return Object.keys(platform.services).flatMap((name) => {
    const round = roundFrom(platform, name, []);
    if (round === null || round[0] !== name) return [];
    const key = [...new Set(round)].sort().join();
    if (seen.has(key)) return [];
    seen.add(key);
    return when(true, `services.${name}.needs`, round.join(' → '), 'these services wait for each other', 'remove one of the needs');
  });
};

/** Options of a repository that no container uses would do nothing, and a copy beside the original cannot be made. */
const repositories = (platform: Platform): readonly Impossibility[] => {
  const used = repositoriesOf(platform);
  return Object.entries(platform.repositories).flatMap(([name, { replicateTo }]) => [
    ...when(
      !used.includes(name),
      `repositories.${name}`,
      name,
      'no container takes its image from this repository',
      used.length === 0 ? 'remove it' : `repositories of this platform: ${used.join(', ')}`,
    ),
    ...when(
      replicateTo.includes(platform.region),
      `repositories.${name}.replicateTo`,
      replicateTo,
      'the images are in this region already',
      `leave ${platform.region} out`,
    ),
  ]);
};

/** A lifecycle policy holds 50 rules: one for each watched tag, and two for what runs and for all the rest. */
const MOST_WATCHED = 48;

const watchedTooOften = (platform: Platform): readonly Impossibility[] =>
  repositoriesOf(platform).flatMap((name) => {
    const { length } = watchedTags(platform, name);
    return when(
      length > MOST_WATCHED,
      `repositories.${name}`,
      length,
      `ECR keeps images by at most 50 rules, enough for ${MOST_WATCHED} watched tags`,
      'take images from more than one repository, or watch fewer tags',
    );
  });

/** Databases at night, repositories, and everything that is used. */
export const storeFindings = (platform: Platform): readonly Impossibility[] => [
  ...Object.entries(platform.databases).flatMap(([name, database]) => [
    ...night(platform, name, database),
    ...shape(platform, name, database),
  ]),
  ...Object.entries(platform.services).flatMap(([name, service]) => uses(platform, name, service)),
  ...rounds(platform),
  ...repositories(platform),
  ...watchedTooOften(platform),
];
