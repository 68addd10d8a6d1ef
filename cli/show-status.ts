// The status on one screen, for people.
import { shortDigest } from '../shared/domain/image-references.ts';
import { untilInShort } from '../shared/domain/quarantine-end.ts';
import { durationWords, instantWords, secondsBetween } from '../shared/domain/instants.ts';
import type { ServiceStatus, StatusReport } from '../shared/domain/status.ts';
import { labelled, lines, paint, table, type Cell, type Tone } from './layout.ts';
import type { Terminal } from './terminal.ts';

type Screen = Pick<Terminal, 'columns' | 'colour'>;
const SHOWN_ROLLOUTS = 5;

/** The whole screen. */
export const showStatus = (screen: Screen, report: StatusReport): string => {
  const zone = report.hours?.timeZone ?? 'UTC';
  return lines(
    paint(screen, 'strong', `${report.platform} in ${report.region}, ${instantWords(report.at, zone)}`),
    labelled(screen, 'State', stateWords(report, zone), report.state === 'awake' ? 'good' : 'warning'),
    report.hours === null
      ? []
      : labelled(screen, 'Hours', `${report.hours.words} (${report.hours.timeZone}): ${edgesInWords(report, zone)}`),
    report.keptAwake === null
      ? []
      : labelled(screen, 'Kept awake', `by ${report.keptAwake.by} until ${instantWords(report.keptAwake.until, zone)}`, 'warning'),
    report.holds.map(({ what, by, until }) =>
      labelled(screen, 'On hold', `${what}, by ${by}${until === null ? '' : ` until ${instantWords(until, zone)}`}`, 'warning'),
    ),
    '',
    serviceTable(screen, report),
    report.services.flatMap((service) => noteOf(service).map((note) => labelled(screen, '', `${service.name}: ${note}`, 'warning', 2))),
    '',
    report.databases.length === 0
      ? []
      : labelled(screen, 'Databases', report.databases.map(({ identifier, status }) => `${identifier} ${status}`).join(', ')),
    alarmLines(screen, report),
    rolloutLines(screen, report, zone),
  );
};

const stateWords = ({ state, since }: StatusReport, zone: string): string =>
  since === null || since.startsWith('1970') ? state.replace('-', ' ') : `${state.replace('-', ' ')} since ${instantWords(since, zone)}`;

const edgesInWords = ({ edges }: StatusReport, zone: string): string =>
  edges.map(({ at, to }) => `${to === 'at-work' ? 'wakes' : 'sleeps'} ${instantWords(at, zone)}`).join(', ');

const toneOf = ({ exists, desired, healthy, running }: ServiceStatus): Tone => {
  if (!exists) return 'bad';
  if (desired === 0) return 'quiet';
  return healthy >= desired ? 'good' : running === 0 ? 'bad' : 'warning';
};

const healthWords = ({ exists, desired, healthy }: ServiceStatus): string => (exists ? `${healthy}/${desired}` : 'no service');

const serviceTable = (screen: Screen, { services, at }: StatusReport): readonly string[] =>
  table(screen, {
    head: ['SERVICE', 'RUNNING', 'HEALTHY', 'SCALING', 'TAG', 'IMAGE', 'RELEASED'],
    flexible: 4,
    optional: [3, 6],
    rows: services.map((service): readonly Cell[] => [
      { text: service.name, tone: 'strong' },
      { text: `${service.running}/${service.desired}` },
      { text: healthWords(service), tone: toneOf(service) },
      { text: service.scaling === null ? 'fixed' : `${service.scaling.min}-${service.scaling.max}` },
      { text: service.tags.join(',') || '-' },
      {
        text:
          Object.values(service.images)
            .map((image) => shortDigest(image).replace('sha256:', ''))
            .join(',') || '-',
      },
      { text: service.releasedAt === null ? '-' : `${durationWords(secondsBetween(service.releasedAt, at))} ago` },
    ]),
  });

const noteOf = ({ images, staged, quarantine, exists, offSpot }: ServiceStatus): readonly string[] => [
  ...(exists && Object.keys(images).length === 0 ? ['no release yet'] : []),
  ...(offSpot ? ['runs on demand: Spot had no capacity'] : []),
  ...(staged === null ? [] : [`an image waits: ${staged}`]),
  ...quarantine.map(({ digest, until }) => `${shortDigest(digest)} is quarantined ${untilInShort(until)}`),
];

const alarmLines = (screen: Screen, { alarms, at }: StatusReport): readonly string[] => {
  if (alarms.length === 0) return [labelled(screen, 'Alarms', 'none in alarm', 'good')];
  return alarms.map(({ name, since, quiet }, index) =>
    labelled(
      screen,
      index === 0 ? 'Alarms' : '',
      `${name} for ${durationWords(secondsBetween(since, at))}${quiet ? ' (explained, kept quiet)' : ''}`,
      quiet ? 'quiet' : 'bad',
    ),
  );
};

const resultTone: Readonly<Record<string, Tone>> = { released: 'good', 'rolled-back': 'bad', failed: 'bad', 'in-progress': 'warning' };

const rolloutLines = (screen: Screen, { rollouts }: StatusReport, zone: string): readonly string[] => {
  if (rollouts.length === 0) return [labelled(screen, 'Rollouts', 'none yet')];
  return rollouts.slice(0, SHOWN_ROLLOUTS).map(({ at, services, result, tags, who, seconds }, index) => {
    const took = seconds === null ? '' : ` in ${durationWords(seconds)}`;
    const what = [
      instantWords(at, zone),
      services.join(', '),
      `${result.replace('-', ' ')}${took}`,
      ...(tags.length === 0 ? [] : [tags.join(', ')]),
      ...(who === null ? [] : [who]),
    ];
    return labelled(screen, index === 0 ? 'Rollouts' : '', what.join('  '), resultTone[result] ?? 'plain');
  });
};
