// What the stories need from the world, in the domain's words; one adapter per port lives in shared/aws or shared/web.
import type { KeptImage } from './domain/kept-images.ts';
import type { WatchedImage } from './domain/manifest.ts';
import type { Entry, History, Kind, Lease, Records } from './contracts/ledger.ts';
import type { CapacityFacts } from './domain/rollout-capacity.ts';
import type { Ban } from './domain/shared-quarantine.ts';
import type { Notice } from './domain/notice.ts';
import type { TaskOutcome } from './domain/rollout-proof.ts';
import type { StoppedTask } from './domain/evidence.ts';
import type { AlarmFacts, Subject } from './domain/alarm.ts';
import type { AlarmEvidence } from './domain/alarm-evidence.ts';
import type { Circumstances } from './domain/alarm-explained.ts';
import type { Answer, Letter } from './domain/delivery.ts';

/** One ECS service as it stands now. */
export interface ServiceFacts extends CapacityFacts {
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
  /** Facts of the named ECS services, in the order asked; ten per request (B10). Revisions whose images are known already need no request of their own. */
  describe(serviceNames: readonly string[], known?: ReadonlyMap<string, Readonly<Record<string, string>>>): Promise<readonly ServiceFacts[]>;
  tasks(serviceNames: readonly string[]): Promise<ReadonlyMap<string, readonly TaskFacts[]>>;
  stopped(serviceNames: readonly string[]): Promise<ReadonlyMap<string, readonly StoppedTask[]>>;
  targets(targetGroup: string): Promise<readonly TargetFacts[]>;
  /** Registers a revision of the family's newest ACTIVE definition with these images; every other field and the tags survive (R5, B6). Returns its ARN. */
  pin(family: string, images: Readonly<Record<string, string>>): Promise<string>;
  /** The same under another family name, for one-off tasks: the service's own family keeps its newest revision. */
  pinAs(family: string, name: string, images: Readonly<Record<string, string>>): Promise<string>;
  /** Starts a deployment of the revision; never sends a count (B1). Returns the deployment id. */
  roll(serviceName: string, taskDefinition: string): Promise<string>;
  count(serviceName: string, desired: number): Promise<void>;
  /** Deregisters a revision so that the family's newest ACTIVE one is never a bad image (R10). */
  retire(taskDefinition: string): Promise<void>;
  /** Starts one task of a revision in the service's own network, with another command unless that is empty (R8, R12). Answers its ARN. */
  runOnce(serviceName: string, taskDefinition: string, container: string, command: readonly string[], token: string, what: 'migration' | 'proof'): Promise<string>;
  /** The one-off task of a family that runs now, whoever began it. */
  ongoing(family: string): Promise<{ readonly task: string; readonly taskDefinition: string } | null>;
  /** Ends a one-off task that takes too long. */
  stopOnce(task: string, reason: string): Promise<void>;
  /** A one-off task: still going, or stopped with the exit code of that container, or of the one that failed. */
  outcome(task: string, container: string | null): Promise<TaskOutcome>;
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
  /** Names of scheduled actions by service name; services without any are absent. */
  scheduled(serviceNames: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** Where a service's tasks are placed: providers with their weights; empty for plain Fargate. */
export type Placement = readonly { readonly provider: string; readonly weight: number; readonly base: number }[];

/** One service's numbers, without its definition. */
export interface Count {
  readonly name: string;
  readonly exists: boolean;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly taskDefinition: string;
  /** A deployment is under way. */
  readonly deploying: boolean;
  /** Target groups per load balancer entry: a service whose traffic is shifted has two, of which one is in use. */
  readonly targetGroups: readonly (readonly string[])[];
  readonly placement: Placement;
}

/** Many services at once (X3): ten per request, several requests at a time. */
export interface Fleet {
  counts(serviceNames: readonly string[]): Promise<readonly Count[]>;
  count(serviceName: string, desired: number): Promise<void>;
  /** Where tasks started from now on are placed; starts no deployment (aws-facts B1). */
  place(serviceName: string, placement: Placement): Promise<void>;
}

/** Whether tasks that run are any good (S4). */
export interface Health {
  /** How many tasks of each service prove health now, in the order asked: targets where there are any, else settled and healthy containers. */
  healthy(services: readonly Count[], at: string): Promise<readonly number[]>;
}

/** The page the load balancer shows for a sleeping platform (S10). */
export interface WakePage {
  /** Puts the page in front of what goes down at night (S6); answers how many listeners were changed. */
  show(): Promise<number>;
  /** Takes it away; answers how many listeners were changed. */
  hide(): Promise<number>;
}

/** Whether somebody uses the platform (S9, S11). */
export interface Use {
  /** What a sleep would interrupt now, null when nothing is going on. */
  now(at: string): Promise<{ readonly what: string } | null>;
  /** Seconds since the last minute with requests, looking back no further than `limit` seconds. */
  idleSeconds(at: string, limit: number): Promise<number>;
}

/** SSM parameters the automation owns. */
export type Parameters = { read(name: string): Promise<string | null> };

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
  /** Findings by severity once a scan is complete; `pending` while it runs, null where nothing scans. */
  readonly scan?: 'pending' | Readonly<Record<string, number>> | null;
  readonly banned?: Ban | null;
}

/** Registries, where a proven image is written down for CloudFormation, and the tags that keep it from expiring. */
export interface Images {
  /** What the watched tag points to now (R4), or null when there is none. */
  resolve(image: WatchedImage): Promise<ImageFacts | null>;
  release(parameter: string, reference: string): Promise<void>;
  keep(images: readonly KeptImage[]): Promise<void>;
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

/** Everything it takes to make a cache again under the same name; kept in the night's record. */
export interface CacheRecipe {
  readonly kind: 'cluster' | 'group';
  readonly input: Readonly<Record<string, unknown>>;
}

/** Caches that hibernate: saved, deleted, and made again from the snapshot under the same name (aws-facts D). */
export interface Caches {
  /** `available`, `creating`, `deleting`, `snapshotting`, … or `missing`, per identifier. */
  statuses(identifiers: readonly string[]): Promise<readonly string[]>;
  recipe(identifier: string): Promise<CacheRecipe>;
  hibernate(identifier: string, snapshot: string): Promise<void>;
  /** Whether a snapshot can be restored from. */
  saved(snapshot: string): Promise<boolean>;
  restore(recipe: CacheRecipe, snapshot: string): Promise<void>;
  forget(snapshot: string): Promise<void>;
}

/** Copies of databases (aws-facts D). */
export interface Snapshots {
  /** Makes sure a copy of that name is there or on its way, and says how it stands. */
  ensure(database: { readonly identifier: string; readonly kind: 'instance' | 'aurora-serverless' }, name: string): Promise<'making' | 'there' | 'failed'>;
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

/** What a container said before it stopped. */
export interface LastWords {
  /** Last log lines of a task's container, oldest first; empty when it wrote none. */
  lines(logGroup: string, task: string, container: string, limit: number): Promise<readonly string[]>;
}

/** The platform's own site as a visitor sees it. */
export interface Site {
  /** Status and body of one GET; status 0 with the reason when nothing answered. */
  ask(path: string): Promise<{ readonly status: number; readonly body: string }>;
}

/** The platform's own state machines. */
export interface Machines {
  /** Starts a story; with a name, a second start of the same name answers `already`. */
  start(story: string, input: object, name?: string): Promise<'started' | 'already'>;
  /** Answers a waiting state; `late` when it no longer waits. */
  answer(token: string, output: object): Promise<'answered' | 'late'>;
}

/** Sends a notice to every road of the platform (N1). */
export interface Notices {
  send(notice: Notice): Promise<void>;
}

/** CloudWatch alarms. */
export interface Alarms {
  /** The named alarms as they stand now; those that do not exist are absent. */
  describe(names: readonly string[]): Promise<readonly AlarmFacts[]>;
}

/** What the platform was doing, and what can be found out about an alarm (L2, L4). */
export interface Evidence {
  circumstances(at: string, mutedUntil: string | null): Promise<Circumstances>;
  /** Gathers in parallel within a few seconds; each part is there or says why not. Never throws. */
  gather(subjects: readonly Subject[], since: string, at: string): Promise<AlarmEvidence>;
}

/** Secrets by name (N3). */
export interface Secrets {
  /** The secret's text, null when there is none. Kept for a few minutes. */
  read(name: string): Promise<string | null>;
  /** Reads afresh next time, because the value did not work. */
  forget(name: string): void;
}

/** The queue in front of a road (N2). */
export interface Mailbox {
  later(letter: Letter, seconds: number): Promise<void>;
  park(letter: Letter, why: string): Promise<void>;
}

/** A chat that takes notices. */
export interface Chat {
  /** Whether a message can be changed after it was posted. */
  edits(): Promise<boolean>;
  /** Posts, or changes the thread's known message. Never throws for what the other side answers. */
  post(notice: Notice, known: { readonly channel: string; readonly message: string } | null): Promise<Answer>;
  /** Adds the notice's picture below its message, where the road can; a picture that fails is no failure of the notice. */
  illustrate(notice: Notice, message: { readonly channel: string; readonly message: string }): Promise<void>;
}

/** Graphs as CloudWatch draws them: a PNG of the widget. */
export interface Pictures {
  draw(widget: string): Promise<Uint8Array>;
}
