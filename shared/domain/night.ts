// A night as data: what each service and database becomes, in which order, and what must be written down first (S2, S3, S6).

export interface NightBounds {
  readonly min: number;
  readonly max: number;
  readonly suspended: { readonly scaleIn: boolean; readonly scaleOut: boolean; readonly scheduled: boolean };
}

/** One service as the night finds it. */
export interface NightService {
  readonly name: string;
  readonly desired: number;
  readonly bounds: NightBounds | null;
  readonly taskDefinition: string;
  readonly scheduledActions: readonly string[];
  /** Numbers of the platform file at that time. */
  readonly configured?: { readonly desired: number; readonly min: number; readonly max: number };
}

export type OffHours =
  { readonly kind: 'zero' } | { readonly kind: 'stay' } | { readonly kind: 'reduce'; readonly min: number; readonly max: number };

/** What the platform file says about one service. */
export interface Sleeper {
  readonly name: string;
  readonly needs: readonly string[];
  readonly offHours: OffHours;
}

/** The count and bounds of a service at night; null when it stays as it is. */
export interface NightTarget {
  readonly desired: number;
  readonly bounds: NightBounds | null;
}

/** What a recorded service becomes for the night: zero, a reduced size, or null when it is not touched. */
export const nightTarget = (offHours: OffHours, recorded: NightService): NightTarget | null => {
  if (offHours.kind === 'stay') return null;
  const min = offHours.kind === 'reduce' ? offHours.min : 0;
  const max = offHours.kind === 'reduce' ? offHours.max : 0;
  return { desired: clamp(recorded.desired, min, max), bounds: recorded.bounds === null ? null : nightBounds(recorded, min, max) };
};

/** The most tasks that are no more than the night wants: where its bounds leave room, the count belongs to scaling (S6). */
export const mostAtNight = ({ desired, bounds }: NightTarget): number => bounds?.max ?? desired;

/** The count that a night expects of a service that has `desired` now: this one where its bounds leave room for it, else what the night gave it. */
export const countAtNight = (target: NightTarget, desired: number): number =>
  target.bounds !== null && desired >= target.bounds.min && desired <= target.bounds.max ? desired : target.desired;

/** A reduced service never becomes larger than it is by day: the recorded count is brought into the night's range from above only. */
const clamp = (desired: number, min: number, max: number): number => Math.min(desired, Math.max(min, Math.min(desired, max)));

/** A user's scheduled action would wake the service in the night, so it is suspended; every other flag stays as it was (aws-facts C). */
const nightBounds = ({ bounds, scheduledActions, desired }: NightService, min: number, max: number): NightBounds | null =>
  bounds === null
    ? null
    : {
        min: Math.min(min, desired, bounds.min),
        max: Math.min(max, bounds.max),
        suspended: { ...bounds.suspended, scheduled: bounds.suspended.scheduled || scheduledActions.length > 0 },
      };

/** Whether two sets of bounds are the same in every flag. */
export const sameBounds = (one: NightBounds | null, other: NightBounds | null): boolean =>
  one === null || other === null
    ? one === other
    : one.min === other.min &&
      one.max === other.max &&
      one.suspended.scaleIn === other.suspended.scaleIn &&
      one.suspended.scaleOut === other.suspended.scaleOut &&
      one.suspended.scheduled === other.suspended.scheduled;

/**
 * Layer of each service on the way to sleep: 0 for the fronts, which nobody needs; a service comes after everything that needs it (S3).
 * A circle of needs, refused at synth, ends at the number of services.
 */
export const layersToSleep = (services: readonly Sleeper[]): ReadonlyMap<string, number> => {
  const usersOf = (name: string): readonly Sleeper[] => services.filter(({ needs }) => needs.includes(name));
  const known = new Map<string, number>();
  const layerOf = (name: string, depth: number): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    if (depth >= services.length) return depth;
    const layer = Math.max(-1, ...usersOf(name).map((user) => layerOf(user.name, depth + 1))) + 1;
    known.set(name, layer);
    return layer;
  };
  return new Map(services.map(({ name }) => [name, layerOf(name, 0)]));
};

/** Databases and caches that something awake at night still needs, by name: those cannot be put to sleep. */
export const neededAtNight = (services: readonly Sleeper[]): ReadonlySet<string> => {
  const needed = new Set<string>();
  const visit = (names: readonly string[]): void => {
    for (const name of names) {
      if (needed.has(name)) continue;
      needed.add(name);
      visit(services.find((service) => service.name === name)?.needs ?? []);
    }
  };
  for (const { offHours, needs } of services) if (offHours.kind !== 'zero') visit(needs);
  return needed;
};

/** Key of a night: the minute it began, `2026-11-23T09:00Z`. */
export const nightKey = (at: string): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** What the names of a cache's night snapshots begin with. */
export const nightSnapshotPrefix = (identifier: string): string => `${identifier}-night-`;

/** Name of the snapshot a hibernating cache is made again from. */
export const nightSnapshot = (identifier: string, night: string): string =>
  `${nightSnapshotPrefix(identifier)}${night.replace(/[^0-9]/g, '')}`;

/** The instant a night's key stands for. */
export const nightBegan = (key: string): string => `${key.slice(0, -1)}:00.000Z`;

/** What a night restores: the parts of its record that nothing may change once they are written (S2). */
export interface Recorded {
  readonly services: readonly NightService[];
  readonly databases: readonly { readonly identifier: string; readonly status: string }[];
  readonly caches?: readonly object[];
}

/** Prints of another version were taken of other parts. */
const PRINT_VERSION = '1:';

export const recordPrint = ({ services, databases, caches = [] }: Recorded): string =>
  `${PRINT_VERSION}${fingerprint([services, databases.map(({ identifier, status }) => [identifier, status]), caches])}`;

/** Whether the record is still the one that was written; one whose print is of another version is believed. */
export const isUnchanged = (record: Recorded & { readonly hash: string }): boolean =>
  !record.hash.startsWith(PRINT_VERSION) || record.hash === recordPrint(record);

const LANES: readonly number[] = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];

/** A fingerprint of a record, 32 hexadecimal characters: shows that it is the one that was written, not a defence against an attacker (S2). */
export const fingerprint = (value: unknown): string => {
  const text = JSON.stringify(value);
  return LANES.map((seed, lane) => {
    let hash = seed;
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ (text.charCodeAt(index) + lane), 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, '0');
  }).join('');
};
