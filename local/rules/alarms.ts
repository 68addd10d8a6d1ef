// Alarms: each that rings is looked at by the story, and what is over does not stay open.
import type { Check, Ended } from './check.ts';
import { recordsIn } from './records.ts';

const MINUTE = 60_000;
/** Events are delivered late, and a report that fails is tried again for some minutes. */
const GRACE = 15 * MINUTE;

/** The story cannot tell of its own failures: CloudWatch mails them itself. */
const ofItself = (name: string): boolean => name.endsWith('-alarm-story-failed');

/** Every alarm the platform's rule lets through was the subject of a report that came to an end. */
const unseen = ({ world, manifest }: Ended): readonly string[] => {
  const reports = world.trail.of('invoke').filter(({ who, what }) => who === `${manifest.id}-alarm-report` && what === 'started');
  const seen = reports.map(({ at, detail }) => ({ at, event: JSON.stringify(detail?.['event']) }));
  return world.trail
    .of('alarm')
    .filter(({ who, what, at }) => what.endsWith('-> ALARM') && who.startsWith(manifest.alarmPrefix) && !ofItself(who) && at < world.clock.now - GRACE)
    .filter(({ who, at }) => !seen.some((report) => report.at >= at && report.at <= at + GRACE && report.event.includes(`"${who}"`)))
    .map(({ who, at }) => `${who} rang at ${new Date(at).toISOString()} and no report was made`);
};

const neverClosed = (ended: Ended): readonly string[] => {
  const { cloudwatch } = ended.world.services;
  const [board] = recordsIn(ended, 'board');
  return (board?.value.incidents ?? [])
    .filter(({ closedAt, alarms }) => closedAt === null && ended.world.clock.now - Math.max(...Object.values(alarms).map(({ since }) => Date.parse(since))) > 60 * MINUTE)
    .filter(({ alarms }) => Object.keys(alarms).every((name) => cloudwatch.state(name) !== 'ALARM'))
    .map(({ id, alarms }) => `incident ${id} is open, but ${Object.keys(alarms).join(', ')} no longer ring`);
};

export const alarmRules: readonly Check[] = [
  { id: 'L1', words: 'every alarm of the platform reaches the story', violations: unseen },
  { id: 'L3', words: 'an incident closes when its alarms are over', violations: neverClosed },
];
