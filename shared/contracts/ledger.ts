// The ledger's record kinds, each with one owner; one table holds them all (design: one item per record, version and fence on every write).
import type { StoppedTask } from '../domain/evidence.ts';
import type { Interruption } from '../domain/interruption.ts';
import type { Board } from '../domain/incident.ts';
import type { Shown } from '../domain/pressed.ts';
import type { Progress } from '../domain/rollout-progress.ts';
import type { NextShare } from '../domain/rollout-share.ts';
import type { TriggerKind } from '../domain/selection.ts';
import type { ServiceMemory } from '../domain/service-memory.ts';
import type { Bounds, CacheRecipe, Placement } from '../ports.ts';

/** History entries expire after 90 days; what a sleeping platform needs never does. */
export const HISTORY_DAYS = 90;

/** Owner: sleep and wake. Key: `platform`. */
export interface PlatformRecord {
  readonly state: 'awake' | 'falling-asleep' | 'asleep' | 'waking';
  readonly since: string;
  readonly by: string;
  /** Night key of the sleep in force, null while awake. */
  readonly night: string | null;
  /** The edge people were warned of last, and which execution did (S8). */
  readonly warned?: { readonly edge: string; readonly by: string };
  /** Services that were moved off Spot in a morning without capacity, with the placement they go back to in the evening. */
  readonly offSpot?: Readonly<Record<string, Placement>>;
  /** Databases and caches that did not come up in the last morning, by their names in the platform file. */
  readonly down?: readonly string[];
  /** Since when sleep is postponed because the platform is in use (S9). */
  readonly postponedSince?: string | null;
  /** The interruption of a story that people were told of last, and by which execution: one cause is told once in a night. */
  readonly interrupted?: Interruption;
}

/** Owner: redeploy. Key: service name. */
export interface ServiceRecord {
  /** Released images per container (`repo@sha256:…`), empty before the first good rollout. */
  readonly released: Readonly<Record<string, string>>;
  readonly releasedAt: string | null;
  readonly taskDefinition: string | null;
  /** The good release before this one (R5). */
  readonly previous: Readonly<Record<string, string>> | null;
  /** Image whose migration has run, so that it runs once per digest (R8). */
  readonly migrated?: string | null;
  /** Digests that failed here and must not come back (R10). */
  readonly quarantine: ServiceMemory['quarantine'];
  /** Images a person let go here although they failed in a service beside this one (R10). */
  readonly vouched?: readonly string[];
  /** Newest image that waits: for the morning (R12), for a freeze to end (R11) or for a gate. */
  readonly staged: {
    readonly images: Readonly<Record<string, string>>;
    readonly since: string;
    readonly why: string;
    /** Reason key of the hold or gate; absent for what sleeps. */
    readonly reason?: string;
    /** Whether people know of it. */
    readonly told?: boolean;
  } | null;
}

export interface Phase {
  readonly name: string;
  readonly at: string;
}

/** Owner: redeploy. Key: `<instant>#<id>`. */
export interface RolloutRecord {
  readonly id: string;
  readonly trigger: { readonly kind: TriggerKind; readonly detail: string };
  /** The person behind it, null where a push, the clock or the reconciler began it. */
  readonly who: string | null;
  readonly services: readonly string[];
  readonly images: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly tags: readonly string[];
  readonly commit: string | null;
  /** What the gates of each service answered when they let the image through (R8). */
  readonly gates?: Readonly<Record<string, readonly string[]>>;
  readonly phases: readonly Phase[];
  readonly result: 'in-progress' | 'released' | 'rolled-back' | 'failed' | 'superseded' | 'staged' | 'held' | 'skipped';
  readonly reason: string;
  readonly evidence: readonly StoppedTask[];
  readonly logs: readonly string[];
  /** How far each service is, by name. */
  readonly progress: Readonly<Record<string, Progress>>;
  /** Instant of the decision: asks that came later are answered by deciding again. */
  readonly decidedAt: string;
  /** Instant at which the services' leases were last taken or renewed. */
  readonly leasedAt: string;
  /** Who holds the services' leases: the execution's name. */
  readonly holder: string;
  /** Notices that are written but perhaps not yet sent (`failed`, `finished`). */
  readonly owed: readonly string[];
  /** Services of a fleet that the next execution takes on, once this one has begun all of its own (X3). */
  readonly next?: NextShare;
}

