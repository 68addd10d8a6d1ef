// How a platform is, as one value: what `status` shows on one screen and gives to machines as JSON.
import { digestOf } from './image-references.ts';
import type { Hours } from './hours.ts';
import { nextEdge, scheduledState } from './hours-decisions.ts';
import { keptAwake, type Override } from './overrides.ts';
import { rolloutEntry, type Recorded, type RolloutEntry } from './rollout-entry.ts';
import type { QuarantineEnd } from './quarantine-end.ts';

export type PlatformState = 'awake' | 'falling-asleep' | 'asleep' | 'waking';

export interface ServiceStatus {
  readonly name: string;
  readonly exists: boolean;
  readonly desired: number;
  readonly running: number;
  readonly healthy: number;
  /** Its tasks are placed on demand because Spot had no capacity (A2). */
  readonly offSpot: boolean;
  /** Bounds of its scaling, null without a scalable target. */
  readonly scaling: { readonly min: number; readonly max: number } | null;
  /** Released image per container (`repo@sha256:…`), empty before the first. */
  readonly images: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly commit: string | null;
  readonly releasedAt: string | null;
  /** Image that waits, and why. */
  readonly staged: string | null;
  readonly quarantined: readonly string[];
  /** The same digests with why they stay out and what ends it (R10). */
  readonly quarantine: readonly QuarantinedStatus[];
}

export interface QuarantinedStatus {
  readonly digest: string;
  readonly since: string;
  readonly reason: string;
  readonly until: QuarantineEnd;
}

export interface StatusReport {
  readonly platform: string;
  readonly region: string;
  readonly at: string;
  readonly state: PlatformState;
  readonly since: string | null;
  readonly hours: { readonly words: string; readonly timeZone: string; readonly now: 'at-work' | 'off' } | null;
  /** The next two edges, the nearest first. */
  readonly edges: readonly { readonly at: string; readonly to: string }[];
  readonly keptAwake: { readonly until: string; readonly by: string } | null;
  readonly holds: readonly { readonly what: string; readonly by: string; readonly until: string | null }[];
  readonly services: readonly ServiceStatus[];
  readonly databases: readonly { readonly identifier: string; readonly status: string }[];
  readonly alarms: readonly { readonly name: string; readonly since: string; readonly quiet: boolean }[];
  readonly rollouts: readonly RolloutEntry[];
}

/** What is gathered for it. */
export interface StatusFacts {
  readonly id: string;
  readonly region: string;
  readonly hours: Hours | null;
  readonly platform: { readonly state: PlatformState; readonly since: string; readonly offSpot?: Readonly<Record<string, unknown>> } | null;
  readonly overrides: readonly (Override & { readonly key: string })[];
  readonly services: readonly {
    readonly name: string;
    readonly count: { readonly exists: boolean; readonly desired: number; readonly running: number; readonly healthy: number };
    readonly bounds: { readonly min: number; readonly max: number } | null;
    readonly record: {
      readonly released: Readonly<Record<string, string>>;
      readonly releasedAt: string | null;
      readonly staged: { readonly why: string; readonly images: Readonly<Record<string, string>> } | null;
      readonly quarantine: readonly QuarantinedStatus[];
    } | null;
  }[];
  readonly databases: readonly { readonly identifier: string; readonly status: string }[];
  readonly alarms: readonly { readonly name: string; readonly since: string }[];
  readonly quietAlarms: readonly string[];
  /** Newest first. */
  readonly rollouts: readonly Recorded[];
}

/** The report at an instant. */
export const statusReport = (facts: StatusFacts, at: string): StatusReport => ({
  platform: facts.id,
  region: facts.region,
  at,
  state: facts.platform?.state ?? 'awake',
  since: facts.platform?.since ?? null,
  hours:
    facts.hours === null
      ? null
      : {
          words: facts.hours.words,
          timeZone: facts.hours.timeZone,
          now: scheduledState(facts.hours, at) === 'at-work' ? 'at-work' : 'off',
        },
  edges: nextEdges(facts.hours, at),
  keptAwake: keptUntil(facts.overrides, at),
  holds: facts.overrides
    .filter(({ kind, until }) => kind === 'hold' && (until === null || until > at))
    .map(({ key, by, until }) => ({ what: key.replace(/^hold#/, '').replace('*', 'every service'), by, until })),
  services: facts.services.map((service) => serviceStatus(service, facts)),
  databases: facts.databases.map(({ identifier, status }) => ({ identifier, status })),
  alarms: facts.alarms.map(({ name, since }) => ({ name, since, quiet: facts.quietAlarms.includes(name) })),
  rollouts: facts.rollouts.map(rolloutEntry),
});

const nextEdges = (hours: Hours | null, at: string): StatusReport['edges'] => {
  if (hours === null) return [];
  const first = nextEdge(hours, at);
  const second = first === null ? null : nextEdge(hours, first.at);
  return [first, second].flatMap((edge) => (edge === null ? [] : [{ at: edge.at, to: edge.to }]));
};

const keptUntil = (overrides: readonly Override[], at: string): StatusReport['keptAwake'] => {
  const kept = keptAwake(overrides, at);
  return kept === null ? null : { until: kept.until, by: kept.by };
};

const serviceStatus = (
  { name, count, bounds, record }: StatusFacts['services'][number],
  { rollouts, platform }: StatusFacts,
): ServiceStatus => {
  const images = record?.released ?? {};
  const digests = Object.values(images).map(digestOf);
  const bringers = rollouts.filter((rollout) => Object.values(rollout.images[name] ?? {}).some((image) => digests.includes(digestOf(image))));
  return {
    name,
    ...count,
    offSpot: platform?.offSpot?.[name] !== undefined,
    scaling: bounds === null ? null : { min: bounds.min, max: bounds.max },
    images,
    tags: bringers.find(({ tags }) => tags.length > 0)?.tags ?? [],
    commit: bringers.find(({ commit }) => commit !== null)?.commit ?? null,
    releasedAt: record?.releasedAt ?? null,
    staged: record?.staged?.why ?? null,
    quarantined: (record?.quarantine ?? []).map(({ digest }) => digest),
    quarantine: (record?.quarantine ?? []).map(({ digest, since, reason, until }) => ({ digest, since, reason, until })),
  };
};
