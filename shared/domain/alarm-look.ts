// What becomes of an alarm or an incident when a wait is over, or when a person looks after it (L3, L4, L6, L7).
import {
  NO_DATA,
  cleared,
  closed,
  followLook,
  nextReminder,
  nothing,
  quieted,
  told,
  type Look,
  type Reminders,
  type Sighting,
  type Step,
  type Verdict,
} from './alarm-decide.ts';
import { incidentOf, isOver, pruned, withFiring, withIncident, withoutQuiet, type Board, type Incident } from './incident.ts';
import { durationWords, later, secondsBetween } from './instants.ts';

/** What to do when a wait is over; `sighting.state` is CloudWatch's present word. */
export const lookAgain = (before: Board, look: Look, sighting: Sighting, step: Step): Verdict => {
  const board = pruned(before, step.at);
  switch (look.kind) {
    case 'quiet':
      return lookQuiet(board, look, sighting, step);
    case 'follow':
      return lookFollow(board, look, step);
    case 'stable':
      return lookStable(board, look, step);
    case 'missing':
      return lookMissing(board, look, sighting, step);
    case 'remind':
      return lookRemind(board, look, sighting.reminders, step);
    case 'acknowledged':
      return acknowledged(board, look, step);
  }
};

const lookQuiet = (board: Board, look: Look, sighting: Sighting, step: Step): Verdict => {
  const incident = incidentOf(board, look.alarm);
  if (incident?.teller === step.execution && incident.closedAt === null)
    return {
      ...nothing('alarm-outlived'),
      tell: { incident, what: 'outlived' },
      wait: nextReminder(incident, sighting.reminders, step.at),
    };
  const quiet = board.quiet[look.alarm];
  if (quiet === undefined || quiet.execution !== step.execution) {
    return incident?.follow?.execution === step.execution
      ? { ...nothing('alarm-joined'), wait: followLook(incident, look.alarm) }
      : nothing('alarm-nothing-left');
  }
  if (sighting.state !== 'ALARM')
    return {
      ...nothing('alarm-cleared-quietly'),
      board: withFiring(withoutQuiet(board, look.alarm), { alarm: look.alarm, firedAt: quiet.since, endedAt: sighting.since }),
    };
  // The alarm may have recovered and fired again meanwhile: it is the same trouble since the first firing only if CloudWatch says so.
  const standing = { ...sighting, since: sighting.since };
  if (sighting.explanation !== null) {
    const verdict = quieted(withoutQuiet(board, look.alarm), standing, sighting.explanation, step);
    return sighting.explanation.reason === quiet.reason ? { ...verdict, noted: true } : verdict;
  }
  const verdict = told(withoutQuiet(board, look.alarm), standing, step, true);
  return { ...verdict, facts: { ...quiet.facts, ...verdict.facts, because: quiet.reason } };
};

const lookFollow = (board: Board, look: Look, step: Step): Verdict => {
  const incident = board.incidents.find(({ id }) => id === look.incident);
  if (incident === undefined || incident.closedAt !== null) return nothing('alarm-nothing-left');
  const repeated = incident.told?.execution === step.execution && incident.told.at === step.at;
  if (!repeated && incident.follow?.execution !== step.execution) return nothing('alarm-nothing-left');
  const changed: Incident = { ...incident, follow: repeated ? incident.follow : null, told: step };
  return {
    reason: 'alarm-update-told',
    facts: { incident: incident.id },
    board: repeated ? null : withIncident(board, changed),
    tell: { incident: changed, what: 'updated' },
    wait: null,
  };
};

const lookStable = (board: Board, look: Look, step: Step): Verdict => {
  const incident = board.incidents.find(({ id }) => id === look.incident);
  if (incident === undefined) return nothing('alarm-nothing-left');
  if (incident.closedAt !== null)
    return incident.told?.execution === step.execution && incident.told.at === step.at
      ? { ...nothing('alarm-cleared'), tell: { incident, what: 'closed' } }
      : nothing('alarm-nothing-left');
  if (!isOver(incident) || incident.alarms[look.alarm]?.since !== look.since) return nothing('alarm-nothing-left');
  return closed(board, incident, look.since, step, 'alarm-cleared');
};

const lookMissing = (board: Board, look: Look, sighting: Sighting, step: Step): Verdict => {
  const incident = board.incidents.find(({ id }) => id === look.incident);
  const entry = incident?.alarms[look.alarm];
  if (incident === undefined || entry === undefined) return nothing('alarm-nothing-left');
  if (incident.closedAt !== null)
    return incident.told?.execution === step.execution && incident.told.at === step.at
      ? { ...nothing('alarm-no-data'), tell: { incident, what: 'closed' } }
      : nothing('alarm-nothing-left');
  if (entry.state !== 'INSUFFICIENT_DATA' || entry.since !== look.since || sighting.state === 'ALARM') return nothing('alarm-nothing-left');
  if (sighting.state === 'OK') return cleared(board, sighting, step, 'alarm-cleared');
  if (secondsBetween(look.since, step.at) < NO_DATA.overSeconds)
    return { ...nothing('alarm-already-known'), wait: { until: later(step.at, NO_DATA.lookSeconds), look } };
  return cleared(board, { ...sighting, since: step.at }, step, 'alarm-no-data');
};

/** Said again because it lasts: louder when nobody looks after a page, plainly otherwise. */
const lookRemind = (board: Board, look: Look, reminders: Reminders, step: Step): Verdict => {
  const incident = board.incidents.find(({ id }) => id === look.incident);
  // Whose telling was taken over by a louder one reminds of nothing any more.
  if (incident === undefined || incident.closedAt !== null || incident.teller !== step.execution) return nothing('alarm-nothing-left');
  const repeated = incident.told?.execution === step.execution && incident.told.at === step.at;
  const count = repeated ? incident.reminders - 1 : incident.reminders;
  const loud = reminders.escalate !== null && incident.severity === 'page' && incident.acknowledgedBy === null && count === 0;
  if (!loud && reminders.repeat === null) return nothing('alarm-nothing-left');
  const changed: Incident = { ...incident, reminders: count + 1, told: step };
  const facts = { incident: incident.id, waited: durationWords(secondsBetween(incident.openedAt, step.at)) };
  const tell = { incident: changed, what: loud ? ('escalated' as const) : ('repeated' as const) };
  return {
    reason: loud ? 'alarm-escalated' : 'alarm-repeated',
    facts,
    board: repeated ? null : withIncident(board, changed),
    tell,
    wait: nextReminder(changed, reminders, step.at),
  };
};

const acknowledged = (board: Board, look: Look, step: Step): Verdict => {
  const incident = board.incidents.find(({ id }) => id === look.incident);
  if (incident === undefined || incident.closedAt !== null) return nothing('alarm-nothing-left');
  const by = incident.acknowledgedBy ?? look.by ?? 'somebody';
  const changed: Incident = { ...incident, acknowledgedBy: by, told: step };
  return {
    reason: 'alarm-acknowledged',
    facts: { incident: incident.id, by },
    board: withIncident(board, changed),
    tell: { incident: changed, what: 'updated' },
    wait: null,
  };
};
