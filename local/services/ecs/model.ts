// The records of the simulated ECS: clusters, task definitions, services with their deployments, tasks with their containers.
import type { ImageBehaviour } from '../ecr.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface CapacityProviderStrategyItem {
  readonly capacityProvider: string;
  readonly weight?: number;
  readonly base?: number;
}

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: readonly { readonly name: string; readonly value: string }[];
  capacityProviders: readonly string[];
  defaultCapacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  tags: readonly Tag[];
  readonly services: Map<string, Service>;
  readonly tasks: Map<string, Task>;
}

export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly essential?: boolean;
  readonly command?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly portMappings?: readonly { readonly containerPort?: number; readonly protocol?: string; readonly name?: string }[];
  readonly healthCheck?: {
    readonly command: readonly string[];
    readonly interval?: number;
    readonly timeout?: number;
    readonly retries?: number;
    readonly startPeriod?: number;
  };
  readonly logConfiguration?: { readonly logDriver: string; readonly options?: Readonly<Record<string, string>> };
  readonly stopTimeout?: number;
  readonly versionConsistency?: 'enabled' | 'disabled';
  readonly cpu?: number;
  readonly memory?: number;
  readonly [field: string]: unknown;
}

/** What a caller registered, kept as it came (unknown fields survive), with what ECS adds. */
export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly registered: Readonly<Record<string, unknown>>;
  readonly containers: readonly ContainerDefinition[];
  readonly cpu: string;
  readonly memory: string;
  readonly platform: string;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly registeredAt: number;
  readonly registeredBy: string;
  status: 'ACTIVE' | 'INACTIVE';
  deregisteredAt?: number;
  tags: readonly Tag[];
}

export interface LoadBalancerLink {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly advancedConfiguration?: unknown;
}

export interface NetworkConfiguration {
  readonly awsvpcConfiguration?: {
    readonly subnets: readonly string[];
    readonly securityGroups?: readonly string[];
    readonly assignPublicIp?: 'ENABLED' | 'DISABLED';
  };
}