/** A trigger that found its service busy; whoever holds the service decides again when done. Owner: redeploy. Key: service name. */
export interface AskRecord {
  readonly at: string;
  readonly by: string;
  readonly detail: string;
  /** What asked, and the person behind it; the rollout that answers is recorded as theirs. */
  readonly kind?: TriggerKind;
  readonly who?: string;
  /** The person who wants the service back on what was good (R10); absent for a newer image. */
  readonly back?: string;
}

/** What a registry without events was last seen to hold. Owner: redeploy's poll. Key: `<repository>:<tag rule>`. */
export interface SeenRecord {
  /** Digest the tag pointed to, null before the first answer or when there was none. */
  readonly digest: string | null;
  /** Answers missed in a row. */
  readonly failures: number;
  /** Not asked again before this instant. */
  readonly askFrom: string;
}

/** A waiting state's task token, so that an event can end the wait. Owner: the story that waits. Key: `<story>#<what waits>`. */
export interface WaiterRecord {
  readonly token: string;
  readonly services: readonly string[];
  readonly until: string;
  /** After how long the waiting state gives up and looks by itself. */
  readonly seconds: number;
}

/** Everything a sleep will change, written before the first change (S2). Owner: sleep. Key: night `YYYY-MM-DDTHH:MMZ` of its start. */
export interface NightRecord {
  readonly hash: string;
  readonly takenAt: string;
  readonly services: readonly {
    readonly name: string;
    readonly desired: number;
    readonly bounds: Bounds | null;
    readonly taskDefinition: string;
    readonly scheduledActions: readonly string[];
    /** What the platform file said then: a deploy in the night that changes it wins over the record (S5). */
    readonly configured?: { readonly desired: number; readonly min: number; readonly max: number };
  }[];
  readonly databases: readonly {
    readonly identifier: string;
    readonly status: string;
    readonly stoppedAt?: string | null;
    /** When it was stopped once more, AWS having started it after its seven days (S7). */
    readonly stoppedAgainAt?: string;
  }[];
  readonly caches?: readonly { readonly identifier: string; readonly status: string; readonly snapshot: string; readonly recipe: CacheRecipe }[];
  /** Caches that were to hibernate and cannot be written down, with the reason: they stay up this night. */
  readonly staying?: readonly { readonly resource: string; readonly error: string }[];
  /** Trigger of the sleep: `schedule`, `operator`, `idle`, … and who asked. */
  readonly trigger?: { readonly kind: string; readonly by: string };
  /** What could not be put to sleep, and why; tried again by the reconciler. */
  readonly troubles?: readonly { readonly resource: string; readonly error: string }[];
  /** Databases and caches that AWS does not find at the moment, by identifier, and since when. */
  readonly missed?: Readonly<Record<string, string>>;
  /** Changes by hand that people were told of (S13). */
  readonly reported?: readonly string[];
  /** How the waking went: when it began, when each service was started, when health was proven. */
  readonly wake?: {
    readonly startedAt: string;
    readonly kind: string;
    readonly by: string;
    readonly raised: Readonly<Record<string, string>>;
    /** Status of each database and cache when it was looked at last, by name. */
    readonly stores?: Readonly<Record<string, string>>;
    /** Databases and caches that AWS does not find at the moment, by name, and since when. */
    readonly missed?: Readonly<Record<string, string>>;
    /** What AWS said last when a database or cache could not be started, by name. */
    readonly refused?: Readonly<Record<string, string>>;
    /** Since when AWS refuses the bounds or count of a service, and what it said last, by name. */
    readonly refusedServices?: Readonly<Record<string, { readonly since: string; readonly error: string }>>;
    /** When each service and database was proven up. */
    readonly proven: Readonly<Record<string, string>>;
    readonly readyAt: string | null;
    /** Told that something will be late. */
    readonly late?: boolean;
    /** Services and databases that did not come up in time. */
    readonly failed: readonly { readonly resource: string; readonly error: string }[];
  };
  readonly asleepAt: string | null;
  readonly awakeAt: string | null;
  /** Set by wake: the sleep certificate (S5). */
  readonly certificate: { readonly at: string; readonly differences: readonly string[]; readonly explained: readonly string[] } | null;
  /** Set by the next sleep: what it cost that somebody woke the platform outside the hours (S10). */
  readonly wakingCost?: { readonly seconds: number; readonly usd: number; readonly by: string; readonly unpriced?: readonly string[] };
  /** USD saved against the record (S14). */
  readonly saved: { readonly compute: number; readonly database: number; readonly caches?: number; readonly keptBilling: number; readonly unpriced?: readonly string[] } | null;
}

