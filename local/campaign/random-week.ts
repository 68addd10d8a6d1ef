// A week by chance: pushes good and bad, alarms, visits, hands that change things, deploys, and faults; the same seed is the same week.
import type { Manifest } from '../../shared/domain/manifest.ts';
import { pressTricks } from '../rehearsal/day.ts';
import { makeStream, type RandomStream } from '../randomness.ts';
import { chooseWeek, type Week } from './calendar.ts';
import { randomFault } from './random-fault.ts';
import type { Subjects } from './subjects.ts';

/** A day file as data: what `checkDay` reads and what is saved as a case. */
export interface DayData {
  readonly title: string;
  readonly seed: string;
  readonly from: string;
  readonly until: string;
  readonly happenings: readonly HappeningData[];
}
export type HappeningData = Readonly<Record<string, unknown>> & { readonly at: string };

/** Nothing happens so long before the last morning, so that faults are over when the platform wakes for the judge. */
const CALM = 2 * 3_600_000;
const MINUTE = 60_000;
const BAD = ['crashes', 'crashes-late', 'never-healthy', 'raises-5xx', 'out-of-memory', 'wrong-architecture', 'slow'] as const;

interface Making {
  readonly random: RandomStream;
  readonly subjects: Subjects;
  readonly manifest: Manifest;
  /** Images pushed so far: name of the digest to behaviour. */
  readonly pushed: Map<string, string>;
  versions: number;
}
type Happened = Readonly<Record<string, unknown>>;

const tagFor = (making: Making, tag: Subjects['images'][number]['tag']): string => {
  making.versions += 1;
  switch (tag.kind) {
    case 'fixed':
      return tag.value;
    case 'semver':
      return `1.0.${making.versions}`;
    case 'pattern':
      return tag.value.replaceAll('*', String(making.versions));
  }
};

const push = (making: Making): Happened => {
  const { random, subjects, pushed } = making;
  const { repository, tag } = random.pick(subjects.images);
  const again = random.chance(0.12) ? [...pushed.keys()].filter((name) => name.startsWith(`${repository} `)) : [];
  const digest = again.length > 0 ? random.pick(again) : `${repository} ${pushed.size + 1}`;
  const image = pushed.get(digest) ?? (random.chance(0.65) ? 'good' : random.pick(BAD));
  pushed.set(digest, image);
  const tags = [tagFor(making, tag), ...(random.chance(0.5) ? [random.hex(7)] : [])];
  return { push: { repository, tags, image, digest, ...(random.chance(0.1) ? { duplicate: true } : random.chance(0.1) ? { lost: true } : {}) } };
};

const metric = ({ random, subjects }: Making): Happened => {
  const { name, threshold } = random.pick(subjects.alarms);
  return { metric: { alarm: name, value: threshold * 2 + 1, minutes: random.between(2, 45) } };
};

const visit = ({ random }: Making): Happened => ({
  visit: {
    path: random.pick(['/', '/about', '/api/items', '/health']),
    method: random.chance(0.15) ? 'POST' : 'GET',
    headers: { accept: random.chance(0.7) ? 'text/html' : 'application/json', 'user-agent': random.pick(['Mozilla/5.0', 'Slackbot-LinkExpanding 1.0', 'curl/8.5.0']) },
    times: random.between(1, 4),
  },
});

/** Opened by somebody, pressed, unfurled by a chat, or made up by a stranger. */
const link = ({ random }: Making): Happened => ({
  link: {
    press: random.chance(0.7),
    forged: random.chance(0.15),
    ifSent: true,
    ...(random.chance(0.2) ? { headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0', accept: '*/*' } } : {}),
  },
});

/** Buttons of notices: rollback, snooze, wake, keep awake, approve … (L6, S8, R8). */
const BUTTONS = ['acknowledge', 'mute', 'rollback', 'keep-awake', 'wake', 'sleep-now', 'approve', 'reject'] as const;

/** Typed instead: about a service, the night, or what may be muted. */
const command = ({ random, subjects: { services, alarms } }: Making): string =>
  random.pick([
    'wake',
    'sleep',
    'keep-awake 2h',
    'release',
    'status',
    ...(services.length > 0 ? [`rollback ${random.pick(services)}`, `hold ${random.pick(services)} 60`] : []),
    ...(alarms.length > 0 ? [`mute ${random.pick(alarms).name} 60`] : []),
  ]);

/** By somebody who may, or by eve who may not; now and then as a stranger does it. */
const press = (making: Making): Happened => {
  const { random, subjects } = making;
  const by = random.chance(0.85) ? random.pick(subjects.people) : 'eve';
  const how = random.chance(0.7) ? { button: random.pick(BUTTONS), ifSent: true } : { command: command(making) };
  return { press: { ...how, by, ...(random.chance(0.15) ? { trick: random.pick(pressTricks) } : {}) } };
};

const start = ({ random }: Making): Happened => ({ start: { story: random.pick(['redeploy', 'sleep', 'wake']), by: 'operator' } });

type Maker = (making: Making) => Happened;
const makers = ({ images, alarms, services, functions, people }: Subjects, manifest: Manifest): readonly (readonly [number, Maker])[] => [
  [images.length > 0 ? 8 : 0, push],
  [alarms.length > 0 ? 3 : 0, metric],
  [manifest.loadBalancer === null ? 0 : 3, visit],
  [functions.includes(`${manifest.id}-wake-link`) ? 2 : 0, link],
  [1, start],
  [1, () => ({ deploy: {} })],
  [services.length > 0 ? 1 : 0, ({ random, subjects }) => ({ count: { service: random.pick(subjects.services), desired: random.between(0, 3) } })],
  [people.length > 0 ? 4 : 0, press],
];

const drawn = (making: Making, choices: readonly (readonly [number, Maker])[]): Happened => {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);
  let left = making.random.next() * total;
  for (const [weight, maker] of choices) {
    left -= weight;
    if (left < 0) return maker(making);
  }
  return { note: 'nothing happens' };
};

const at = (random: RandomStream, { from, lastMorning }: Week): string => {
  const minutes = Math.floor((lastMorning - CALM - from) / MINUTE);
  return new Date(from + random.between(0, minutes) * MINUTE + random.between(0, 59) * 1000).toISOString();
};

/** The week of a seed. `faults` false leaves only what people do. */
export const randomWeek = (manifest: Manifest, subjects: Subjects, seed: string, faults = true): DayData => {
  const random = makeStream(`campaign/${manifest.id}/${seed}`);
  const week = chooseWeek(random, manifest.hours);
  const making: Making = { random, subjects, manifest, pushed: new Map(), versions: 0 };
  const choices = makers(subjects, manifest);
  const times = Array.from({ length: random.between(6, 22) }, () => at(random, week)).toSorted();
  const happened = times.map((instant) => ({ at: instant, ...drawn(making, choices) }));
  const wrong = Array.from({ length: faults ? random.between(4, 18) : 0 }, () => ({ at: at(random, week), fault: randomFault(random, subjects, manifest) }));
  const happenings = [...happened, ...wrong].toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  return {
    title: `Week ${seed} of ${manifest.title}`,
    seed,
    from: new Date(week.from).toISOString(),
    until: new Date(week.until).toISOString(),
    happenings,
  };
};
