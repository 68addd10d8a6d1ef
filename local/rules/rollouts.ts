// Rollouts, seen from the registry: what the watched tag names is released, nothing older is put over it, and CloudFormation is told the same.
import type { ManifestService } from '../../shared/domain/manifest.ts';
import { scheduledState } from '../../shared/domain/hours-decisions.ts';
import { digestOf } from '../../shared/domain/image-references.ts';
import type { Check, Ended } from './check.ts';
import { recordsIn } from './records.ts';

const MINUTE = 60_000;
/** A push this young may still be on its way: missed events are found within 15 minutes, a rollout takes its deadline. */
const ON_ITS_WAY = 90 * MINUTE;

const services = (ended: Ended): ReadonlyMap<string, ManifestService> => new Map(ended.manifest.services.map((service) => [service.name, service]));

const untold = (ended: Ended): readonly string[] =>
  recordsIn(ended, 'service').flatMap(({ key, value }) =>
    (services(ended).get(key)?.containers ?? []).flatMap(({ name: container, parameter }) => {
      const released = value.released[container];
      if (released === undefined || parameter === null) return [];
      const told = ended.world.services.ssm.value(parameter);
      return told === released ? [] : [`${key}/${container}: released ${released}, parameter says ${told}`];
    }),
  );

interface Wanted {
  readonly service: ManifestService;
  readonly container: string;
  readonly digest: string;
}

/** What the watched fixed tags of ECR name at the end, for pushes old enough to have arrived. */
const wanted = (ended: Ended): readonly Wanted[] => {
  const { world, manifest, day } = ended;
  const young = new Set(
    day.happenings.flatMap((happening) => (happening.kind === 'push' && happening.at > world.clock.now - ON_ITS_WAY ? [happening.value.repository] : [])),
  );
  return manifest.services.flatMap((service) =>
    service.containers.flatMap(({ name: container, image }) => {
      if (image === null || image.registry !== 'ecr' || image.tag.kind !== 'fixed' || young.has(image.repository)) return [];
      const digest = world.services.ecr.find(image.repository, image.tag.value)?.digest;
      return digest === undefined ? [] : [{ service, container, digest }];
    }),
  );
};

/** At work and at rest, the tag's image is what is released, unless the ledger says why not. */
const behind = (ended: Ended): readonly string[] => {
  const { world, manifest } = ended;
  const now = new Date(world.clock.now).toISOString();
  const asleep = manifest.hours !== null && scheduledState(manifest.hours, now) === 'off';
  const frozen = manifest.freezes !== null && scheduledState(manifest.freezes, now) === 'at-work';
  if (asleep || frozen) return [];
  const records = new Map(recordsIn(ended, 'service').map(({ key, value }) => [key, value]));
  const busy = new Set(recordsIn(ended, 'rollout').flatMap(({ value }) => (['in-progress', 'held'].includes(value.result) ? value.services : [])));
  return wanted(ended).flatMap(({ service, container, digest }) => {
    const record = records.get(service.name);
    const released = record?.released[container];
    const why = record?.quarantine.some((one) => one.digest === digest) === true || record?.staged != null || busy.has(service.name);
    return why || released?.endsWith(digest) === true ? [] : [`${service.name}/${container}: the tag names ${digest}, released is ${released ?? 'nothing'}`];
  });
};

/** When a tag of ECR was last put on an image before an instant, ms; -1: never while the day was watched. */
type LastTagged = (tag: string, digest: string, until: number) => number;

const lastTaggedIn = ({ world }: Ended): LastTagged => {
  const pushes = world.trail.of('happening').filter(({ who }) => who === 'registry');
  return (tag, digest, until) => {
    const fitting = pushes.filter(({ at, detail }) => at <= until && detail?.['digest'] === digest && (detail['tags'] as readonly string[]).includes(tag));
    return fitting.at(-1)?.at ?? -1;
  };
};

/** Rollouts that nobody asked for and that put an image over one which got the watched tag later. */
const overtaken = (ended: Ended): readonly string[] => {
  const lastTagged = lastTaggedIn(ended);
  const released = new Map<string, Set<string>>();
  return recordsIn(ended, 'rollout').flatMap(({ key, value }) =>
    Object.entries(value.progress).flatMap(([service, { images, startedAt, step }]) =>
      Object.entries(images).flatMap(([container, reference]) => {
        const image = services(ended).get(service)?.containers.find(({ name }) => name === container)?.image;
        const digest = digestOf(reference);
        if (startedAt === null || digest === null || image?.registry !== 'ecr' || image.tag.kind !== 'fixed') return [];
        const place = `${service}/${container}`;
        const before = released.get(place) ?? new Set();
        if (step === 'released') released.set(place, new Set([...before, digest]));
        if (value.who !== null || value.reason === 'restore-good') return [];
        const tagged = (one: string): number => lastTagged(image.tag.value, one, Date.parse(value.decidedAt));
        const newer = [...before].filter((one) => tagged(one) > tagged(digest));
        return newer.map((one) => `${key}: ${place} was given ${digest}, which is older than ${one}`);
      }),
    ),
  );
};

export const rolloutRules: readonly Check[] = [
  { id: 'R5', words: 'what runs is what the ledger calls released, and CloudFormation is told the same', violations: untold },
  { id: 'R4', words: 'what the watched tag names is released, unless it failed or waits', violations: behind },
  { id: 'R4', words: 'no older image is put over a newer one', violations: overtaken },
];
