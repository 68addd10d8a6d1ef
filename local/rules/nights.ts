// Nights: what was recorded is what came back, the platform is up when work begins, and nobody switched it off in between.
import type { NightRecord } from '../../shared/contracts/ledger.ts';
import { scheduledState } from '../../shared/domain/hours-decisions.ts';
import type { TrailEntry } from '../trail.ts';
import type { Check, Ended } from './check.ts';
import { asleepOnPurpose, happened, recordsIn } from './records.ts';

const HOUR = 3_600_000;
/** Work this young finds databases still starting. */
const MORNING = 1.5 * HOUR;

const atWork = ({ manifest }: Ended, instant: number): boolean => manifest.hours === null || scheduledState(manifest.hours, new Date(instant).toISOString()) === 'at-work';

/** Differences nobody made: a count changed by hand in that night is the hand's. */
const unasked = (ended: Ended, { takenAt, certificate }: NightRecord): readonly string[] => {
  const from = Date.parse(takenAt) - HOUR;
  const until = Date.parse(certificate?.at ?? takenAt);
  const hands = ended.manifest.services.filter(({ name }) => happened(ended, 'count', from, until, { service: name })).map(({ name }) => name);
  return (certificate?.differences ?? []).filter((difference) => !hands.some((name) => difference.startsWith(`${name}:`)));
};

const differences = (ended: Ended): readonly string[] =>
  recordsIn(ended, 'night').flatMap(({ value }) => unasked(ended, value).map((difference) => `night of ${value.takenAt}: ${difference}`));

/** The classic loss: a record taken while asleep holds the zeros of the sleep. */
const zeros = (ended: Ended): readonly string[] =>
  recordsIn(ended, 'night').flatMap(({ value: { takenAt, services } }) =>
    services.filter(({ bounds }) => bounds !== null && bounds.max === 0).map(({ name }) => `night of ${takenAt}: ${name} was recorded with bounds 0–0`),
  );

const down = (ended: Ended): readonly string[] => {
  const { world, manifest, day } = ended;
  if (!atWork(ended, world.clock.now) || !atWork(ended, world.clock.now - MORNING)) return [];
  if (asleepOnPurpose(ended, world.clock.now)) return [];
  const unreleased = (parameter: string | null): boolean => parameter !== null && world.services.ssm.value(parameter) === 'none';
  return manifest.services
    .filter((service) => !service.containers.some(({ parameter }) => unreleased(parameter)))
    .map((service) => ({ service, live: world.services.ecs.service(manifest.cluster, service.serviceName) }))
    .filter(({ service, live }) => {
      if (live === undefined || live.runningCount < live.desiredCount) return true;
      return live.desiredCount === 0 && service.count.desired > 0 && !happened(ended, 'count', day.from, day.until, { service: service.name });
    })
    .map(({ service, live }) => `${service.name}: ${live?.runningCount ?? 0} of ${live?.desiredCount ?? 0} tasks run`);
};

const boundsLost = (ended: Ended): readonly string[] => {
  const { world, manifest } = ended;
  if (!atWork(ended, world.clock.now) || !atWork(ended, world.clock.now - MORNING)) return [];
  if (asleepOnPurpose(ended, world.clock.now)) return [];
  return manifest.services.flatMap(({ name, serviceName, count }) => {
    const target = world.services.scaling.target(manifest.cluster, serviceName);
    if (!count.scaling || target === undefined || happened(ended, 'bounds', ended.day.from, ended.day.until, { service: name })) return [];
    const { minimum, maximum, suspended } = target;
    const still = Object.values(suspended).some((flag) => flag === true);
    return minimum === count.min && maximum === count.max && !still ? [] : [`${name}: bounds ${minimum}–${maximum}${still ? ', suspended' : ''} instead of ${count.min}–${count.max}`];
  });
};

const isStop = (entry: TrailEntry): boolean => {
  const input = (entry.detail?.['input'] ?? {}) as { readonly desiredCount?: number; readonly MaxCapacity?: number };
  if (entry.what === 'ecs:UpdateService') return input.desiredCount === 0;
  return entry.what === 'application-autoscaling:RegisterScalableTarget' ? input.MaxCapacity === 0 : entry.what.startsWith('rds:StopDB');
};

/** Minutes a stop that began before work may need to notice that it is late. */
const UNDER_WAY = 10 * 60_000;

const stoppedAtWork = (ended: Ended): readonly string[] => {
  const { world, manifest } = ended;
  if (manifest.hours === null) return [];
  return world.trail
    .of('call')
    .filter((entry) => entry.who.startsWith(`${manifest.id}-sleep-`) && isStop(entry))
    .filter(({ at }) => atWork(ended, at) && atWork(ended, at - UNDER_WAY))
    .filter(({ at }) => !asleepOnPurpose(ended, at))
    .map(({ at, who, what }) => `${new Date(at).toISOString()} ${who} ${what}`);
};

export const nightRules: readonly Check[] = [
  { id: 'S5', words: 'every certificate shows 0 differences that nobody made by hand', violations: differences },
  { id: 'S2', words: 'no record holds the zeros of a sleep', violations: zeros },
  { id: 'S4', words: 'at the end of the day the platform is in the state its hours ask for', violations: down },
  { id: 'S5', words: 'in the morning the scaling bounds are what the platform file says', violations: boundsLost },
  { id: 'S12', words: 'the automation stops nothing in working hours unless somebody asked', violations: stoppedAtWork },
];
