// What explains a late morning, each with the time it lasted: faults that hit the waking, and what AWS was slow with or refused because the day says so.
import { digestNamed } from '../rehearsal/deploy.ts';
import type { Fault, FaultWord } from '../rehearsal/day-faults.ts';
import type { TrailEntry } from '../trail.ts';
import type { Ended } from './check.ts';

/** From and until in virtual ms. */
export interface Trouble {
  readonly from: number;
  readonly until: number;
  readonly words: string;
  /** Service or database by its name in the platform file; null: whatever the automation does. */
  readonly about: string | null;
}

const MINUTE = 60_000;
/** What dies or is refused is tried again, at last by the reconciler, which looks every 15 minutes and leaves the clock 90 seconds. */
const BACK_ON_ITS_FEET = 17 * MINUTE;
/** A stopped task is replaced and comes up within this. */
const REPLACED = 4 * MINUTE;

const faultsNamed = <W extends FaultWord>({ day }: Ended, what: W, until: number): readonly (Fault & { readonly what: W })[] =>
  day.happenings.flatMap(({ kind, at, value }) => (kind === 'fault' && value.what === what && at <= until ? [value as Fault & { readonly what: W }] : []));

/** Injected errors, throttles and deaths that met the waking itself or whoever looks after it. */
const hits = ({ world, manifest }: Ended, from: number, until: number): readonly Trouble[] =>
  world.trail
    .of('fault')
    .filter(({ at, who }) => at >= from && at <= until && [`${manifest.id}-wake-`, `${manifest.id}-sleep-`, `${manifest.id}-reconcile-nights`].some((name) => who.includes(name)))
    .filter(({ what }) => /^killed|fails with|throttled$/.test(what))
    .map(({ at, who, what }) => ({ from: at, until: at + BACK_ON_ITS_FEET, words: `${who.slice(who.indexOf('/') + 1)}: ${what}`, about: null }));

/** The schedule that asks for the waking came late: the reconciler asks instead. */
const lateAsks = (ended: Ended, from: number): readonly Trouble[] =>
  faultsNamed(ended, 'late-schedule', from)
    .filter(({ schedule }) => schedule.includes('-wake-'))
    .map(({ schedule }) => ({ from, until: from + BACK_ON_ITS_FEET, words: `${schedule} came late`, about: null }));

/** From one line of a subject to the next that ends it; to `until` when none does. */
const spells = (lines: readonly TrailEntry[], begins: (line: TrailEntry) => boolean, ends: (line: TrailEntry) => boolean, until: number): readonly { readonly from: number; readonly until: number }[] =>
  lines.flatMap((line, index) =>
    begins(line) ? [{ from: line.at, until: lines.slice(index + 1).find((later) => later.who === line.who && ends(later))?.at ?? until }] : [],
  );

const ofDatabases = (ended: Ended, from: number, until: number): readonly Trouble[] => {
  const { world, manifest } = ended;
  const slow = new Set(faultsNamed(ended, 'slow-database', until).map(({ database }) => database));
  const lines = world.trail.of('database').filter(({ at }) => at >= from && at <= until);
  const refusals = world.trail.of('call').filter(({ at, what, detail }) => at >= from && at <= until && what.startsWith('rds:StartDB') && /Capacity/.test(String(detail?.['code'])));
  return manifest.databases.flatMap(({ name, identifier }) => [
    ...(slow.has(name)
      ? spells(lines.filter(({ who }) => who === identifier), ({ what }) => what === 'starting', ({ what }) => what === 'available', until).map((spell) => ({ ...spell, words: `${name} was slow`, about: name }))
      : []),
    ...refusals.map(({ at }) => ({ from: at, until: at + BACK_ON_ITS_FEET, words: `${name} was refused for capacity`, about: name })),
  ]);
};

/** Digests of the images that the day calls bad. */
export const badImages = ({ day }: Ended): ReadonlySet<unknown> =>
  new Set(day.happenings.flatMap(({ kind, value }) => (kind === 'push' && value.image !== 'good' && value.digest !== undefined ? [digestNamed(value.digest)] : [])));

const ofTasks = (ended: Ended, from: number, until: number): readonly Trouble[] => {
  const { world, manifest } = ended;
  const tasks = world.trail.of('task').filter(({ at }) => at >= from && at <= until);
  const slow = new Set(faultsNamed(ended, 'slow-tasks', until).map(({ service }) => service));
  const failing = new Set(faultsNamed(ended, 'failing-tasks', until).map(({ service }) => service));
  const taken = new Set(faultsNamed(ended, 'spot-interruption', until).map(({ service }) => service));
  const bad = badImages(ended);
  return manifest.services.flatMap(({ name: about, serviceName, rollout }) => {
    const own = tasks.filter(({ detail }) => detail?.['group'] === `service:${serviceName}`);
    const starting = spells(own, ({ what }) => what === 'PROVISIONING', ({ what }) => what !== 'PROVISIONING', until);
    const stopped = (code: string): readonly TrailEntry[] => own.filter(({ what, detail }) => what === 'STOPPED' && detail?.['stopCode'] === code);
    const replaced = (lines: readonly TrailEntry[], words: string): readonly Trouble[] => lines.map(({ at }) => ({ from: at - REPLACED, until: at + REPLACED, words, about }));
    const rotten = own.filter(({ detail }) => ((detail?.['digests'] ?? []) as readonly unknown[]).some((digest) => bad.has(digest)));
    return [
      ...(slow.has(about) ? starting.map((spell) => ({ ...spell, words: `tasks of ${about} were slow`, about })) : []),
      ...(failing.has(about) ? replaced(stopped('TaskFailedToStart'), `tasks of ${about} failed to start`) : []),
      ...(taken.has(about) ? replaced(stopped('SpotInterruption'), `Spot took tasks of ${about}`) : []),
      ...rotten.map(({ at }) => ({
        from: at - REPLACED,
        until: Math.min(at + rollout.deadlineSeconds * 1000, own.find((line) => line.at > at && line.what === 'RUNNING' && !rotten.includes(line))?.at ?? until) + REPLACED,
        words: `a bad image of ${about} came up`,
        about,
      })),
    ];
  });
};

const withoutCapacity = ({ world, manifest }: Ended, from: number, until: number): readonly Trouble[] => {
  const failures = world.trail.of('task').filter(({ at, what }) => at >= from && at <= until && what === 'placement failure');
  return failures.flatMap(({ at, who }) => {
    const about = manifest.services.find(({ serviceName }) => who.endsWith(`/${serviceName}`))?.name;
    return about === undefined ? [] : [{ from: at, until: at + REPLACED, words: `no capacity for ${about}`, about }];
  });
};

/** Everything that explains a delay between two instants. */
export const troubles = (ended: Ended, from: number, until: number): readonly Trouble[] => [
  ...hits(ended, from, until),
  ...lateAsks(ended, from),
  ...ofDatabases(ended, from, until),
  ...ofTasks(ended, from, until),
  ...withoutCapacity(ended, from, until),
];
