// The platform as its own automation sees it: written at synth beside every door's bundle, read by doors, rehearsal and CLI.
// Everything is addressed by name, never by a generated id, so that the operations stack can be deployed on its own (X4).
import type { Hours } from './hours.ts';
import type { MailSettings } from './mail-road.ts';
import type { ProofSettings } from './rollout-proof.ts';
import type { Capacity } from './spot-share.ts';

/** Where one container's image comes from and which tags count (R2, R4). */
export interface WatchedImage {
  /** `ecr` sends push events; `oci` is any other registry and is polled (R1). */
  readonly registry: 'ecr' | 'oci';
  /** ECR repository name, or `ghcr.io/owner/name` for other registries. */
  readonly repository: string;
  /** Which tag is the truth: one fixed tag, the highest version in a semver range, or the newest push whose tag matches a pattern. */
  readonly tag: { readonly kind: 'fixed' | 'semver' | 'pattern'; readonly value: string };
  /** The platform made this ECR repository, and keeps what it runs from expiring there. */
  readonly own?: true;
}

export interface ManifestContainer {
  readonly name: string;
  /** null for a container whose image is fixed in the platform file and never rolled by the automation. */
  readonly image: WatchedImage | null;
  /** SSM parameter that holds the released image (`repo@sha256:…`), or `none` before the first release. */
  readonly parameter: string | null;
}

export interface ManifestService {
  /** Name in the platform file, e.g. `api`. */
  readonly name: string;
  /** ECS service name, task definition family, CloudWatch log group. */
  readonly serviceName: string;
  readonly family: string;
  readonly logGroup: string;
  readonly containers: readonly ManifestContainer[];
  /** Tasks at work: desired without scaling, bounds with it (`scaling` false when there is no scalable target). */
  readonly count: { readonly desired: number; readonly min: number; readonly max: number; readonly scaling: boolean };
  /** Size of one task: CPU units (1024 = 1 vCPU) and MiB. */
  readonly size: Capacity & { readonly cpu: number; readonly memory: number; readonly architecture: 'x86_64' | 'arm64' };
  /** Names of databases, caches and services that must be healthy first (S4). */
  readonly needs: readonly string[];
  /** What happens outside hours: `zero`, a reduced size, or `stay` awake (S6). */
  readonly offHours: { readonly kind: 'zero' } | { readonly kind: 'stay' } | { readonly kind: 'reduce'; readonly min: number; readonly max: number };
  /** Public paths, empty for a worker without load balancer. */
  readonly routes: readonly { readonly path: string; readonly host?: string; readonly containerPort: number }[];
  /** Rollout settings, seconds; gates are R8, atomic group is R13. */
  readonly rollout: {
    readonly graceSeconds: number;
    readonly deadlineSeconds: number;
    readonly bakeSeconds: number;
    readonly alarms: readonly string[];
    readonly group: string | null;
    readonly smoke: { readonly path: string; readonly status: number; readonly text?: string } | null;
    readonly gates: Gates;
    /** One task of a staged image is run while the platform sleeps, so that the morning needs no luck; absent or null: not (R12). */
    readonly proveAsleep?: ProofSettings | null;
  };
}

/** Gates before traffic (R8); a null gate is off. Ages and timeouts in seconds. */
export interface Gates {
  readonly minimumAgeSeconds: number | null;
  readonly scan: { readonly refuse: 'CRITICAL' | 'HIGH' | 'MEDIUM'; readonly waitSeconds: number } | null;
  readonly approval: { readonly expiresSeconds: number } | null;
  readonly migration: { readonly container: string; readonly command: readonly string[]; readonly timeoutSeconds: number; readonly snapshot: boolean } | null;
}

export interface ManifestDatabase {
  readonly name: string;
  readonly kind: 'instance' | 'aurora-serverless';
  /** DB instance or cluster identifier. */
  readonly identifier: string;
  readonly instanceClass: string;
  readonly multiAz: boolean;
  readonly storageGiB: number;
  /** `stop` at night, `pause` by its own minimum 0 (Aurora), or `stay` (S7). */
  readonly offHours: 'stop' | 'pause' | 'stay';
}

