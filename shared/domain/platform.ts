// A platform in the domain's own words: what a platform file says once its defaults are filled in and its units are numbers.
// A null where a value could stand means: the stage decides (infra/stage.ts prints what it decided).
import type { Estimate } from './cost-parts.ts';
import type { Endpoint } from './endpoints.ts';
import type { CalendarHours } from './hours.ts';
import type { ManifestNotices } from './manifest.ts';

export type Stage = 'dev' | 'staging' | 'prod';

export interface Platform {
  readonly name: string;
  readonly title: string;
  readonly region: string;
  readonly network: Network;
  readonly cluster: { readonly name: string | null; readonly insights: 'off' | 'on' | 'enhanced' };
  readonly loadBalancer: LoadBalancer;
  readonly domain: Domain | null;
  readonly repositories: Readonly<Record<string, RepositoryOptions>>;
  readonly services: Readonly<Record<string, Service>>;
  readonly databases: Readonly<Record<string, Database>>;
  readonly caches: Readonly<Record<string, Cache>>;
  readonly tables: Readonly<Record<string, Table>>;
  readonly buckets: Readonly<Record<string, Bucket>>;
  readonly fileSystems: Readonly<Record<string, FileSystem>>;
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly signIn: SignIn | null;
  readonly github: Github | null;
  readonly hours: CalendarHours | null;
  /** Null: nights begin by the clock alone. */
  readonly nights: { readonly idleSeconds: number | null; readonly inUseRequests: number; readonly monitorsSee: 200 | 503; readonly wakeLink: boolean } | null;
  readonly freezes: CalendarHours | null;
  /** How far a failed image is kept out (R10). */
  readonly quarantine: 'platform' | 'account';
  readonly notices: ManifestNotices;
  readonly alarms: AlarmSettings;
  readonly dashboard: boolean;
  readonly backups: { readonly keepDays: number; readonly at: string } | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly estimate: Estimate | null;
  readonly settings: Readonly<Record<string, readonly string[]>>;
}

export interface Network {
  readonly cidr: string;
  readonly zones: number;
  /** `public`: public IP, no NAT; `private`: NAT gateway; `endpoints`: private with VPC endpoints only. */
  readonly tasks: 'public' | 'private' | 'endpoints';
  readonly natGateways: number;
  readonly endpoints: readonly Endpoint[];
  readonly flowLogs: boolean | null;
}

export interface LoadBalancer {
  readonly name: string | null;
  readonly idleSeconds: number;
  readonly firewall: boolean;
  readonly accessLogs: boolean | null;
}

export interface Domain {
  readonly name: string;
  readonly certificate: string | null;
  readonly zone: { readonly id: string; readonly name: string } | null;
}

export interface RepositoryOptions {
  readonly name: string | null;
  readonly keep: number;
  readonly replicateTo: readonly string[];
}

export type Tag = { readonly kind: 'fixed' | 'semver' | 'pattern'; readonly value: string };

export type Image =
  | { readonly kind: 'repository' | 'existing' | 'registry'; readonly repository: string; readonly tag: Tag }
  | { readonly kind: 'fixed'; readonly image: string };

export interface Container {
  readonly image: Image;
  readonly port: number | null;
  readonly command: readonly string[];
  readonly essential: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variable → `secret` or `secret.KEY`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly health: CommandHealth | null;
  readonly mounts: Readonly<Record<string, { readonly fileSystem: string; readonly readOnly: boolean }>>;
  readonly buildArguments: readonly string[];
  readonly stopSeconds: number;
}

export interface CommandHealth {
  readonly command: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startSeconds: number;
}

export interface Route {
  readonly path: string;
  readonly host: string | null;
  readonly container: string | null;
  readonly health: {
    readonly path: string;
    readonly expect: string;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly healthy: number;
    readonly unhealthy: number;
  };
}

export interface Service {
  readonly serviceName: string | null;
  readonly cpu: number;
  readonly memory: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly containers: Readonly<Record<string, Container>>;
  readonly routes: readonly Route[];
  readonly count: { readonly start: number; readonly min: number; readonly max: number };
  readonly scaling: Scaling | null;
  readonly spot: 'never' | 'with-fallback' | 'only';
  readonly sticky: { readonly cookie: string | null; readonly seconds: number } | null;
  readonly graceSeconds: number;
  readonly drainSeconds: number;
  readonly needs: readonly string[];
  readonly offHours:
    { readonly kind: 'zero' } | { readonly kind: 'stay' } | { readonly kind: 'reduce'; readonly min: number; readonly max: number };
  readonly internalPort: number | null;
  readonly may: Permissions;
  /** Who may open a shell in a running task: nobody, people in dev and staging, or everywhere. */
  readonly shell: 'never' | 'outside-prod' | 'always';
  readonly logs: { readonly group: string | null; readonly keepDays: number | null };
  readonly rollout: Rollout;
  readonly alarms: ServiceAlarms;
}

