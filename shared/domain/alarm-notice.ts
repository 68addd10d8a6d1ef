// Writes the notice of an incident: what is wrong in the team's words, since when, how bad, with the evidence and what to do (L2, L3).
import { subjectOf, windowSeconds, type AlarmFacts, type PlatformNames } from './alarm.ts';
import type { Telling } from './alarm-decide.ts';
import type { AlarmEvidence } from './alarm-evidence.ts';
import { evidenceExcerpts, evidenceFacts } from './alarm-exhibits.ts';
import { buttonsOf, stepsOf } from './alarm-steps.ts';
import { alarmWords, authorsWords, listWords, whoWords } from './alarm-words.ts';
import type { Cause } from './cause.ts';
import { alarmLink, databaseLink, logsLink, serviceLink } from './console-links.ts';
import { FLAPPING, isOver, type Incident } from './incident.ts';
import { durationWords, instantWords, secondsBetween } from './instants.ts';
import { alarmPicture } from './alarm-picture.ts';
import type { Fact, Notice, Picture } from './notice.ts';

export interface PlatformFacts extends PlatformNames {
  readonly platform: string;
  readonly stage: string;
  readonly region: string;
  readonly cluster: string;
  readonly site: string | null;
  readonly timeZone: string;
  readonly alarmPrefix: string;
}

export interface Story {
  readonly incident: Incident;
  readonly what: Telling;
  /** The alarm that the evidence is about: the incident's first that still stands. */
  readonly alarm: AlarmFacts;
  /** null when none was gathered, as for a recovery. */
  readonly evidence: AlarmEvidence | null;
  readonly cause: Cause | null;
  /** Sentence on what kept it quiet until now. */
  readonly because: string | null;
}

/** The notice of one telling. Its id is the incident's, so that `why` finds the record (N4). */
export const alarmNotice = (story: Story, platform: PlatformFacts, at: string): Notice => {
  const { incident, what, alarm, evidence } = story;
  const place = what === 'updated' ? { place: 'update' as const } : what === 'closed' ? { place: 'close' as const } : {};
  const recovered = what === 'closed' || what === 'passed';
  const buttons = buttonsOf(story, platform);
  return {
    version: 1,
    id: incident.id,
    platform: platform.platform,
    stage: platform.stage,
    story: 'alarm',
    severity: incident.severity,
    tone: recovered ? 'good' : what === 'flapping' ? 'warning' : 'bad',
    title: titleOf(story, platform, at),
    summary: summaryOf(story, platform),
    facts: factsOf(story, platform, at),
    excerpts: [
      ...listed(incident),
      ...(recovered || evidence === null ? [] : evidenceExcerpts(evidence, subjectOf(alarm, platform), platform.timeZone)),
    ],
    links: linksOf(story, platform),
    nextSteps: recovered ? [] : stepsOf(story, platform),
    thread: incident.id,
    ...place,
    ...follows(story, platform),
    ...avoids(story, platform),
    ...pictureOf(story, platform, at),
    ...(what === 'escalated' ? { mention: true as const } : {}),
    ...(recovered || buttons.length === 0 ? {} : { buttons }),
    at,
  };
};

/** What comes after the opening waits for it, but not by a road that the opening avoided. */
const follows = (story: Story, platform: PlatformFacts): { readonly follows?: string } => {
  if (!['updated', 'closed', 'escalated', 'repeated'].includes(story.what)) return {};
  const [opener = ''] = Object.keys(story.incident.alarms);
  const avoided = brokenRoad(opener, platform) !== undefined && avoids(story, platform).avoids === undefined;
  return avoided ? {} : { follows: story.incident.opening };
};

/** Only the first message of an incident carries a graph: later ones stand in its thread. */
const pictureOf = ({ alarm, what }: Story, platform: PlatformFacts, at: string): { readonly picture?: Picture } => {
  if (what !== 'opened' && what !== 'outlived' && what !== 'flapping') return {};
  const { short } = alarmWords(alarm, subjectOf(alarm, platform), platform.alarmPrefix);
  const picture = alarmPicture(alarm, short, platform.region, platform.timeZone, at);
  return picture === null ? {} : { picture };
};

