// Capacity restored exactly: how AWS stands when a waking is said to be over, compared with how it stood before the evening's first change (S5).
import { digestOf } from '../../shared/domain/image-references.ts';
import type { Check, Ended } from './check.ts';
import { badImages } from './morning-troubles.ts';
import type { NightSeen, Photograph, ServiceStanding } from './photographs.ts';
import { happened, recordsIn } from './records.ts';

interface Compared {
  readonly ended: Ended;
  readonly name: string;
  readonly evening: Photograph;
  readonly morning: Photograph;
}
type Difference = (before: ServiceStanding, after: ServiceStanding, compared: Compared) => readonly string[];

/** Somebody did that to the service by hand in this night. */
const byHand = ({ ended, name, evening, morning }: Compared, kind: 'count' | 'bounds'): boolean =>
  happened(ended, kind, evening.at, morning.at, { service: name });

/** A scaling policy, or a scheduled action of the team's own, moved the service in this night: AWS says so itself. */
const scaled = ({ ended: { world, manifest }, name, evening, morning }: Compared): boolean => {
  const serviceName = manifest.services.find((service) => service.name === name)?.serviceName;
  const own = world.trail.of('scaling').filter(({ at }) => at > evening.at && at <= morning.at);
  return own.some(({ who, what, detail }) =>
    what.startsWith('desired')
      ? detail?.['service'] === serviceName && !/capacity was set to/.test(String(detail?.['cause']))
      : what.startsWith('scheduled action') && who.endsWith(`/${serviceName}`),
  );
};

const ofCount: Difference = (before, after, compared) =>
  before.desired === after.desired || byHand(compared, 'count') || byHand(compared, 'bounds') || scaled(compared)
    ? []
    : [`desired ${after.desired} instead of ${before.desired}`];

const ofBounds: Difference = (before, after, compared) =>
  before.bounds === after.bounds || byHand(compared, 'bounds') || scaled(compared) ? [] : [`bounds ${after.bounds ?? 'none'} instead of ${before.bounds ?? 'none'}`];

const ofActions: Difference = (before, after, compared) =>
  before.actions.join() === after.actions.join() || byHand(compared, 'bounds')
    ? []
    : [`scheduled actions ${after.actions.join(', ') || 'none'} instead of ${before.actions.join(', ') || 'none'}`];

/** When an image last got a tag before an instant, ms; -1: before the day. */
const lastPushed = ({ world }: Ended, digest: string, until: number): number =>
  world.trail
    .of('happening')
    .filter(({ who, at, detail }) => who === 'registry' && at <= until && detail?.['digest'] === digest)
    .at(-1)?.at ?? -1;

/** Another image is right only where the redeploy story brought it this night, and it got its tag later, or what ran in the evening has failed since. */
const ofImages: Difference = (before, after, { ended, name, evening, morning }) =>
  Object.entries(after.images).flatMap(([container, reference]) => {
    const old = before.images[container] ?? '';
    if (old === reference) return [];
    const { world, manifest } = ended;
    const serviceName = manifest.services.find((service) => service.name === name)?.serviceName;
    const brought = world.trail
      .of('call')
      .some(({ at, who, what, detail }) => at >= evening.at && at <= morning.at && who.startsWith(`${manifest.id}-redeploy-`) && what === 'ecs:UpdateService' && (detail?.['input'] as { service?: string } | undefined)?.service === serviceName);
    const [older, newer] = [digestOf(old) ?? old, digestOf(reference) ?? reference];
    const registry = manifest.services.find((service) => service.name === name)?.containers.find((one) => one.name === container)?.image?.registry;
    const isNewer = registry !== 'ecr' || lastPushed(ended, newer, morning.at) >= lastPushed(ended, older, morning.at) || wentBack(ended, older, evening.at, morning.at);
    return brought && isNewer ? [] : [`${container} runs ${newer} instead of ${older}`];
  });

/** What ran in the evening was bad or is quarantined since, or a person asked for another release between two instants. */
const wentBack = (ended: Ended, digest: string, from: number, until: number): boolean =>
  badImages(ended).has(digest) ||
  recordsIn(ended, 'service').some(({ value }) => value.quarantine.some((one) => one.digest === digest)) ||
  happened(ended, 'press', from, until) ||
  happened(ended, 'start', from, until, { story: 'redeploy' });

const DIFFERENCES: readonly Difference[] = [ofCount, ofBounds, ofActions, ofImages];

/** Busy with a backup or a change of its own it answers nevertheless. */
const ANSWERS = /^(available|backing-up|storage-optimization|modifying|configuring-[a-z-]+)$/;

/** AWS refused to start it, by a fault of this night: it comes up later, and the mornings' check waits for it. */
const refused = ({ day }: Ended, database: string, evening: Photograph, morning: Photograph): boolean =>
  day.happenings.some(({ kind, at, value }) => kind === 'fault' && value.what === 'failing-database' && value.database === database && at <= morning.at && at >= evening.at - DAY);

const DAY = 86_400_000;

const ofDatabases = (ended: Ended, evening: Photograph, morning: Photograph): readonly string[] =>
  Object.entries(evening.databases).flatMap(([name, status]) => {
    const now = morning.databases[name] ?? 'missing';
    return !ANSWERS.test(status) || ANSWERS.test(now) || refused(ended, name, evening, morning) ? [] : [`${name} is ${now} instead of ${status}`];
  });

const ofRules = (evening: Photograph, morning: Photograph): readonly string[] =>
  evening.rules.join('\n') === morning.rules.join('\n')
    ? []
    : [`listener rules are ${morning.rules.filter((rule) => !evening.rules.includes(rule)).join(', ') || 'fewer'} beside those of the evening, in which there were ${evening.rules.length}`];

const comparedWith = (ended: Ended, { evening, morning }: NightSeen): readonly string[] => {
  if (morning === null) return [];
  const services = Object.entries(evening.services).flatMap(([name, before]) => {
    const after = morning.services[name];
    if (after === undefined) return [`${name} does not exist any more`];
    return DIFFERENCES.flatMap((difference) => difference(before, after, { ended, name, evening, morning })).map((words) => `${name}: ${words}`);
  });
  const night = `night of ${new Date(evening.at).toISOString()}`;
  return [...services, ...ofDatabases(ended, evening, morning), ...ofRules(evening, morning)].map((words) => `${night}: ${words}`);
};

export const restoredRules: readonly Check[] = [
  {
    id: 'S5',
    words: 'AWS itself stands in the morning as it stood in the evening',
    violations: (ended) => ended.nights.flatMap((night) => comparedWith(ended, night)),
  },
];
