// The steps of one alarm report between the door's calls: from facts to verdict, from verdict to notice, record, history and answer.
import { subjectOf, type AlarmFacts, type PlatformNames, type Subject } from './alarm.ts';
import { decideAlarm, nothing, type Look, type Sighting, type Verdict } from './alarm-decide.ts';
import { lookAgain } from './alarm-look.ts';
import type { AlarmEvidence } from './alarm-evidence.ts';
import { explain, type Circumstances } from './alarm-explained.ts';
import { alarmNotice, type PlatformFacts } from './alarm-notice.ts';
import { alarmWords, severityOf } from './alarm-words.ts';
import { likelyCause } from './cause.ts';
import type { Hours } from './hours.ts';
import type { Board, Incident } from './incident.ts';
import type { Notice } from './notice.ts';
import { quietBecause } from './reasons/alarm.ts';

export interface Asked {
  readonly alarm: string;
  readonly event: { readonly state: AlarmFacts['state']; readonly since: string; readonly mutedUntil: string | null } | null;
  readonly look: Look | null;
  readonly execution: string;
  readonly at: string;
}

/** The part of the manifest the report reads. */
export interface PlatformOfAlarm extends PlatformNames {
  readonly platform: string;
  readonly stage: string;
  readonly region: string;
  readonly cluster: string;
  readonly site: string | null;
  readonly alarmPrefix: string;
  readonly hours: Hours | null;
  readonly notices: { readonly escalate?: number | null; readonly repeat?: number | null };
}

/** What an alarm is that CloudWatch does not know (any more): only its name is left. */
const gone = (name: string, since: string): AlarmFacts => ({
  name,
  state: 'OK',
  since,
  description: '',
  reason: '',
  datapoints: [],
  threshold: null,
  comparison: null,
  statistic: null,
  periodSeconds: null,
  evaluationPeriods: null,
  calculated: false,
  metric: null,
  rule: null,
});

/** The verdict on a question. Target tracking's alarms belong to scaling and are never reported (L1). */
export const decide = (asked: Asked, alarm: AlarmFacts | null, board: Board, known: Circumstances, platform: PlatformOfAlarm): Verdict => {
  if (asked.alarm.startsWith('TargetTracking-')) return nothing('alarm-nothing-left');
  const described = alarm ?? gone(asked.alarm, asked.event?.since ?? asked.at);
  const subject = subjectOf(described, platform);
  const state = asked.event?.state ?? described.state;
  const since = asked.event?.since ?? described.since;
  const sighting: Sighting = {
    alarm: asked.alarm,
    state,
    since,
    now: alarm === null ? null : { state: alarm.state, since: alarm.since },
    subject: subject.name,
    severity: severityOf(described, subject, platform.stage),
    title: alarmWords(described, subject, platform.alarmPrefix).title,
    prefix: platform.alarmPrefix,
    explanation: explain(described, subject, since, known, asked.at, platform.hours?.timeZone),
    reminders: { escalate: platform.notices.escalate ?? null, repeat: platform.notices.repeat ?? null },
  };
  const step = { execution: asked.execution, at: asked.at };
  return asked.look === null ? decideAlarm(board, sighting, step) : lookAgain(board, asked.look, sighting, step);
};

/** The incident's alarms, those that still stand first: CloudWatch describes so many at once, and the message is about the first. */
export const loudestFirst = ({ alarms }: Incident): readonly string[] =>
  Object.entries(alarms)
    .toSorted(([, one], [, other]) => Number(other.state === 'ALARM') - Number(one.state === 'ALARM'))
    .map(([name]) => name);

/** What the evidence is gathered about: the subjects of the incident's standing alarms. */
export const subjectsOf = (incident: Incident, alarms: readonly AlarmFacts[], platform: PlatformNames): readonly Subject[] => {
  const standing = alarms.filter(({ name }) => incident.alarms[name]?.state === 'ALARM');
  return standing.map((alarm) => subjectOf(alarm, platform));
};

/** The notice of a verdict that tells something. */
export const write = (
  verdict: Verdict,
  alarms: readonly AlarmFacts[],
  evidence: AlarmEvidence | null,
  platform: PlatformOfAlarm,
  at: string,
): Notice => {
  if (verdict.tell === null) throw new Error(`${verdict.reason} tells nothing`);
  const { incident, what } = verdict.tell;
  const [main = ''] = loudestFirst(incident);
  const alarm = alarms.find(({ name }) => name === main) ?? gone(main, incident.openedAt);
  const facts: PlatformFacts = { ...platform, timeZone: platform.hours?.timeZone ?? 'UTC' };
  const cause = evidence === null ? null : likelyCause(alarm, subjectOf(alarm, platform), evidence, incident.openedAt);
  const because =
    what === 'outlived' ? `It was kept quiet until now, because ${quietBecause(String(verdict.facts['because'] ?? ''), verdict.facts)}.` : null;
  return alarmNotice({ incident, what, alarm, evidence, cause, because }, facts, at);
};

/** The incident as the ledger keeps it for `why` and the digest. */
export const recordOf = (
  incident: Incident,
): {
  readonly alarms: readonly { readonly name: string; readonly since: string; readonly state: AlarmFacts['state'] }[];
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly severity: Incident['severity'];
  readonly messages: Readonly<Record<string, string>>;
  readonly acknowledgedBy: string | null;
  readonly explained: string | null;
} => ({
  alarms: Object.entries(incident.alarms).map(([name, { since, state }]) => ({ name, since, state })),
  openedAt: incident.openedAt,
  closedAt: incident.closedAt,
  severity: incident.severity,
  messages: {},
  acknowledgedBy: incident.acknowledgedBy,
  explained: null,
});

/** Whether the decision belongs into the history: duplicates and empty second looks do not. */
export const isNews = ({ reason, tell, noted }: Verdict): boolean =>
  tell !== null || (noted !== true && reason !== 'alarm-already-known' && reason !== 'alarm-nothing-left');

/** One line of history per decision. */
export const historyOf = (
  asked: Asked,
  verdict: Verdict,
  platform: PlatformNames,
): {
  readonly id: string;
  readonly story: 'alarm';
  readonly service: string | null;
  readonly action: string;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number>>;
} => {
  const subject = subjectOf({ name: asked.alarm, metric: null }, platform);
  const action = verdict.tell !== null ? 'tell' : verdict.wait !== null ? 'wait' : 'ignore';
  return {
    id: `${asked.alarm}:${asked.execution}`,
    story: 'alarm',
    service: subject.kind === 'service' ? subject.name : null,
    action,
    reason: verdict.reason,
    facts: { alarm: asked.alarm, ...verdict.facts },
  };
};

/** What the state machine does next. */
export const answerOf = ({
  wait,
  reason,
}: Verdict):
  | { readonly action: 'done'; readonly reason: string }
  | { readonly action: 'wait'; readonly reason: string; readonly until: string; readonly look: Look } =>
  wait === null ? { action: 'done', reason } : { action: 'wait', reason, until: wait.until, look: wait.look };