/** A road is avoided while the incident is about nothing else: whatever joined it, or stands alone by now, is told by every road. */
const avoids = ({ incident }: Story, platform: PlatformFacts): { readonly avoids?: 'slack' | 'webhook' | 'email' } => {
  const all = Object.entries(incident.alarms);
  const standing = all.filter(([, { state }]) => state === 'ALARM');
  const about = (isOver(incident) ? all : standing).map(([name]) => brokenRoad(name, platform));
  const [road] = about;
  return road !== undefined && about.every((one) => one === road) ? { avoids: road } : {};
};

const brokenRoad = (alarm: string, platform: PlatformFacts): 'slack' | 'webhook' | 'email' | undefined => {
  const road = /^(slack|webhook|email)-(?:parked|waiting)$/.exec(subjectOf({ name: alarm, metric: null }, platform).name)?.[1];
  return road === 'slack' || road === 'webhook' || road === 'email' ? road : undefined;
};

/** `3 alarms on api, web and database main` or the one alarm's own title. */
const troubleTitle = ({ incident, alarm }: Story, platform: PlatformFacts): string => {
  const alarms = Object.values(incident.alarms);
  if (alarms.length === 1) return alarmWords(alarm, subjectOf(alarm, platform), platform.alarmPrefix).title;
  const subjects = [...new Set(alarms.map(({ subject }) => calledWords(subject, platform)))];
  const shown = subjects.length > 3 ? [...subjects.slice(0, 3), `${subjects.length - 3} more`] : subjects;
  return `${alarms.length} alarms on ${listWords(shown)}`;
};

/** The load balancer has the platform's own name, which says nothing in a title. */
const calledWords = (subject: string, { id, loadBalancer }: PlatformFacts): string =>
  subject === loadBalancer ? 'the load balancer' : subject === id ? 'the platform' : subject;

const shortTitle = (story: Story, platform: PlatformFacts): string =>
  Object.keys(story.incident.alarms).length === 1
    ? alarmWords(story.alarm, subjectOf(story.alarm, platform), platform.alarmPrefix).short
    : troubleTitle(story, platform);

const titleOf = (story: Story, platform: PlatformFacts, at: string): string => {
  const { incident } = story;
  const lasted = durationWords(secondsBetween(incident.openedAt, incident.closedAt ?? at));
  switch (story.what) {
    case 'opened':
    case 'louder':
    case 'updated':
      return troubleTitle(story, platform);
    case 'outlived':
      return `${troubleTitle(story, platform)}, still standing`;
    case 'passed':
      return `Passed by itself after ${lasted}: ${shortTitle(story, platform)}`;
    case 'closed':
      return `${isQuietEnd(story) ? 'Ended' : 'Recovered'} after ${lasted}: ${shortTitle(story, platform)}`;
    case 'flapping':
      return `Comes and goes: ${shortTitle(story, platform)}, ${FLAPPING.times} times in ${durationWords(FLAPPING.withinSeconds)}`;
    case 'repeated':
      return `Still standing after ${lasted}: ${shortTitle(story, platform)}`;
    case 'escalated':
      return `Not acknowledged for ${lasted}: ${shortTitle(story, platform)}`;
  }
};

/** Closed without proof of recovery: an alarm that has no data any more. */
const isQuietEnd = ({ incident }: Story): boolean => Object.values(incident.alarms).some(({ state }) => state === 'INSUFFICIENT_DATA');

