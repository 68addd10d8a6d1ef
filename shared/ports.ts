// What the stories need from the world, in the domain's words; one adapter per port lives in shared/aws or shared/web.
import type { WatchedImage, ManifestService } from './contracts/manifest.ts';
import type { Entry, History, Kind, Lease, Records } from './contracts/ledger.ts';
import type { Notice } from './domain/notice.ts';
import type { StoppedTask } from './domain/evidence.ts';

/** One ECS service as it stands now. */
export interface ServiceFacts {
  readonly name: string;
  readonly exists: boolean;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Task definition revision ARN of the primary deployment. */
  readonly taskDefinition: string;
  /** Image of each container in that revision, e.g. `repo@sha256:…`. */
  readonly images: Readonly<Record<string, string>>;
  readonly deployments: readonly DeploymentFacts[];
  readonly targetGroups: readonly string[];
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly publicIp: boolean;
}

export interface DeploymentFacts {
  /** Legacy id `ecs-svc/…`, the one events carry (aws-facts A3). */
  readonly id: string;
  readonly primary: boolean;
  readonly taskDefinition: string;
  readonly state: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS' | 'UNKNOWN';
  readonly reason: string;
  readonly failedTasks: number;
  readonly desired: number;
  readonly running: number;
}

/** One task that runs or is on its way. */
export interface TaskFacts {
  readonly arn: string;
  readonly status: string;
  readonly healthy: boolean;
  readonly taskDefinition: string;
  readonly startedAt: string | null;
  /** Digest each container really runs. */
  readonly digests: Readonly<Record<string, string>>;
}

export interface TargetFacts {
  readonly id: string;
  readonly port: number;
  readonly state: string;
  readonly reason: string | null;
}

/** ECS: look, pin, roll, count (aws-facts B). */
export interface Services {
  /** Facts of the named ECS services, in the order asked; ten per request (B10). */
  describe(serviceNames: readonly string[]): Promise<readonly ServiceFacts[]>;
  tasks(serviceName: string): Promise<readonly TaskFacts[]>;
  stopped(serviceName: string, since: string): Promise<readonly StoppedTask[]>;
  targets(targetGroup: string): Promise<readonly TargetFacts[]>;
  /** Registers a revision of the family's newest ACTIVE definition with these images; every other field and the tags survive (R5, B6). Returns its ARN. */
  pin(family: string, images: Readonly<Record<string, string>>): Promise<string>;
  /** Starts a deployment of the revision; never sends a count (B1). Returns the deployment id. */
  roll(serviceName: string, taskDefinition: string): Promise<string>;
  count(serviceName: string, desired: number): Promise<void>;
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly suspended: { readonly scaleIn: boolean; readonly scaleOut: boolean; readonly scheduled: boolean };
}

/** Application Auto Scaling (aws-facts C): mind that setting bounds moves the count. */
export interface ScalingBounds {
  /** Bounds by service name; services without a scalable target are absent. */
  describe(serviceNames: readonly string[]): Promise<ReadonlyMap<string, Bounds>>;
  set(serviceName: string, bounds: Bounds): Promise<void>;
}

/** One image as the registry has it. */
export interface ImageFacts {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: string | null;
  /** Full reference `repository-uri@sha256:…` for a task definition. */
  readonly reference: string;
  /** Manifest digests of an index, per platform; empty for a plain image. */
  readonly platforms: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Registries and the released-image parameters. */
export interface Images {
  /** What the watched tag points to now (R4), or null when there is none. */
  resolve(image: WatchedImage): Promise<ImageFacts | null>;
  /** The released image recorded for CloudFormation, null while `none`. */
  released(parameter: string): Promise<string | null>;
  release(parameter: string, reference: string): Promise<void>;
}

export interface DatabaseFacts {
  readonly identifier: string;
  readonly kind: 'instance' | 'aurora-serverless';
  /** RDS status: available, stopping, stopped, starting, … */
  readonly status: string;
  readonly automaticRestart: string | null;
}

/** Databases (aws-facts D). */
export interface Stores {
  describe(identifiers: readonly { readonly identifier: string; readonly kind: 'instance' | 'aurora-serverless' }[]): Promise<readonly DatabaseFacts[]>;
  stop(database: { readonly identifier: string; readonly kind: 'instance' | 'aurora-serverless' }): Promise<void>;
  start(database: { readonly identifier: string; readonly kind: 'instance' | 'aurora-serverless' }): Promise<void>;
}

/** The one DynamoDB table all stories share; kinds and owners are in contracts/ledger.ts. */
export interface Ledger {
  /** Strongly consistent read of one record. */
  recall<K extends Kind>(kind: K, key: string): Promise<Entry<K> | null>;
  /**
   * Writes one record. `expect`: 'new' (must not exist), a version (must be that one) or 'any'. With `fence` the lease must still be held.
   * Throws an error named `Conflict` when another writer was first, `LeaseLost` when the fence is stale.
   */
  remember<K extends Kind>(kind: K, key: string, value: Records[K], options: { readonly expect: 'new' | 'any' | number; readonly at: string; readonly fence?: Lease }): Promise<number>;
  /** Records of a kind with keys between from and to, newest key last. */
  list<K extends Kind>(kind: K, range?: { readonly from?: string; readonly to?: string; readonly limit?: number; readonly newestFirst?: boolean }): Promise<readonly Entry<K>[]>;
  /** Takes or renews a lease; null when somebody else holds it (X1). */
  lease(key: string, holder: string, seconds: number, at: string): Promise<Lease | null>;
  release(lease: Lease): Promise<void>;
  /** Adds a history entry (kept 90 days). */
  note(entry: History, at: string): Promise<void>;
}

/** Sends a notice to every road of the platform (N1). */
export interface Notices {
  send(notice: Notice): Promise<void>;
}

/** Names of ECS services of some manifest services. */
export const ecsNames = (services: readonly ManifestService[]): readonly string[] => services.map((service) => service.serviceName);
