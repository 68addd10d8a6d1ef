// Follows the platform to sleep or awake: shows what is up and what is down with elapsed and expected time.
import { ecsNames } from '../shared/domain/manifest.ts';
import { sleepsSlowly } from '../shared/aws/fall-asleep.ts';
import { fleet } from '../shared/aws/fleet.ts';
import { ledger } from '../shared/aws/ledger.ts';
import { measuredWakes } from '../shared/aws/night-memory.ts';
import { stores } from '../shared/aws/stores.ts';
import { platformNow } from '../shared/aws/night-state.ts';
import { secondsBetween } from '../shared/domain/instants.ts';
import { sentence } from '../shared/domain/reason.ts';
import { expectedSeconds } from '../shared/domain/wake.ts';
import { paint } from './layout.ts';
import type { Place } from './place.ts';
import { progressLine } from './progress.ts';
import { INTERRUPTED, type Terminal } from './terminal.ts';

type Story = 'sleep' | 'wake';
const LOOK_SECONDS = 10;
const LONGEST_SECONDS = 2 * 3_600;
/** So long a story may take to begin before we say that it decided otherwise. */
const PATIENCE_SECONDS = 60;

const expected = async (place: Place, story: Story): Promise<number | null> => {
  const book = ledger(place.host);
  if (story === 'wake')
    return expectedSeconds({
      measured: await measuredWakes(book),
      slow: sleepsSlowly(place.manifest),
    });
  const took = (await book.list('night', { newestFirst: true, limit: 7 }))
    .flatMap(({ value }) => (value.asleepAt === null ? [] : [secondsBetween(value.takenAt, value.asleepAt)]))
    .toSorted((one, other) => one - other);
  return took[Math.floor(took.length / 2)] ?? null;
};

const standing = async ({ host, manifest }: Place): Promise<string> => {
  const [counts, databases] = await Promise.all([
    fleet(host).counts(ecsNames(manifest.services)),
    stores(host).describe(manifest.databases),
  ]);
  const tasks = manifest.services.map(({ name }, index) => `${name} ${counts[index]?.running ?? 0}/${counts[index]?.desired ?? 0}`);
  return [...tasks, ...databases.map(({ identifier, status }) => `${identifier} ${status}`)].join(', ');
};

/** Follows until the platform is where the story takes it. 0 there, 1 it decided otherwise or took too long, 130 interrupted. */
export const followNight = async (place: Place, terminal: Terminal, story: Story): Promise<number> => {
  const book = ledger(place.host);
  const began = place.now();
  const goal = story === 'sleep' ? 'asleep' : 'awake';
  const line = progressLine(terminal, began, await expected(place, story));
  let moved = false;
  while (secondsBetween(began, place.now()) < LONGEST_SECONDS) {
    const { value } = await platformNow(book);
    moved ||= value.state === (story === 'sleep' ? 'falling-asleep' : 'waking') || value.since >= began;
    if (moved && value.state === goal) {
      line.end();
      return tellEnd(place, terminal, story, began);
    }
    if (!moved && secondsBetween(began, place.now()) > PATIENCE_SECONDS) break;
    line.show(await standing(place), place.now());
    await place.pause(LOOK_SECONDS, terminal.interrupted);
    if (terminal.interrupted.aborted) {
      line.end();
      terminal.err(`The platform goes on ${story === 'sleep' ? 'falling asleep' : 'waking'}. Look again with: dayshift status\n`);
      return INTERRUPTED;
    }
  }
  line.end();
  terminal.err(`The platform is not ${goal} yet. See dayshift status and dayshift history.\n`);
  return 1;
};

const tellEnd = async (place: Place, terminal: Terminal, story: Story, began: string): Promise<number> => {
  const told = (await ledger(place.host).list('history', { from: began }))
    .filter(({ value }) => value.story === story && value.action !== 'begins')
    .at(-1);
  const words = told === undefined ? '' : ` ${sentence(told.value.reason, told.value.facts)}`;
  terminal.out(`${paint(terminal, 'good', story === 'sleep' ? 'asleep' : 'awake')}.${words}\n`);
  return 0;
};
