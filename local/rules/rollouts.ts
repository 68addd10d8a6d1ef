// Rollouts, seen from the tasks: one per digest, the registry is the truth, and a quarantined digest never runs again.
import type { RolloutRecord } from '../../shared/contracts/ledger.ts';
import type { ManifestService } from '../../shared/domain/manifest.ts';
import { scheduledState } from '../../shared/domain/hours-decisions.ts';
import type { Check, Ended } from './check.ts';
import { recordsIn } from './records.ts';

const MINUTE = 60_000;
/** A digest is quarantined while its last tasks are still being replaced. */
const LEAVING = 20 * MINUTE;
/** A push this young may still be on its way: missed events are found within 15 minutes, a rollout takes its deadline. */
const ON_ITS_WAY = 90 * MINUTE;

const services = (ended: Ended): ReadonlyMap<string, ManifestService> => new Map(ended.manifest.services.map((service) => [service.name, service]));

const runningDigests = ({ world, manifest }: Ended, serviceName: string): readonly { readonly container: string; readonly digest: string }[] =>
  world.services.ecs
    .tasks(manifest.cluster, serviceName)
    .filter((task) => task.lastStatus === 'RUNNING')
    .flatMap((task) => task.containers.map(({ name, imageDigest }) => ({ container: name, digest: imageDigest ?? '' })));

const quarantinedRuns = (ended: Ended): readonly string[] =>
  recordsIn(ended, 'service').flatMap(({ key, value }) => {
    const service = services(ended).get(key);
    if (service === undefined) return [];
    const bad = value.quarantine.map(({ digest }) => digest);
    return runningDigests(ended, service.serviceName).filter(({ digest }) => bad.includes(digest)).map(({ container, digest }) => `${key}/${container} runs ${digest}`);
  });

/** A newer image of the same repository was released between two instants: what was quarantined before it may be pushed anew (R10). */
const overtaken = (ended: Ended, digest: string, since: string, at: number): boolean => {
  const rollouts = recordsIn(ended, 'rollout').map(({ key, value: { result, images } }) => ({
    key,
    released: result === 'released',
    references: Object.values(images).flatMap((set) => Object.values(set)),
  }));
  const bad = rollouts.flatMap(({ references }) => references).find((reference) => reference.endsWith(digest));
  const repository = bad?.slice(0, bad.indexOf('@') + 1);
  return rollouts.some(
    ({ key, released, references }) =>
      released && key > since && key < new Date(at).toISOString() &&
      references.some((reference) => repository !== undefined && reference.startsWith(repository) && reference !== bad),
  );
};

/** Tasks that came up with a digest long after it was quarantined. */
const quarantinedStarts = (ended: Ended): readonly string[] => {
  const started = ended.world.trail.of('task').filter(({ what }) => what === 'RUNNING');
  return recordsIn(ended, 'service').flatMap(({ key, value }) => {
    const group = `service:${services(ended).get(key)?.serviceName ?? key}`;
    return value.quarantine.flatMap(({ digest, since }) =>
      started
        .filter(({ at, detail }) => at > Date.parse(since) + LEAVING && detail?.['group'] === group && (detail['digests'] as readonly string[]).includes(digest))
        .filter(({ at }) => !overtaken(ended, digest, since, at))
        .map(({ at }) => `${key}: ${digest}, quarantined ${since}, was started ${new Date(at).toISOString()}`),
    );
  });
};

const untold = (ended: Ended): readonly string[] =>
  recordsIn(ended, 'service').flatMap(({ key, value }) =>
    (services(ended).get(key)?.containers ?? []).flatMap(({ name: container, parameter }) => {
      const released = value.released[container];
      if (released === undefined || parameter === null) return [];
      const told = ended.world.services.ssm.value(parameter);
      return told === released ? [] : [`${key}/${container}: released ${released}, parameter says ${told}`];
    }),
  );

const FINISHED: readonly RolloutRecord['result'][] = ['released', 'rolled-back'];

/** The same images straight after themselves, service by service: nobody can have moved the tag away and back in between. */
const repeated = (ended: Ended): readonly string[] => {
  const last = new Map<string, string>();
  return recordsIn(ended, 'rollout').flatMap(({ key, value: { services: names, images, result } }) => {
    const what = (name: string): string => JSON.stringify(images[name] ?? {});
    // Another image was on its way in between: a person, or the tag, went back from it.
    if (result === 'superseded') for (const name of names) if (last.get(name) !== what(name)) last.delete(name);
    if (!FINISHED.includes(result)) return [];
    const again = names.every((name) => last.get(name) === what(name));
    for (const name of names) last.set(name, what(name));
    return again ? [`${key}: ${names.join('+')} rolled ${JSON.stringify(images)} out once more`] : [];
  });
};

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

export const rolloutRules: readonly Check[] = [
  { id: 'R10', words: 'a quarantined digest does not run', violations: quarantinedRuns },
  { id: 'R10', words: 'a quarantined digest is not started again', violations: quarantinedStarts },
  { id: 'R5', words: 'what runs is what the ledger calls released, and CloudFormation is told the same', violations: untold },
  { id: 'R3', words: 'one rollout per service and digest', violations: repeated },
  { id: 'R4', words: 'what the watched tag names is released, unless it failed or waits', violations: behind },
];