const summaryOf = (story: Story, platform: PlatformFacts): string => {
  const { meaning } = authorsWords(story.alarm.description);
  const sentences = {
    opened: [meaning],
    updated: [meaning],
    louder: [meaning, 'It got worse.'],
    outlived: [meaning, story.because ?? ''],
    passed: [meaning, 'It was over before it could be told.'],
    flapping: [meaning, 'This is said once; nothing more comes until it has held still for half an hour.'],
    closed: [
      isOver(story.incident) && !isQuietEnd(story)
        ? 'All alarms of this incident are back to normal.'
        : 'There is no data any more, so nothing proves that it recovered.',
    ],
    escalated: [meaning, 'Nobody has acknowledged it.'],
    repeated: [meaning],
  }[story.what];
  const cause = story.cause === null || story.what === 'closed' || story.what === 'passed' ? '' : `Likely cause: ${story.cause.sentence}`;
  const said = [...sentences, cause].filter((text) => text !== '').join(' ');
  return said === '' ? `An alarm of ${whoWords(subjectOf(story.alarm, platform))}.` : said;
};

const factsOf = (story: Story, platform: PlatformFacts, at: string): readonly Fact[] => {
  const { incident, alarm, evidence } = story;
  const subject = subjectOf(alarm, platform);
  const words = alarmWords(alarm, subject, platform.alarmPrefix);
  const over = incident.closedAt !== null;
  const lasting = secondsBetween(incident.openedAt, at);
  const since: Fact = {
    label: 'Since',
    value: `${instantWords(incident.openedAt, platform.timeZone)}${over || lasting < 60 ? '' : `, for ${durationWords(lasting)}`}`,
  };
  const until: readonly Fact[] = over ? [{ label: 'Until', value: instantWords(incident.closedAt ?? at, platform.timeZone) }] : [];
  const value: readonly Fact[] =
    words.value === null || over
      ? []
      : [
          {
            label: 'Value',
            value: `${words.value}${words.limit === null ? '' : `, limit ${words.limit}`}, over ${durationWords(windowSeconds(alarm))}`,
          },
        ];
  const about: readonly Fact[] = [
    { label: 'About', value: whoWords(subject) },
    ...(incident.acknowledgedBy === null ? [] : [{ label: 'Looked after by', value: incident.acknowledgedBy }]),
  ];
  return [
    ...about,
    since,
    ...until,
    ...value,
    ...(evidence === null ? [] : evidenceFacts(evidence)),
  ];
};

/** The alarms of an incident that has several. */
const listed = (incident: Incident): Notice['excerpts'] => {
  const alarms = Object.values(incident.alarms);
  if (alarms.length === 1) return [];
  const standing = alarms.filter(({ state }) => state === 'ALARM');
  const lines = [
    ...standing.map(({ title }) => title),
    ...alarms.filter(({ state }) => state !== 'ALARM').map(({ title }) => `recovered: ${title}`),
  ];
  const shown = lines.slice(0, 25);
  return [
    {
      title: `Alarms (${standing.length} of ${alarms.length} still standing)`,
      lines: shown.length < lines.length ? [...shown, `and ${lines.length - shown.length} more`] : shown,
    },
  ];
};

const linksOf = ({ alarm, incident }: Story, platform: PlatformFacts): Notice['links'] => {
  const subject = subjectOf(alarm, platform);
  const service = platform.services.find(({ name }) => subject.kind === 'service' && name === subject.name);
  const database = platform.databases.find(({ name }) => subject.kind === 'database' && name === subject.name);
  const { runbook } = authorsWords(alarm.description);
  return [
    // Its page in CloudWatch has the graph, for roads that cannot show it.
    { text: alarm.metric === null ? 'Alarm' : 'Alarm and graph', url: alarmLink(platform.region, alarm.name) },
    ...(service === undefined
      ? []
      : [
          { text: `Logs of ${service.name}`, url: logsLink(platform.region, service.logGroup, incident.openedAt) },
          { text: `Service ${service.name}`, url: serviceLink(platform.region, platform.cluster, service.serviceName) },
        ]),
    ...(database === undefined ? [] : [{ text: `Database ${database.name}`, url: databaseLink(platform.region, database.identifier) }]),
    ...(runbook === null ? [] : [{ text: 'Runbook', url: runbook }]),
    ...(platform.site === null ? [] : [{ text: 'Site', url: platform.site }]),
  ];
};
