// The board: everything in alarm now, grouped into incidents, and the pure steps that change it (L3, L4).
import type { AlarmState } from './alarm.ts';
import { secondsBetween } from './instants.ts';
import type { Severity } from './notice.ts';

/** One alarm of an incident. */
export interface OpenAlarm {
  readonly state: AlarmState;
  /** When it entered that state. */
  readonly since: string;
  readonly firedAt: string;
  /** Name of the service, database, … it is about. */
  readonly subject: string;
  readonly title: string;
}

export interface Incident {
  readonly id: string;
  readonly openedAt: string;
  /** When the last alarm joined: a storm is joined while it blows. */
  readonly joinedAt: string;
  readonly closedAt: string | null;
  readonly severity: Severity;
  readonly flapping: boolean;
  readonly acknowledgedBy: string | null;
  readonly alarms: Readonly<Record<string, OpenAlarm>>;
  /** Execution that tells the opening, and the key of that notice. */
  readonly teller: string;
  readonly opening: string;
  /** Execution that will bring the message up to date, and when. */
  readonly follow: { readonly execution: string; readonly due: string } | null;
  /** How often it was said again because it lasted or nobody acknowledged. */
  readonly reminders: number;
  /** The last told change, so that a repeated step tells the same again and no other. */
  readonly told: { readonly execution: string; readonly at: string } | null;
}

/** An alarm that is explained and not told. */
export interface QuietAlarm {
  readonly since: string;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly until: string;
  readonly execution: string;
}

/** A past firing, for duplicates that arrive late and for flapping. */
export interface Firing {
  readonly alarm: string;
  readonly firedAt: string;
  readonly endedAt: string;
}

export interface Board {
  readonly incidents: readonly Incident[];
  readonly quiet: Readonly<Record<string, QuietAlarm>>;
  readonly recent: readonly Firing[];
}

export const emptyBoard: Board = { incidents: [], quiet: {}, recent: [] };

/** EventBridge may deliver an event up to a day late (aws-facts F). */
const REMEMBER_FIRINGS = 24 * 3_600;
const REMEMBER_CLOSED = 3_600;
const MOST_FIRINGS = 500;

/** A storm is joined this long after its last alarm; an incident of the same subject this long after it opened. */
const STORM_SECONDS = 120;
const SAME_SUBJECT_SECONDS = 30 * 60;

/** What fires this often within half an hour flaps. */
export const FLAPPING = { times: 3, withinSeconds: 30 * 60 } as const;

/** The board without what nobody needs any more. */
export const pruned = (board: Board, at: string): Board => ({
  ...board,
  incidents: board.incidents.filter(({ closedAt }) => closedAt === null || secondsBetween(closedAt, at) < REMEMBER_CLOSED),
  recent: board.recent.filter(({ endedAt }) => secondsBetween(endedAt, at) < REMEMBER_FIRINGS).slice(-MOST_FIRINGS),
});

/** The incident, open or just closed, that holds the alarm; the newest when several do. */
export const incidentOf = (board: Board, alarm: string): Incident | undefined =>
  board.incidents.findLast(({ alarms }) => alarms[alarm] !== undefined);

/** The open incident a new alarm belongs to: the storm that blows now, else fresh trouble of the same subject. */
export const incidentToJoin = (board: Board, subject: string, at: string): Incident | undefined => {
  const open = board.incidents.filter(({ closedAt, flapping }) => closedAt === null && !flapping);
  const storm = open.findLast(({ joinedAt }) => secondsBetween(joinedAt, at) <= STORM_SECONDS);
  return (
    storm ??
    open.findLast(
      (incident) =>
        secondsBetween(incident.openedAt, at) <= SAME_SUBJECT_SECONDS &&
        Object.values(incident.alarms).some((alarm) => alarm.subject === subject),
    )
  );
};

/** How often the alarm has fired within the flapping window, this time included. */
export const firings = (board: Board, alarm: string, since: string): number =>
  1 +
  board.recent.filter(
    (firing) => firing.alarm === alarm && firing.firedAt < since && secondsBetween(firing.firedAt, since) <= FLAPPING.withinSeconds,
  ).length;

/** The board with the incident in place of the one of the same id, or added. */
export const withIncident = (board: Board, incident: Incident): Board => ({
  ...board,
  incidents: board.incidents.some(({ id }) => id === incident.id)
    ? board.incidents.map((known) => (known.id === incident.id ? incident : known))
    : [...board.incidents, incident],
});

export const withAlarm = (incident: Incident, name: string, alarm: OpenAlarm): Incident => ({
  ...incident,
  alarms: { ...incident.alarms, [name]: alarm },
});

export const withFiring = (board: Board, firing: Firing): Board => ({ ...board, recent: [...board.recent, firing] });

export const withoutQuiet = (board: Board, alarm: string): Board => ({
  ...board,
  quiet: Object.fromEntries(Object.entries(board.quiet).filter(([name]) => name !== alarm)),
});

/** Whether every alarm of the incident has stopped ringing. */
export const isOver = (incident: Incident): boolean => Object.values(incident.alarms).every(({ state }) => state !== 'ALARM');

/** `CPU of app at 97 % (limit 85 %) and 3 more`. */
export const incidentWords = ({ alarms }: Pick<Incident, 'alarms'>): string => {
  const [first, ...others] = Object.values(alarms);
  return `${first?.title ?? 'an alarm'}${others.length === 0 ? '' : ` and ${others.length} more`}`;
};

export const louder = (one: Severity, other: Severity): Severity => (rank[one] >= rank[other] ? one : other);
const rank: Readonly<Record<Severity, number>> = { digest: 0, channel: 1, page: 2 };

/** `inc-20261121T091400-api-latency`: the same event always makes the same id. */
export const incidentId = (alarm: string, prefix: string, since: string): string => {
  const name = (alarm.startsWith(prefix) ? alarm.slice(prefix.length) : alarm).replaceAll(/[^A-Za-z0-9-]+/g, '-').slice(0, 60);
  return `inc-${since.slice(0, 19).replaceAll(/[-:]/g, '')}-${name}`;
};