export interface ManifestCache {
  readonly name: string;
  readonly identifier: string;
  readonly nodeType: string;
  readonly engine: 'redis' | 'valkey';
  /** `stay`, or `hibernate` = snapshot, delete, restore under the same name. */
  readonly offHours: 'stay' | 'hibernate';
}

/** Where notices go (L5); secrets by name, never by value (N3). */
export interface ManifestNotices {
  readonly emails: readonly string[];
  /** Mail goes through Amazon SES from this sender; absent or null: plain text through SNS. */
  readonly mail?: MailSettings | null;
  /** Secrets Manager secret with the key `webhook` (incoming webhook) and/or `token`, `channel`, `signingSecret` (bot). */
  readonly slack: { readonly secret: string } | null;
  /** Generic signed webhook: Secrets Manager secret with the keys `url` and `signingSecret`. */
  readonly webhook?: { readonly secret: string } | null;
  /** Amazon Q Developer in chat applications is subscribed to the topic. */
  readonly amazonQ?: boolean;
  /** Who may do what by button or command: verb, or `*` for all of them, to ids of Slack users (`U…`) or user groups (`S…`); nobody by default (L6). */
  readonly allow?: Readonly<Record<string, readonly string[]>>;
  /** Seconds after which a page that nobody acknowledged is said again, louder; absent or null: never (L7). */
  readonly escalate?: number | null;
  /** Seconds after which an open incident is said again while it lasts; absent or null: never (L7). */
  readonly repeat?: number | null;
  /** Hours of a road: outside them only pages take it, everything else is in the next digest (L5). */
  readonly roadHours?: Readonly<Partial<Record<'slack' | 'email' | 'webhook' | 'amazonQ', Hours | null>>> | null;
  /** Summaries: every working morning, and on the first of the month; off when absent. */
  readonly digest?: { readonly daily: boolean; readonly monthly: boolean } | null;
}

export interface Manifest {
  readonly version: 1;
  /** `<platform>-<stage>`, the prefix of every name the automation owns. */
  readonly id: string;
  readonly platform: string;
  readonly title: string;
  readonly stage: 'dev' | 'staging' | 'prod';
  readonly region: string;
  readonly cluster: string;
  /** ALB name, null when nothing is public. */
  readonly loadBalancer: string | null;
  /** https://… of the site when a domain is known. */
  readonly site: string | null;
  /** null: never sleeps by the clock. */
  readonly hours: Hours | null;
  /** How nights begin besides by the clock; absent means the defaults named here. */
  readonly nights?: {
    /** Requests in ten minutes from which on the platform counts as in use (S9); 10. */
    readonly inUseRequests?: number;
    /** Sleeps after so many seconds without a request (S11); null: never. */
    readonly idleSeconds?: number | null;
    /** What monitors are told while the platform sleeps as planned (S10); 200. */
    readonly monitorsSee?: 200 | 503;
    /** Messages about the night carry a link that wakes the platform (S10); true. */
    readonly wakeLink?: boolean;
  };
  /** SSM parameter `yes`|`no`: CloudFormation reads it so that a deploy while asleep touches no count and no bound (R6). */
  readonly asleepParameter: string;
  readonly services: readonly ManifestService[];
  readonly databases: readonly ManifestDatabase[];
  readonly caches: readonly ManifestCache[];
  /** Names of every alarm of the platform that may become a notice. */
  readonly alarmPrefix: string;
  readonly notices: ManifestNotices;
  /** Freeze windows that hold rollouts (R11), same words as hours. */
  readonly freezes: Hours | null;
  /** `account`: images that failed are kept out of every platform of the account that says so too (R10); absent: of this one. */
  readonly quarantine?: 'account';
}

/** Names of ECS services of some manifest services. */
export const ecsNames = (services: readonly ManifestService[]): readonly string[] => services.map((service) => service.serviceName);
