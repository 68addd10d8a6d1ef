// Is this alarm news, for whom, and what is to be done about it? Decisions over the board; the event is a hint, CloudWatch's present word
// counts (L1–L4).
import type { AlarmState } from './alarm.ts';
import type { Explanation } from './alarm-explained.ts';
import {
  FLAPPING,
  firings,
  incidentId,
  incidentOf,
  incidentToJoin,
  isOver,
  louder,
  pruned,
  withAlarm,
  withFiring,
  withIncident,
  withoutQuiet,
  type Board,
  type Incident,
  type OpenAlarm,
} from './incident.ts';
import { later, secondsBetween } from './instants.ts';
import { noticeKey, type Severity } from './notice.ts';

/** What a state machine looks at again after a wait. */
export interface Look {
  readonly kind: 'quiet' | 'follow' | 'stable' | 'missing' | 'remind' | 'acknowledged';
  readonly alarm: string;
  readonly since: string;
  readonly incident: string | null;
  /** Who acknowledged. */
  readonly by?: string | undefined;
}

/** One alarm as it is seen now. */
export interface Sighting {
  readonly alarm: string;
  /** What the event says, or CloudWatch when nothing but time has passed. */
  readonly state: AlarmState;
  readonly since: string;
  /** CloudWatch's present word; null when the alarm is gone. */
  readonly now: { readonly state: AlarmState; readonly since: string } | null;
  readonly subject: string;
  readonly severity: Severity;
  readonly title: string;
  readonly prefix: string;
  readonly explanation: Explanation | null;
  readonly reminders: Reminders;
}

/** When an open incident is said again, in seconds; null for never (L7). */
export interface Reminders {
  readonly escalate: number | null;
  readonly repeat: number | null;
}

export interface Step {
  readonly execution: string;
  readonly at: string;
}

export type Telling = 'opened' | 'passed' | 'flapping' | 'louder' | 'outlived' | 'updated' | 'closed' | 'escalated' | 'repeated';

export interface Verdict {
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number>>;
  /** The changed board; null when nothing changes. */
  readonly board: Board | null;
  readonly tell: { readonly incident: Incident; readonly what: Telling } | null;
  readonly wait: { readonly until: string; readonly look: Look } | null;
  /** The history has it already: it is kept quiet for the same reason as before. */
  readonly noted?: true;
}

/** How long an incident's changes are gathered before its message is edited: a storm costs a handful of edits. */
const FOLLOW_SECONDS = 30;
/** An alarm without data is looked at every ten minutes, and its trouble counts as over after an hour. */
export const NO_DATA = { lookSeconds: 600, overSeconds: 3_600 } as const;

export const nothing = (reason: string): Verdict => ({ reason, facts: {}, board: null, tell: null, wait: null });

/** What to do about an alarm's event. */
export const decideAlarm = (before: Board, sighting: Sighting, step: Step): Verdict => {
  const board = pruned(before, step.at);
  switch (sighting.state) {
    case 'ALARM':
      return raised(board, sighting, step);
    case 'OK':
      return cleared(board, sighting, step, 'alarm-cleared');
    case 'INSUFFICIENT_DATA':
      return missing(board, sighting, step);
  }
};

const raised = (board: Board, sighting: Sighting, step: Step): Verdict => {
  const { alarm, since } = sighting;
  const known = incidentOf(board, alarm);
  const entry = known?.alarms[alarm];
  if (known !== undefined && entry !== undefined && entry.firedAt >= since) return knownAlready(known, sighting, step);
  if (board.recent.some((firing) => firing.alarm === alarm && firing.firedAt >= since)) return nothing('alarm-already-known');
  if (sighting.explanation !== null) return quieted(board, sighting, sighting.explanation, step);
  return told(withoutQuiet(board, alarm), sighting, step, false);
};

/** A second delivery of the same event brings nothing new; a repeated step of the same execution does its work again. */
const knownAlready = (incident: Incident, { alarm, since, reminders }: Sighting, step: Step): Verdict => {
  const first = incident.teller === step.execution && incident.alarms[alarm]?.firedAt === since;
  if (first)
    return {
      ...nothing('alarm-fired'),
      tell: { incident, what: openingOf(incident) },
      wait: incident.closedAt === null ? nextReminder(incident, reminders, step.at) : null,
    };
  if (incident.follow?.execution === step.execution)
    return { ...nothing('alarm-joined'), facts: { incident: incident.id }, wait: followLook(incident, alarm) };
  return nothing('alarm-already-known');
};

