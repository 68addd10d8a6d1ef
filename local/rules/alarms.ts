// Alarms: each that rings is accounted for, none stays quiet longer than its explanation, and what is over does not stay open.
import type { History } from '../../shared/contracts/ledger.ts';
import type { TrailEntry } from '../trail.ts';
import type { Check, Ended } from './check.ts';
import { cameBack, deliveredOn, publishedIn, type Publish } from './delivery.ts';
import { recordsIn } from './records.ts';
import { keptWords } from './refusals.ts';

const MINUTE = 60_000;
/** Events are delivered late, and a report that fails is tried again for some minutes. */
const GRACE = 15 * MINUTE;

/** The story cannot tell of its own failures: CloudWatch mails them itself. */
const ofItself = (name: string): boolean => name.endsWith('-alarm-story-failed');

/** Reasons for which nothing is sent: each is recorded with what explains it (L4). */
const EXPLAINED: ReadonlySet<string> = new Set([
  'explained-by-sleep',
  'explained-by-wake',
  'explained-by-rollout',
  'muted-by-person',
  'muted-in-cloudwatch',
  'suppressed-in-cloudwatch',
]);

/** Every ring of an alarm that the platform's rule lets through, old enough to have been looked at. */
const rings = ({ world, manifest }: Ended): readonly TrailEntry[] =>
  world.trail
    .of('alarm')
    .filter(({ who, what, at }) => what.endsWith('-> ALARM') && who.startsWith(manifest.alarmPrefix) && !ofItself(who) && at < world.clock.now - GRACE);

interface Told {
  readonly at: number;
  /** The incident, or the notice of its own that passes an alarm on as it is. */
  readonly id: string;
  readonly text: string;
}

/** Notices that reached people: on a road we can see into, or only on roads that we cannot, or kept for the next summary; of a mail that came back people hear apart. */
const toldNotices = (ended: Ended): readonly Told[] => {
  const texts: Readonly<Record<string, string | undefined>> = { slack: deliveredOn(ended, 'slack'), email: deliveredOn(ended, 'email') };
  const { trail } = ended.world;
  const back = trail.of('message').filter(({ who }) => who === 'ses');
  return trail
    .of('call')
    .filter(({ what }) => what === 'sns:Publish')
    .map(({ at, detail }) => {
      const input = detail?.['input'] as Publish;
      return { at, text: input.Message, ...publishedIn(input) };
    })
    .filter(
      ({ at, id, subject, roads }) =>
        roads.every((road) => texts[road] === undefined) ||
        roads.some((road) => texts[road]?.includes(id) === true || (road === 'email' && cameBack(back, subject, at))),
    );
};

/** The incident that holds an alarm at an instant, by the incidents' own records. */
const incidentOf = (ended: Ended, alarm: string, at: number): string | undefined =>
  recordsIn(ended, 'incident').findLast(
    ({ value: { alarms, openedAt, closedAt } }) =>
      alarms.some(({ name }) => name === alarm) && Date.parse(openedAt) <= at + GRACE && (closedAt === null || Date.parse(closedAt) >= at - GRACE),
  )?.key;

/** What the story made of each ring: sent, joined to an incident that was sent, or explained; anything else is a violation. */
const unaccounted = (ended: Ended): readonly string[] => {
  const { trail } = ended.world;
  const decided = recordsIn(ended, 'history').filter(({ value }) => value.story === 'alarm');
  const told = toldNotices(ended);
  const decisionsOn = ({ who, at }: TrailEntry): readonly History[] =>
    decided.filter(({ key, value }) => value.facts['alarm'] === who && Date.parse(key.slice(0, INSTANT)) >= at && Date.parse(key.slice(0, INSTANT)) <= at + GRACE).map(({ value }) => value);
  const reports = trail.of('invoke').filter(({ who, what }) => who === `${ended.manifest.id}-alarm-report` && what === 'started');
  return rings(ended).flatMap((ring) => {
    const { who, at } = ring;
    const words = `${who} rang at ${new Date(at).toISOString()}`;
    if (!reports.some((report) => report.at >= at && report.at <= at + GRACE && JSON.stringify(report.detail?.['event']).includes(`"${who}"`)))
      return keptWords(ended, who) ? [] : [`${words} and no report was made`];
    const decisions = decisionsOn(ring);
    if (decisions.some(({ reason }) => EXPLAINED.has(reason))) return [];
    const incident = String(decisions.find(({ facts }) => facts['incident'] !== undefined)?.facts['incident'] ?? incidentOf(ended, who, at) ?? '');
    if (told.some((notice) => notice.id === incident || (notice.text.includes(who) && notice.at >= at && notice.at <= at + GRACE))) return [];
    return [`${words}: ${incident === '' ? 'neither sent, grouped nor explained' : `its incident ${incident} reached nobody`}`];
  });
};

/** Length of an instant at the head of a key. */
const INSTANT = 24;

/** Kept quiet although what explained it ended some time ago, and CloudWatch still says ALARM. */
const outlived = (ended: Ended): readonly string[] => {
  const { cloudwatch } = ended.world.services;
  const [board] = recordsIn(ended, 'board');
  return Object.entries(board?.value.quiet ?? {})
    .filter(([name, { until }]) => Date.parse(until) < ended.world.clock.now - GRACE && cloudwatch.state(name) === 'ALARM')
    .map(([name, { reason, until }]) => `${name} is quiet (${reason}) since before ${until} and still rings`);
};

const neverClosed = (ended: Ended): readonly string[] => {
  const { cloudwatch } = ended.world.services;
  const [board] = recordsIn(ended, 'board');
  return (board?.value.incidents ?? [])
    .filter(({ closedAt, alarms }) => closedAt === null && ended.world.clock.now - Math.max(...Object.values(alarms).map(({ since }) => Date.parse(since))) > 60 * MINUTE)
    .filter(({ alarms }) => Object.keys(alarms).every((name) => cloudwatch.state(name) !== 'ALARM' && !keptWords(ended, name)))
    .map(({ id, alarms }) => `incident ${id} is open, but ${Object.keys(alarms).join(', ')} no longer ring`);
};

export const alarmRules: readonly Check[] = [
  { id: 'L1', words: 'every alarm of the platform is sent, grouped or explained', violations: unaccounted },
  { id: 'L4', words: 'no alarm stays quiet longer than what explains it', violations: outlived },
  { id: 'L3', words: 'an incident closes when its alarms are over', violations: neverClosed },
];
