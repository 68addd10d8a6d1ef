// The platform file: the vocabulary as one schema, and the way from what a person wrote to a platform or to every finding at once.
import * as v from 'valibot';
import { costParts } from '../domain/cost-parts.ts';
import type { Platform, Stage } from '../domain/platform.ts';
import { impossible } from '../domain/impossible.ts';
import { GithubSchema, SecretSchema, SignInSchema } from './platform/access.ts';
import { findingsOf, type Finding } from './platform/findings.ts';
import { applySettings, applyStage } from './platform/layers.ts';
import { ClusterSchema, DomainSchema, LoadBalancerSchema, NetworkSchema } from './platform/network.ts';
import { NoticesSchema } from './platform/notices.ts';
import { AlarmsSchema, BackupsSchema, HoursSchema, NightsSchema } from './platform/operations.ts';
import { ServiceSchema } from './platform/service.ts';
import { BucketSchema, CacheSchema, DatabaseSchema, FileSystemSchema, RepositorySchema, TableSchema } from './platform/stores.ts';
import { key, named, open, said } from './platform/words.ts';

export type { Finding } from './platform/findings.ts';

export const PlatformSchema = v.strictObject({
  name: said(key(), 'Short name; with the stage it begins every AWS name.', 'shop'),
  title: v.optional(said(v.string(), 'The name people use; left out, the short name.', 'The Shop')),
  region: v.optional(
    said(v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as eu-central-1')), 'AWS region.', 'ap-southeast-2'),
    'us-east-1',
  ),
  network: v.optional(said(NetworkSchema, 'Addresses, zones, and where tasks run.', { tasks: 'private' }), {}),
  cluster: v.optional(said(ClusterSchema, 'The ECS cluster.', { insights: 'on' }), {}),
  loadBalancer: v.optional(said(LoadBalancerSchema, 'The load balancer; made when a service has a route.', { firewall: true }), {}),
  domain: open(
    said(DomainSchema, 'Host name and HTTPS.', { name: 'app.example.com', zone: { id: 'Z0123456789ABC', name: 'example.com' } }),
  ),
  repositories: v.optional(
    said(v.record(v.string(), RepositorySchema), 'Options of the ECR repositories that services name.', { shop: { keep: 20 } }),
    {},
  ),
  services: said(named(ServiceSchema), 'What runs.', {
    web: { containers: { web: { image: { repository: 'shop' }, port: 8_000 } }, routes: [{}] },
  }),
  databases: v.optional(said(named(DatabaseSchema), 'Relational databases.', { main: { class: 'db.t4g.micro' } }), {}),
  caches: v.optional(said(named(CacheSchema), 'Redis or Valkey nodes.', { sessions: { engine: 'valkey' } }), {}),
  tables: v.optional(said(named(TableSchema), 'DynamoDB tables, paid per request.', { sessions: { partition: 'session_id' } }), {}),
  buckets: v.optional(said(named(BucketSchema), 'S3 buckets, private and encrypted.', { data: {} }), {}),
  fileSystems: v.optional(said(named(FileSystemSchema), 'EFS file systems that containers mount.', { vectors: {} }), {}),
  secrets: v.optional(
    said(named(SecretSchema), 'Secrets: generated, filled in by the operator, or composed.', {
      app: { keys: { API_KEY: { fill: 'from the vendor' } } },
    }),
    {},
  ),
  signIn: open(said(SignInSchema, 'Cognito user pool.', { callbacks: ['{site}/callback'] })),
  github: open(said(GithubSchema, 'GitHub repository that builds the images.', { repository: 'example/shop' })),
  hours: open(
    said(HoursSchema, 'When people work; outside, the platform sleeps.', { words: 'mon-fri 07:00-20:00', timeZone: 'Europe/Berlin' }),
  ),
  nights: open(said(NightsSchema, 'How nights begin besides by the clock, and what monitors are told in them.', { idle: '30 minutes' })),
  freezes: open(said(HoursSchema, 'When rollouts are held.', { words: 'fri 15:00-24:00', timeZone: 'Europe/Berlin' })),
  quarantine: v.optional(
    said(
      v.picklist(['platform', 'account']),
      'How far a failed image is kept out: of this platform and stage, or of every one in the account and region that writes the same.',
      'account',
    ),
    'platform',
  ),
  notices: v.optional(said(NoticesSchema, 'Who hears of it.', { emails: ['ops@example.com'] }), {}),
  alarms: v.optional(said(AlarmsSchema, 'Thresholds of what is not one service.', { database: { connections: 80 } }), {}),
  dashboard: v.optional(said(v.boolean(), 'A CloudWatch dashboard over everything.', true), true),
  backups: open(said(BackupsSchema, 'Daily copies by AWS Backup in prod, beside what databases keep themselves.', { keep: '35 days' })),
  outputs: v.optional(
    said(v.record(v.string(), v.string()), 'Stack outputs beside the usual ones.', { LoadBalancerDNS: '{loadBalancer.dns}' }),
    {},
  ),
  estimate: open(
    said(
      v.strictObject({
        source: said(v.string(), 'Whose figure it is.', 'our own guide of May'),
        parts: said(v.record(v.picklist(costParts), v.pipe(v.number(), v.minValue(0))), `USD a month by part: ${costParts.join(', ')}.`, { compute: 10, database: 15 }),
      }),
      'What the team thinks it costs; `dayshift cost` explains the difference.',
      { source: 'our own guide', parts: { compute: 10 } },
    ),
  ),
  settings: v.optional(
    said(
      v.record(v.string(), v.array(v.string())),
      'Names that `-c name=value` may set, and the places in this file that each one replaces.',
      { vpc_cidr: ['network.cidr'] },
    ),
    {},
  ),
});

export type PlatformFields = v.InferInput<typeof PlatformSchema>;

type Partly<T> = T extends readonly unknown[] ? T : T extends object ? { [Key in keyof T]?: Partly<T[Key]> } : T;

/** What a platform file holds: the platform, and what differs in a stage. */
export interface PlatformFile extends PlatformFields {
  readonly stages?: { readonly [Name in Stage]?: Partly<PlatformFields> };
}

/** Says that an object is a platform file; checking happens once its stage and settings are known (`readPlatform`). */
export const platform = (file: PlatformFile): PlatformFile => file;

export type ReadPlatform =
  { readonly ok: true; readonly platform: Platform } | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * The platform that a file describes in one stage, with settings from the command line laid over it, or every finding at once.
 * `source` is the file's name, for the findings.
 */
export const readPlatform = (
  file: PlatformFile,
  stage: Stage,
  source: string,
  settings: Readonly<Record<string, string>> = {},
): ReadPlatform => {
  const layered = applySettings(applyStage(file, stage), settings);
  if (!layered.ok) return { ok: false, findings: layered.problems.map((problem) => ({ file: source, ...problem })) };
  const parsed = v.safeParse(PlatformSchema, layered.fields);
  if (!parsed.success) return { ok: false, findings: findingsOf(PlatformSchema, parsed.issues, source) };
  const described: Platform = { ...parsed.output, title: parsed.output.title ?? parsed.output.name };
  const findings = impossible(described, stage).map((finding) => ({ file: source, ...finding }));
  return findings.length === 0 ? { ok: true, platform: described } : { ok: false, findings };
};