export interface Scaling {
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly requests: number | null;
  readonly inSeconds: number;
  readonly outSeconds: number;
}

export interface Permissions {
  readonly tables: readonly string[];
  readonly buckets: readonly string[];
  readonly invokeBedrock: boolean;
  readonly sendTraces: boolean;
  readonly other: readonly { readonly actions: readonly string[]; readonly resources: readonly string[]; readonly why: string }[];
}

export interface Rollout {
  readonly strategy: 'rolling' | 'blue-green' | 'canary' | 'linear';
  readonly deadlineSeconds: number;
  readonly bakeSeconds: number;
  readonly watchAlarms: boolean;
  readonly group: string | null;
  readonly smoke: { readonly path: string; readonly status: number; readonly text: string | null } | null;
  readonly gates: {
    readonly minimumAgeSeconds: number | null;
    readonly scan: { readonly refuse: 'CRITICAL' | 'HIGH' | 'MEDIUM'; readonly waitSeconds: number } | null;
    readonly approval: { readonly expiresSeconds: number } | null;
    readonly migration: {
      readonly container: string;
      readonly command: readonly string[];
      readonly timeoutSeconds: number;
      readonly snapshot: boolean;
    } | null;
  };
  /** One task of a staged image is run while the platform sleeps (R12). */
  readonly proveAsleep: { readonly container: string | null; readonly command: readonly string[] | null; readonly timeoutSeconds: number } | null;
}

/** Thresholds of one service's alarms; null switches an alarm off. */
export interface ServiceAlarms {
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly latencySeconds: number | null;
  readonly serverErrors: number | null;
  readonly unhealthyHosts: boolean;
  readonly taskFailures: boolean;
}

export interface AlarmSettings {
  readonly loadBalancerErrors: number | null;
  readonly database: {
    readonly cpu: number | null;
    readonly freeGiB: number | null;
    readonly freeMemoryMiB: number | null;
    readonly connections: number | null;
  };
  readonly cache: { readonly cpu: number | null; readonly evictions: number | null };
  readonly runbook: string | null;
}

export interface Database {
  readonly kind: 'postgres' | 'aurora-serverless';
  readonly identifier: string | null;
  readonly version: string;
  readonly class: string;
  readonly storage: number;
  readonly storageMax: number | null;
  readonly multiAz: boolean | null;
  readonly readReplicaOf: string | null;
  readonly backupDays: number | null;
  readonly deletionProtection: boolean | null;
  readonly database: string;
  readonly user: string;
  /** Name of the secret with the generated user name and password, or a key of a secret of the file. */
  readonly credentials:
    { readonly kind: 'own'; readonly name: string | null } | { readonly kind: 'key'; readonly secret: string; readonly key: string };
  readonly rotation: number;
  readonly capacity: { readonly min: number; readonly max: number };
  readonly offHours: 'stop' | 'pause' | 'stay';
}

export interface Cache {
  readonly engine: 'redis' | 'valkey';
  readonly identifier: string | null;
  readonly version: string | null;
  readonly node: string;
  readonly tls: boolean;
  readonly offHours: 'stay' | 'hibernate';
  /** Holds what cannot be lost. */
  readonly lasting: boolean;
}

export interface Table {
  readonly tableName: string | null;
  readonly partition: string;
  readonly sort: string | null;
  readonly expires: string | null;
  readonly pointInTimeRecovery: boolean;
}

export interface Bucket {
  readonly versioned: boolean | null;
}

export interface FileSystem {
  readonly uid: number;
}

export type SecretValue =
  | { readonly kind: 'generate'; readonly length: number }
  | { readonly kind: 'fill'; readonly hint: string; readonly optional: boolean }
  | { readonly kind: 'compose'; readonly text: string }
  /** Not secret itself: part of the JSON that a program wants beside a secret. */
  | { readonly kind: 'text'; readonly text: string };

export interface Secret {
  readonly secretName: string | null;
  readonly title: string | null;
  readonly value:
    | { readonly kind: 'keys'; readonly keys: Readonly<Record<string, SecretValue>> }
    | { readonly kind: 'whole'; readonly whole: SecretValue };
}

export interface SignIn {
  readonly minimumLength: number;
  readonly temporaryDays: number;
  readonly threatProtection: boolean;
  readonly callbacks: readonly string[];
  readonly selfSignUp: boolean;
  readonly identityPool: boolean;
  readonly secondFactor: 'off' | 'optional' | 'required';
}

export interface Github {
  readonly repository: string;
  readonly branch: string;
  readonly provider: 'create' | 'existing';
}