export interface CircuitBreaker {
  readonly enable: boolean;
  readonly rollback: boolean;
  readonly resetOnHealthyTask?: boolean;
  readonly thresholdConfiguration?: { readonly type: 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT'; readonly value: number };
}

export interface DeploymentConfiguration {
  readonly strategy?: 'ROLLING' | 'BLUE_GREEN' | 'LINEAR' | 'CANARY';
  readonly maximumPercent: number;
  readonly minimumHealthyPercent: number;
  readonly deploymentCircuitBreaker?: CircuitBreaker;
  readonly alarms?: { readonly alarmNames: readonly string[]; readonly enable: boolean; readonly rollback: boolean };
  readonly bakeTimeInMinutes?: number;
  readonly [field: string]: unknown;
}

/** What a deployment runs: everything of the service whose change makes a new deployment (B1). */
export interface Workload {
  readonly taskDefinition: TaskDefinition;
  readonly networkConfiguration: NetworkConfiguration;
  readonly platformVersion: string;
  readonly loadBalancers: readonly LoadBalancerLink[];
  readonly serviceRegistries: readonly unknown[];
  readonly serviceConnectConfiguration?: unknown;
  readonly volumeConfigurations?: unknown;
  readonly vpcLatticeConfigurations?: unknown;
}

export interface ServiceRevision {
  readonly arn: string;
  readonly createdAt: number;
  readonly workload: Workload;
  /** Digest by container, established by the first task (B7). */
  readonly digests: Map<string, string>;
  /** False while the revision was made at desired 0: tags are then resolved at every start (B5, B7). */
  readonly consistent: boolean;
}

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export interface Deployment {
  readonly id: string;
  readonly revision: ServiceRevision;
  readonly createdAt: number;
  updatedAt: number;
  rollout: RolloutState;
  rolloutReason: string;
  /** Consecutive failed tasks, or all when the breaker does not reset (B3). */
  failedTasks: number;
  /** Failed starts in a row, for the growing delay between attempts. */
  startFailures: number;
  /** No start before this instant. */
  notBefore: number;
  /** Watching alarms, unless one was in ALARM when the deployment started (B4). */
  watchedAlarms: readonly string[];
  /** Target groups its tasks register in; differs from the declared ones while traffic shifts between two sides. */
  readonly links: readonly LoadBalancerLink[];
  /** Where a deployment that shifts traffic is (B9); absent on rolling ones. */
  stage?: 'SCALE_UP' | 'PRODUCTION_TRAFFIC_SHIFT' | 'BAKE_TIME' | 'CLEAN_UP';
  steadySince?: number;
  /** Instant the bake time ends, once steady. */
  bakesUntil?: number;
}

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'SUCCESSFUL'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** The newer record of one deployment (B8): one per deployment asked for; a rollback belongs to the one that failed. */
export interface ServiceDeployment {
  readonly arn: string;
  readonly legacyId: string;
  readonly target: ServiceRevision;
  readonly sources: readonly ServiceRevision[];
  readonly createdAt: number;
  readonly configuration: DeploymentConfiguration;
  startedAt?: number;
  finishedAt?: number;
  stoppedAt?: number;
  updatedAt: number;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  breaker: 'TRIGGERED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'DISABLED';
  failureCount: number;
  threshold: number;
  triggeredAlarms: readonly string[];
  alarmStatus: 'TRIGGERED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'DISABLED';
  rollback?: { readonly reason: string; readonly startedAt: number; readonly serviceRevisionArn: string };
}

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly createdAt: number;
  readonly createdBy: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desired: number;
  workload: Workload;
  configuration: DeploymentConfiguration;
  capacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  launchType?: string;
  gracePeriodSeconds?: number;
  enableExecuteCommand: boolean;
  propagateTags: string;
  availabilityZoneRebalancing: string;
  tags: readonly Tag[];
  /** Newest first; the first is PRIMARY. */
  deployments: Deployment[];
  readonly history: ServiceDeployment[];
  readonly revisions: Map<string, ServiceRevision>;
  /** The deployment a circuit breaker goes back to: the most recent that COMPLETED (B3). */
  lastCompleted?: Deployment;
  /** Tasks that are not STOPPED. */
  readonly tasks: Set<Task>;
  readonly events: ServiceEvent[];
  steady: boolean;
  impaired: boolean;
  /** Tells CloudWatch that the service's utilization may be another. */
  tasksChanged: () => void;
  /** What readers still see for a moment after a change, when the fault `ecs.stale-read` happens. */
  stale?: { readonly shape: object; readonly until: number };
  reconcileAt?: number;
  cancelReconcile?: () => void;
}

export type TaskStatus = 'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

/** Why a task ends: the code and text that DescribeTasks and the event show. */
export interface StopReason {
  readonly code: 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated' | 'SpotInterruption';
  readonly text: string;
}

export interface Container {
  readonly name: string;
  readonly arn: string;
  readonly image: string;
  readonly definition: ContainerDefinition;
  readonly command?: readonly string[];
  digest?: string;
  behaviour?: ImageBehaviour;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';
  exitCode?: number;
  reason?: string;
  startedAt?: number;
}

export interface Task {
  readonly id: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly group: string;
  readonly startedBy: string;
  readonly service?: Service;
  readonly deployment?: Deployment;
  readonly capacityProvider: string;
  readonly createdAt: number;
  readonly zone: string;
  readonly subnet: string;
  readonly eni: string;
  readonly attachment: string;
  readonly address: string;
  readonly macAddress: string;
  readonly overrides: Readonly<Record<string, any>>;
  readonly containers: readonly Container[];
  readonly enableExecuteCommand: boolean;
  /** What this task runs beside its definition. */
  readonly workload: Workload;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  tags: readonly Tag[];
  version: number;
  updatedAt: number;
  connectivityAt?: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: string;
  stoppedReason?: string;
  /** Counted healthy by the service scheduler: target and container checks passed, or 40 s without either (B2). */
  healthy: boolean;
  wasHealthy: boolean;
  /** Target groups that still have to answer healthy. */
  readonly targetHealth: Map<string, boolean>;
  /** Timers to cancel when the task stops. */
  readonly timers: (() => void)[];
}
