// What keeps data: databases, caches, tables, buckets, file systems, image repositories.
import * as v from 'valibot';
import { days, disk, open, said, whole } from './words.ts';

const capacity = () => v.pipe(v.number(), v.multipleOf(0.5, 'in steps of 0.5'), v.minValue(0), v.maxValue(256));

const credentialsOf = (name: string | null, password: string | null) => {
  if (password === null) return { kind: 'own' as const, name };
  const [secret = '', ...key] = password.split('.');
  return { kind: 'key' as const, secret, key: key.join('.') };
};

export const DatabaseSchema = v.pipe(
  v.strictObject({
    kind: v.optional(
      said(v.picklist(['postgres', 'aurora-serverless']), 'RDS PostgreSQL, or Aurora Serverless v2 for PostgreSQL.', 'postgres'),
      'postgres',
    ),
    identifier: open(said(v.string(), 'Name in RDS; left out, `<platform>-<stage>-<database>`.', 'shop-main')),
    version: v.optional(said(v.string(), 'PostgreSQL version.', '17.6'), '17'),
    class: v.optional(
      said(v.pipe(v.string(), v.startsWith('db.', 'an instance class such as db.t4g.micro')), 'Instance class.', 'db.t4g.micro'),
      'db.t4g.micro',
    ),
    storage: v.optional(said(disk(), 'Disk to begin with.', '100 GiB'), '20 GiB'),
    storageMax: open(said(disk(), 'The disk grows by itself up to this.', '500 GiB')),
    multiAz: open(said(v.boolean(), 'A standby in a second zone; left out, only prod has one.', true)),
    readReplicaOf: open(said(v.string(), 'This one is a read replica of that database.', 'main')),
    backups: open(said(days(), 'How long automatic backups are kept; left out, the stage decides.', '14 days')),
    deletionProtection: open(said(v.boolean(), 'Refuse to delete it; left out, only in prod.', true)),
    database: v.optional(
      said(
        v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits, underscores')),
        'Name of the first database.',
        'shop',
      ),
      'app',
    ),
    user: v.optional(said(v.string(), 'Name of the first user.', 'postgres'), 'postgres'),
    credentials: open(said(v.string(), 'Name of the secret that gets the generated user name and password.', 'shop/db-credentials')),
    password: open(
      said(v.string(), 'Instead: `secret.KEY`, a generated key of a secret of this file, is the password.', 'app.POSTGRES_PASSWORD'),
    ),
    rotation: v.optional(
      said(whole(0, 1_000), 'Raise it by one and deploy: the password changes everywhere and the consumers start anew.', 1),
      0,
    ),
    capacity: v.optional(
      said(
        v.strictObject({
          min: v.optional(said(capacity(), 'Fewest capacity units; 0 lets it pause.', 0), 0.5),
          max: v.optional(said(capacity(), 'Most capacity units.', 4), 4),
        }),
        'Aurora Serverless v2 capacity.',
        { min: 0, max: 4 },
      ),
      {},
    ),
    offHours: v.optional(
      said(v.picklist(['stop', 'pause', 'stay']), 'Outside hours: stopped, paused by its own minimum of 0 (Aurora), or left on.', 'stop'),
      'stop',
    ),
  }),
  v.transform(({ credentials, password, backups, ...rest }) => ({
    ...rest,
    backupDays: backups,
    credentials: credentialsOf(credentials, password),
  })),
);

export const CacheSchema = v.strictObject({
  engine: v.optional(said(v.picklist(['redis', 'valkey']), 'Redis, or Valkey which is a fifth cheaper.', 'valkey'), 'redis'),
  identifier: open(said(v.string(), 'Name in ElastiCache; left out, `<platform>-<stage>-<cache>`.', 'shop-sessions')),
  version: open(said(v.string(), 'Engine version.', '7.1')),
  node: v.optional(
    said(v.pipe(v.string(), v.startsWith('cache.', 'a node type such as cache.t4g.micro')), 'Node type.', 'cache.t4g.micro'),
    'cache.t4g.micro',
  ),
  tls: v.optional(said(v.boolean(), 'Encrypt connections; clients then use `rediss://`.', true), false),
  offHours: v.optional(said(v.picklist(['stay', 'hibernate']), 'Outside hours: left on, or saved, deleted and restored.', 'stay'), 'stay'),
  lasting: v.optional(said(v.boolean(), 'Holds what is nowhere else, such as queued jobs: it never hibernates.', true), false),
});

export const TableSchema = v.strictObject({
  tableName: open(said(v.string(), 'Name; left out, `<platform>-<stage>-<table>`.', 'shop-sessions')),
  partition: said(v.string(), 'Partition key (a text).', 'session_id'),
  sort: open(said(v.string(), 'Sort key (a text).', 'at')),
  expires: open(said(v.string(), 'Attribute with the second at which an item expires.', 'ttl')),
  pointInTimeRecovery: v.optional(said(v.boolean(), 'Restore to any second of the last 35 days.', true), true),
});

export const BucketSchema = v.strictObject({
  versioned: open(said(v.boolean(), 'Keep former versions; left out, only in prod.', true)),
});

export const FileSystemSchema = v.strictObject({
  uid: v.optional(said(whole(0, 65_535), 'User and group that own the files.', 1_000), 1_000),
});

export const RepositorySchema = v.strictObject({
  name: open(said(v.string(), 'Name in ECR; left out, the name that containers use for it.', 'shop-web')),
  keep: v.optional(said(whole(2, 1_000), 'Images kept, every push counted. What runs, what is staged, what it could be gone back to and what a service watches stay besides.', 10), 10),
  replicateTo: v.optional(said(v.array(v.string()), 'Regions that get a copy of every image. An account has one such list per region, and the copies outlive the platform.', ['eu-west-1']), []),
});
