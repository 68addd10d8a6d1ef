// Whether an alarm is expected trouble: a sleep, a wake, a rollout or a mute explains it, and for how long (L4).
import { windowSeconds, type AlarmFacts, type Subject } from './alarm.ts';
import { instantWords, later, secondsBetween } from './instants.ts';

export interface Circumstances {
  readonly platform: { readonly state: 'awake' | 'falling-asleep' | 'asleep' | 'waking'; readonly since: string } | null;
  /** When the hours say work begins again; null when they do not say. */
  readonly wakesAt: string | null;
  readonly rollouts: readonly {
    readonly id: string;
    readonly startedAt: string;
    readonly services: readonly string[];
    readonly longestSeconds: number;
  }[];
  /** Mutes by a person; `name` is an alarm, a service or `*`. */
  readonly mutes: readonly { readonly name: string; readonly until: string | null; readonly by: string }[];
  /** End of CloudWatch's own mute window when the event carries one (aws-facts G4). */
  readonly mutedUntil: string | null;
}

/** Why the alarm is quiet, and when to look again. */
export interface Explanation {
  readonly reason: 'explained-by-sleep' | 'explained-by-wake' | 'explained-by-rollout' | 'muted-by-person' | 'muted-in-cloudwatch' | 'suppressed-in-cloudwatch';
  readonly facts: Readonly<Record<string, string>>;
  readonly until: string;
}

const MINUTE = 60;
/** After an end that only AWS or a person knows exactly, wait a moment before looking. */
const GRACE = 2 * MINUTE;
/** A mute may be taken back at any time: what still stands is told so soon after that. */
const UNMUTED_WITHIN = 15 * MINUTE;
/** Without hours nobody knows when a sleeping platform wakes: look now and then. */
const UNKNOWN_NIGHT = 6 * 60 * MINUTE;

/** The explanation, or null when the alarm is news. `since` is when the alarm fired. */
export const explain = (
  alarm: AlarmFacts,
  subject: Subject,
  since: string,
  known: Circumstances,
  at: string,
  timeZone = 'UTC',
): Explanation | null => {
  const found =
    byPerson(alarm, subject, known, at) ??
    byCloudWatch(known, at) ??
    bySuppressor(alarm, at) ??
    bySleep(alarm, subject, since, known, at) ??
    byRollout(subject, since, known, at);
  return found === null ? null : { ...found, facts: inWords(found.facts, timeZone) };
};

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Instants as people read them: these facts are for sentences. */
const inWords = (facts: Explanation['facts'], timeZone: string): Explanation['facts'] =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, INSTANT.test(value) ? instantWords(value, timeZone) : value]));

const byPerson = (alarm: AlarmFacts, subject: Subject, known: Circumstances, at: string): Explanation | null => {
  const mute = known.mutes.find(
    ({ name, until }) => (name === '*' || name === alarm.name || name === subject.name) && (until === null || until > at),
  );
  if (mute === undefined) return null;
  return {
    reason: 'muted-by-person',
    facts: { by: mute.by, until: mute.until ?? 'further notice' },
    until: earlier(later(at, UNMUTED_WITHIN), mute.until === null ? null : later(mute.until, MINUTE)),
  };
};

const earlier = (one: string, other: string | null): string => (other !== null && other < one ? other : one);

/** A muted alarm still emits events; CloudWatch repeats actions at the window's end, not events, so we look then. */
const byCloudWatch = ({ mutedUntil }: Circumstances, at: string): Explanation | null =>
  mutedUntil === null || mutedUntil <= at
    ? null
    : { reason: 'muted-in-cloudwatch', facts: { until: mutedUntil }, until: later(mutedUntil, GRACE) };

/** The same for a composite alarm whose suppressor rings: nobody knows for how long, so it is looked at now and then. */
const bySuppressor = ({ suppressedBy = null }: AlarmFacts, at: string): Explanation | null =>
  suppressedBy === null ? null : { reason: 'suppressed-in-cloudwatch', facts: { by: suppressedBy }, until: later(at, 5 * MINUTE) };

const bySleep = (alarm: AlarmFacts, subject: Subject, since: string, known: Circumstances, at: string): Explanation | null => {
  const { platform } = known;
  if (platform === null || !subject.sleeps) return null;
  switch (platform.state) {
    case 'falling-asleep':
      return since < later(platform.since, -windowSeconds(alarm))
        ? null
        : { reason: 'explained-by-sleep', facts: { since: platform.since }, until: later(at, 15 * MINUTE) };
    case 'asleep':
      return { reason: 'explained-by-sleep', facts: { since: platform.since }, until: untilMorning(known.wakesAt, at) };
    case 'waking':
      return { reason: 'explained-by-wake', facts: { since: platform.since }, until: later(at, 5 * MINUTE) };
    case 'awake': {
      // Datapoints of the wake stay in the alarm's window for a while after health is proven.
      const settled = later(platform.since, Math.min(30 * MINUTE, windowSeconds(alarm) + GRACE));
      return at >= settled ? null : { reason: 'explained-by-wake', facts: { since: platform.since }, until: settled };
    }
  }
};

const untilMorning = (wakesAt: string | null, at: string): string =>
  wakesAt === null || secondsBetween(at, wakesAt) <= 0
    ? later(at, wakesAt === null ? UNKNOWN_NIGHT : 15 * MINUTE)
    : later(wakesAt, 15 * MINUTE);

/** Only the rolled services' own alarms, only those that began with the rollout, and never longer than the rollout may take. */
const byRollout = (subject: Subject, since: string, known: Circumstances, at: string): Explanation | null => {
  if (subject.kind !== 'service') return null;
  const rollout = known.rollouts.find(
    ({ services, startedAt, longestSeconds }) =>
      services.includes(subject.name) && since >= startedAt && at < later(startedAt, longestSeconds),
  );
  if (rollout === undefined) return null;
  const end = later(rollout.startedAt, rollout.longestSeconds);
  const soon = later(at, 5 * MINUTE);
  return { reason: 'explained-by-rollout', facts: { rollout: rollout.id, since: rollout.startedAt }, until: soon < end ? soon : end };
};