/** When the incident is said again: a page that nobody looks after after `escalate`, any other after `repeat` (L7). */
export const nextReminder = (incident: Incident, { escalate, repeat }: Reminders, at: string): Verdict['wait'] => {
  const loud =
    escalate !== null && incident.severity === 'page' && incident.acknowledgedBy === null && incident.reminders === 0 ? escalate : null;
  const seconds = loud ?? repeat;
  return seconds === null
    ? null
    : { until: later(at, seconds), look: { kind: 'remind', alarm: '', since: incident.openedAt, incident: incident.id } };
};

const openingOf = (incident: Incident): Telling => (incident.closedAt !== null ? 'passed' : incident.flapping ? 'flapping' : 'opened');

export const quieted = (board: Board, { alarm, since }: Sighting, explanation: Explanation, step: Step): Verdict => {
  const known = board.quiet[alarm];
  if (known !== undefined && known.since === since && known.execution !== step.execution) return nothing('alarm-already-known');
  const entry = { since, reason: explanation.reason, facts: explanation.facts, until: explanation.until, execution: step.execution };
  return {
    reason: explanation.reason,
    facts: explanation.facts,
    board: { ...board, quiet: { ...board.quiet, [alarm]: entry } },
    tell: null,
    wait: { until: explanation.until, look: { kind: 'quiet', alarm, since, incident: null } },
  };
};

/** News: it joins an incident, opens one, or is said to flap. */
export const told = (board: Board, sighting: Sighting, step: Step, outlived: boolean): Verdict => {
  const { alarm, since, subject, title, now } = sighting;
  const held = incidentOf(board, alarm);
  if (held !== undefined && held.closedAt === null) return again(board, held, sighting, step);
  const passed = now !== null && now.state === 'OK' && now.since > since;
  const entry: OpenAlarm = { state: passed ? 'OK' : 'ALARM', since: passed ? now.since : since, firedAt: since, subject, title };
  const kept = passed ? withFiring(board, { alarm, firedAt: since, endedAt: now.since }) : board;
  const times = firings(board, alarm, since);
  const flapping = times >= FLAPPING.times && !passed;
  const storm = flapping ? undefined : incidentToJoin(board, subject, step.at);
  if (storm !== undefined) return joined(kept, storm, sighting, entry, step);
  const id = incidentId(alarm, sighting.prefix, since);
  const incident: Incident = {
    id,
    openedAt: since,
    joinedAt: step.at,
    closedAt: passed ? now.since : null,
    severity: sighting.severity,
    flapping,
    acknowledgedBy: null,
    alarms: { [alarm]: entry },
    teller: step.execution,
    opening: noticeKey({ id, at: step.at }),
    follow: null,
    reminders: 0,
    told: null,
  };
  const what: Telling = passed ? 'passed' : flapping ? 'flapping' : outlived ? 'outlived' : 'opened';
  const reason = { passed: 'alarm-passed', flapping: 'alarm-flapping', outlived: 'alarm-outlived', opened: 'alarm-fired' }[what];
  return {
    reason,
    facts: { incident: incident.id, times },
    board: withIncident(kept, incident),
    tell: { incident, what },
    wait: passed ? null : nextReminder(incident, sighting.reminders, step.at),
  };
};

/** An alarm of an open incident fires again: a flapping one was said once, any other brings its message up to date. */
const again = (board: Board, incident: Incident, { alarm, since, subject, title }: Sighting, step: Step): Verdict => {
  const entry: OpenAlarm = { state: 'ALARM', since, firedAt: since, subject, title };
  const changed = withAlarm(incident, alarm, entry);
  if (incident.flapping)
    return { ...nothing('alarm-flapping-quiet'), facts: { incident: incident.id }, board: withIncident(board, changed) };
  return followed(board, changed, alarm, step, 'alarm-joined');
};

const joined = (board: Board, storm: Incident, sighting: Sighting, entry: OpenAlarm, step: Step): Verdict => {
  const severity = louder(storm.severity, sighting.severity);
  const incident = { ...withAlarm(storm, sighting.alarm, entry), joinedAt: step.at, severity };
  if (severity === storm.severity) return followed(board, incident, sighting.alarm, step, 'alarm-joined');
  // Whoever says it louder tells the whole incident, and from now on reminds of it: the same again after a crash.
  const loud: Incident = { ...incident, teller: step.execution, opening: noticeKey({ id: incident.id, at: step.at }), reminders: 0, told: step };
  return {
    reason: 'alarm-fired',
    facts: { incident: incident.id },
    board: withIncident(board, loud),
    tell: { incident: loud, what: 'louder' },
    wait: nextReminder(loud, sighting.reminders, step.at),
  };
};

