// Capacity restored exactly: how AWS stands when a waking is said to be over, compared with how it stood before the evening's first change (S5).
import { digestOf } from '../../shared/domain/image-references.ts';
import type { ManifestContainer } from '../../shared/domain/manifest.ts';
import type { TrailEntry } from '../trail.ts';
import type { World } from '../world.ts';
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
const lastPushed = ({ world }: Ended, digest: string, until: number): number => pushes(world, until).findLast(({ detail }) => detail?.['digest'] === digest)?.at ?? -1;

const pushes = (world: World, until: number): readonly TrailEntry[] => world.trail.of('happening').filter(({ who, at }) => who === 'registry' && at <= until);

/** The redeploy story changed what the service runs in this night. */
const brought = ({ ended: { world, manifest }, evening, morning }: Compared, serviceName: string): boolean =>
  world.trail
    .of('call')
    .some(
      ({ at, who, what, detail }) =>
        at >= evening.at &&
        at <= morning.at &&
        who.startsWith(`${manifest.id}-redeploy-`) &&
        what === 'ecs:UpdateService' &&
        (detail?.['input'] as { service?: string } | undefined)?.service === serviceName,
    );

/** Another image is right only where the redeploy story brought it this night, and there is a reason why it is the one. */
const ofImages: Difference = (before, after, compared) =>
  Object.entries(after.images).flatMap(([container, reference]) => {
    const old = before.images[container] ?? '';
    if (old === reference) return [];
    const { ended, name, evening, morning } = compared;
    const service = ended.manifest.services.find((one) => one.name === name);
    const image = service?.containers.find((one) => one.name === container)?.image ?? null;
    const changed: Changed = { older: digestOf(old) ?? old, newer: digestOf(reference) ?? reference, image, serviceName: service?.serviceName ?? '' };
    const isRight =
      image?.registry !== 'ecr' ||
      lastPushed(ended, changed.newer, morning.at) >= lastPushed(ended, changed.older, morning.at) ||
      wentBack(ended, changed.older, evening.at, morning.at) ||
      neverCameUp(compared, changed);
    return brought(compared, changed.serviceName) && isRight ? [] : [`${container} runs ${changed.newer} instead of ${changed.older}`];
  });

interface Changed {
  readonly older: string;
  readonly newer: string;
  readonly image: ManifestContainer['image'];
  readonly serviceName: string;
}

/** What ran in the evening was bad or is quarantined since, or a person asked for another release between two instants. */
const wentBack = (ended: Ended, digest: string, from: number, until: number): boolean =>
  isBad(ended, digest) || happened(ended, 'press', from, until) || happened(ended, 'start', from, until, { story: 'redeploy' });

const isBad = (ended: Ended, digest: string): boolean =>
  badImages(ended).has(digest) || recordsIn(ended, 'service').some(({ value }) => value.quarantine.some((one) => one.digest === digest));

/**
 * The evening's image had only been put there for tasks to come: none of the service ever ran it, and its tag has moved on to one that failed.
 * Then the image of the service's last tasks is the good one.
 */
const neverCameUp = ({ ended, evening, morning }: Compared, { older, newer, image, serviceName }: Changed): boolean => {
  if (image?.registry !== 'ecr' || image.tag.kind !== 'fixed') return false;
  const { repository, tag } = image;
  const named = pushes(ended.world, morning.at).findLast(({ what, detail }) => what === `push ${repository}` && ((detail?.['tags'] ?? []) as readonly string[]).includes(tag.value));
  const ran = ended.world.trail
    .of('task')
    .filter(({ at, what, detail }) => at <= evening.at && what === 'RUNNING' && detail?.['group'] === `service:${serviceName}`)
    .map(({ detail }) => (detail?.['digests'] ?? []) as readonly unknown[]);
  return isBad(ended, String(named?.detail?.['digest'])) && !ran.some((digests) => digests.includes(older)) && ran.at(-1)?.includes(newer) === true;
};

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