/** Owner: alarm. Key: alarm or group name. */
export interface IncidentRecord {
  readonly alarms: readonly { readonly name: string; readonly since: string; readonly state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA' }[];
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly severity: 'page' | 'channel' | 'digest';
  readonly messages: Readonly<Record<string, string>>;
  readonly acknowledgedBy: string | null;
  readonly explained: string | null;
}

/** Owner: whoever is allowed. Key: `<kind>#<name>`; expires by itself (S8, R11). */
export interface OverrideRecord {
  readonly kind: 'keep-awake' | 'hold' | 'approval' | 'mute';
  readonly until: string | null;
  readonly by: string;
  readonly at: string;
  readonly note: string;
}

/** One line of the platform's history: what `history`, `why` and "what changed in the last hour" read. Key: instant + id. */
export interface History {
  readonly id: string;
  readonly story: 'redeploy' | 'sleep' | 'wake' | 'alarm' | 'operator' | 'reconcile';
  readonly service: string | null;
  readonly action: string;
  /** Key of domain/reason.ts with its facts. */
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** Stopped tasks kept beyond AWS's hour. Owner: evidence capture. Key: `<service>#<stoppedAt>#<task>`. */
export type TaskRecord = StoppedTask & { readonly service: string; readonly logs: readonly string[] };

/** Owner: the roads. Key: `<road>#<thread>`. What the road has already shown of it, so that nothing is posted twice and edits find their message. */
export interface ThreadRecord {
  /** Message per road, e.g. Slack's channel and timestamp; absent on roads that give none. */
  readonly messages: Readonly<Record<string, { readonly channel: string; readonly message: string }>>;
  /** Keys of delivered notices, newest last. */
  readonly delivered: readonly string[];
  /** Instant of the newest of them. */
  readonly newest: string | null;
  /** Messages with buttons, on roads that edit (L6). */
  readonly shown?: readonly Shown[];
}

/** Owner: each road. Key: road. When it may be used again and whether it works. */
export interface RoadRecord {
  readonly freeAt: string;
  readonly failures: number;
  readonly downSince: string | null;
  readonly reportedAt: string | null;
  /** Letters put back while it was down or full, oldest first, and since when the oldest is waited for. */
  readonly waiting?: readonly string[];
  readonly heldSince?: string | null;
}

/** Owner: alarm. Key: `alarms`. Everything in alarm now: open incidents, alarms kept quiet, and what fired in the last hours. */
export type BoardRecord = Board;

/** Owner: the press door. Key: the request's signature. A request is done once, however often it is sent (L6). */
export interface PressRecord {
  readonly by: string;
  readonly verb: string;
  readonly subject: string;
}

export interface Records {
  readonly press: PressRecord;
  readonly thread: ThreadRecord;
  readonly road: RoadRecord;
  readonly board: BoardRecord;
  readonly platform: PlatformRecord;
  readonly service: ServiceRecord;
  readonly rollout: RolloutRecord;
  readonly night: NightRecord;
  readonly incident: IncidentRecord;
  readonly override: OverrideRecord;
  readonly history: History;
  readonly task: TaskRecord;
  readonly ask: AskRecord;
  readonly waiter: WaiterRecord;
  readonly seen: SeenRecord;
}
export type Kind = keyof Records;

/** Kinds that expire with the history; all others stay until overwritten. */
export const EXPIRING: readonly Kind[] = ['rollout', 'history', 'incident', 'task', 'thread', 'press', 'waiter', 'ask'];

export interface Entry<K extends Kind> {
  readonly key: string;
  readonly version: number;
  readonly at: string;
  readonly value: Records[K];
}

/** A held lease: every write made under it checks the fence (X1). */
export interface Lease {
  readonly key: string;
  readonly holder: string;
  readonly fence: number;
  readonly until: string;
}