/** Somebody brings the message up to date soon: this execution, unless another has promised to and is not overdue. */
const followed = (board: Board, incident: Incident, alarm: string, step: Step, reason: string): Verdict => {
  const promised =
    incident.follow !== null &&
    incident.follow.execution !== step.execution &&
    secondsBetween(incident.follow.due, step.at) < 2 * FOLLOW_SECONDS;
  const follow = promised ? incident.follow : { execution: step.execution, due: later(step.at, FOLLOW_SECONDS) };
  const changed = { ...incident, follow };
  return {
    reason,
    facts: { incident: incident.id },
    board: withIncident(board, changed),
    tell: null,
    wait: promised ? null : followLook(changed, alarm),
  };
};

export const followLook = (incident: Incident, alarm: string): { readonly until: string; readonly look: Look } => ({
  until: incident.follow?.due ?? incident.joinedAt,
  look: { kind: 'follow', alarm, since: incident.openedAt, incident: incident.id },
});

/** `INSUFFICIENT_DATA` ends an alarm too, and its message says that nothing proves the recovery. */
export const cleared = (board: Board, { alarm, state, since, subject, title }: Sighting, step: Step, reason: string): Verdict => {
  const quiet = board.quiet[alarm];
  if (quiet !== undefined && quiet.since <= since) {
    return {
      ...nothing('alarm-cleared-quietly'),
      board: withFiring(withoutQuiet(board, alarm), { alarm, firedAt: quiet.since, endedAt: since }),
    };
  }
  const incident = incidentOf(board, alarm);
  const entry = incident?.alarms[alarm];
  if (incident === undefined || entry === undefined || entry.firedAt > since) return nothing('alarm-nothing-left');
  if (incident.closedAt !== null)
    return incident.told?.execution === step.execution
      ? { ...nothing(reason), tell: { incident, what: 'closed' } }
      : nothing('alarm-already-known');
  if (entry.state === 'OK') return incident.flapping ? nothing('alarm-flapping-quiet') : nothing('alarm-already-known');
  const changed = withAlarm(incident, alarm, { state, since, firedAt: entry.firedAt, subject, title });
  const kept = withFiring(board, { alarm, firedAt: entry.firedAt, endedAt: since });
  if (incident.flapping) return stableLater(kept, changed, alarm, since);
  return isOver(changed) ? closed(kept, changed, since, step, reason) : followed(kept, changed, alarm, step, 'alarm-cleared-partly');
};

const stableLater = (board: Board, incident: Incident, alarm: string, since: string): Verdict => ({
  ...nothing('alarm-flapping-quiet'),
  facts: { incident: incident.id },
  board: withIncident(board, incident),
  wait: { until: later(since, FLAPPING.withinSeconds), look: { kind: 'stable', alarm, since, incident: incident.id } },
});

export const closed = (board: Board, incident: Incident, since: string, step: Step, reason: string): Verdict => {
  const over: Incident = { ...incident, closedAt: since, follow: null, told: step };
  return {
    reason,
    facts: { incident: incident.id },
    board: withIncident(board, over),
    tell: { incident: over, what: 'closed' },
    wait: null,
  };
};

/** No data is neither trouble nor recovery: a sleeping subject explains it, anything else is looked at again for an hour. */
const missing = (board: Board, sighting: Sighting, step: Step): Verdict => {
  const incident = incidentOf(board, sighting.alarm);
  const entry = incident?.alarms[sighting.alarm];
  if (incident === undefined || incident.closedAt !== null || entry === undefined || entry.firedAt > sighting.since)
    return nothing('alarm-nothing-left');
  if (sighting.explanation !== null) return cleared(board, sighting, step, sighting.explanation.reason);
  const changed = withAlarm(incident, sighting.alarm, { ...entry, state: 'INSUFFICIENT_DATA', since: sighting.since });
  const look: Look = { kind: 'missing', alarm: sighting.alarm, since: sighting.since, incident: incident.id };
  return {
    ...nothing('alarm-waits-for-data'),
    facts: { incident: incident.id },
    board: withIncident(board, changed),
    wait: { until: later(step.at, NO_DATA.lookSeconds), look },
  };
};
