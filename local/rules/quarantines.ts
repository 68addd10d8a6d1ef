// A quarantined digest never runs again before what ends its quarantine: seen from the rollouts that went back, the ledger's records and every task that came up (R10).
import { digestOf, type ImageSet } from '../../shared/domain/image-references.ts';
import type { Check, Ended } from './check.ts';
import { happened, isBlameless, recordsIn } from './records.ts';

/** A digest is quarantined while its last tasks are still being replaced, or started again until the way back is accepted, ms. */
const LEAVING = 20 * 60_000;

/** A digest that stays out of a service from an instant on. */
interface Ban {
  readonly service: string;
  readonly container: string;
  readonly digest: string;
  readonly since: string;
  /** Id of the rollout's record that brought it there. */
  readonly rollout: string;
  /** The member of the group that failed, where the image itself may be fine (R13). */
  readonly because?: string;
}

type Rollouts = ReturnType<typeof rolloutsIn>;
const rolloutsIn = (ended: Ended) => recordsIn(ended, 'rollout').map(({ key, value }) => ({ key, ...value }));

/** Bans in force at the end, from the services' records. */
const recorded = (ended: Ended): readonly Ban[] =>
  recordsIn(ended, 'service').flatMap(({ key, value }) => value.quarantine.map((entry) => ({ service: key, ...entry })));

const WENT_BACK: ReadonlySet<string> = new Set(['going-back', 'back', 'failed']);

/** Bans of every rollout that went back, those included that have ended since. */
const suffered = (ended: Ended, rollouts: Rollouts): readonly Ban[] => {
  const told = new Map(recordsIn(ended, 'history').map(({ value }) => [value.id, value.facts]));
  return rollouts.flatMap(({ id, progress, phases }) => {
    const since = phases.find(({ name }) => WENT_BACK.has(name))?.at;
    if (since === undefined) return [];
    return Object.entries(progress).flatMap(([service, own]) => {
      const { step, images, good } = own;
      if (!WENT_BACK.has(step) || isBlameless(ended, own)) return [];
      const guilty = told.get(`${id}/${service}/failed`)?.['because'];
      const because = typeof guilty === 'string' ? { because: guilty } : {};
      return different(images, good).map(([container, digest]) => ({ service, container, digest, since, rollout: id, ...because }));
    });
  });
};

const different = (images: ImageSet, good: ImageSet): readonly (readonly [container: string, digest: string])[] =>
  Object.entries(images).flatMap(([container, reference]) => {
    const digest = digestOf(reference);
    return digest === null || digest === digestOf(good[container] ?? '') ? [] : [[container, digest] as const];
  });

/** What ends the ban by itself: the service has released something that was neither bad nor what it went back to. */
const replaced = (ban: Ban, rollouts: Rollouts, until: string): boolean => {
  const origin = rollouts.find(({ id }) => id === ban.rollout);
  const own = origin?.progress[ban.service];
  const known = new Set([ban.digest, digestOf(own?.images[ban.container] ?? ''), digestOf(own?.good[ban.container] ?? '')]);
  return rollouts.some(({ id, progress, phases }) => {
    const { step, images } = progress[ban.service] ?? {};
    const released = phases.find(({ name }) => name === 'released')?.at;
    if (id === ban.rollout || step !== 'released' || released === undefined || released <= ban.since || released >= until) return false;
    return !known.has(digestOf(images?.[ban.container] ?? ''));
  });
};

/** Guilt by group ends when the member that failed has another image to try (R13). */
const triedAnew = ({ because, rollout, since }: Ban, rollouts: Rollouts, until: string): boolean => {
  if (because === undefined) return false;
  const guilty = rollouts.find(({ id }) => id === rollout)?.progress[because];
  const known = new Set([JSON.stringify(guilty?.images), JSON.stringify(guilty?.good)]);
  return rollouts.some(({ key, progress }) => {
    const images = progress[because]?.images;
    return key > since && key < until && images !== undefined && !known.has(JSON.stringify(images));
  });
};

/** A person let it go, by command or as a day's happening. */
const pardoned = (ended: Ended, { service, since }: Ban, until: string): boolean =>
  happened(ended, 'start', Date.parse(since), Date.parse(until), { intent: 'release' }) ||
  recordsIn(ended, 'history').some(
    ({ key, value: { story, action, facts } }) =>
      key > since && key < until && story === 'operator' && action === 'release' && facts['subject'] === service,
  );

/** Tasks that came up with a digest long after it was quarantined, and before anything ended that. */
const startedAgain = (ended: Ended): readonly string[] => {
  const { world, manifest } = ended;
  const rollouts = rolloutsIn(ended);
  const groups = new Map(manifest.services.map(({ name, serviceName }) => [name, `service:${serviceName}`]));
  const started = world.trail
    .of('task')
    .filter(({ what }) => what === 'RUNNING')
    .map(({ at, detail = {} }) => ({ at, group: detail['group'], digests: detail['digests'] as readonly string[] }));
  const bans = [...recorded(ended), ...suffered(ended, rollouts)];
  const found = bans.flatMap((ban) => {
    const tasks = started.filter(({ at, group }) => at > Date.parse(ban.since) + LEAVING && group === groups.get(ban.service));
    return tasks
      .filter(({ digests }) => digests.includes(ban.digest))
      .map(({ at }) => new Date(at).toISOString())
      .filter((at) => !replaced(ban, rollouts, at) && !triedAnew(ban, rollouts, at) && !pardoned(ended, ban, at))
      .map((at) => `${ban.service}: ${ban.digest}, quarantined ${ban.since}, was started ${at}`);
  });
  return [...new Set(found)];
};

/** What runs when the day ends. */
const runsAtTheEnd = (ended: Ended): readonly string[] => {
  const { world, manifest } = ended;
  return recorded(ended).flatMap(({ service, container, digest }) => {
    const serviceName = manifest.services.find(({ name }) => name === service)?.serviceName;
    if (serviceName === undefined) return [];
    const running = world.services.ecs.tasks(manifest.cluster, serviceName).filter(({ lastStatus }) => lastStatus === 'RUNNING');
    const bad = running.filter(({ containers }) => containers.some(({ name, imageDigest }) => name === container && imageDigest === digest));
    return bad.map(() => `${service}/${container} runs ${digest}`);
  });
};

export const quarantineRules: readonly Check[] = [
  { id: 'R10', words: 'a quarantined digest does not run', violations: runsAtTheEnd },
  { id: 'R10', words: 'a quarantined digest is not started again', violations: startedAgain },
];
