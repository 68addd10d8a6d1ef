// `dayshift hours`: the edges of the next two weeks, as the schedules will fire them, before anything is deployed (S1).
import { idleSentences } from '../../shared/domain/idleness.ts';
import { clockShifts, edges, scheduledState } from '../../shared/domain/hours-decisions.ts';
import { readInstant, wallWords } from '../../shared/domain/wall-clock.ts';
import { noMore, WrongUse, type Command } from '../command.ts';
import { lines } from '../layout.ts';
import { platformOptions, synthesized } from '../platform.ts';

const DAYS = 14;
/** `2026-11-23 07:00` */
const WALL_LENGTH = 16;

/** A day is written as its date alone: its first instant in the platform's zone. */
const DATE_LENGTH = 10;

const instantFrom = (asked: string | boolean | undefined, timeZone: string): string => {
  if (asked === undefined) return new Date().toISOString();
  const text = String(asked);
  const read = readInstant(text.length === DATE_LENGTH ? `${text}T00:00` : text, timeZone);
  if ('at' in read) return new Date(read.at).toISOString();
  throw new WrongUse(`--from ${text} ${read.wrong}. Give the platform's wall clock (2026-11-23T07:00) or one with offset (2026-11-23T00:00:00Z)`);
};

const weekday = (wall: string): string => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short' }).format(new Date(wall.slice(0, 10)));

export const hours: Command = {
  name: 'hours',
  summary: 'Shows when a platform sleeps and wakes in the next 14 days',
  usage: 'hours [--platform NAME] [--stage STAGE] [--from INSTANT] [--json]',
  options: {
    ...platformOptions,
    from: { type: 'string', value: 'INSTANT', help: "first instant, or day, in the platform's zone (default: now)" },
    json: { type: 'boolean', help: 'for machines: see docs/cli/json.md' },
  },
  example: 'npx dayshift hours --platform wizelit',
  run: async (values, positionals, terminal) => {
    noMore(positionals);
    const { manifest } = await synthesized(values, { reuse: true });
    const from = instantFrom(values['from'], manifest.hours?.timeZone ?? 'UTC');
    const idle = idleSentences(manifest.nights);
    if (manifest.hours === null) {
      terminal.out(values['json'] === true ? '[]\n' : lines(`${manifest.id} has no hours: it never sleeps by the clock.`, idle));
      return 0;
    }
    const { words, timeZone, holidays } = manifest.hours;
    const ahead = edges(manifest.hours, from, DAYS);
    if (values['json'] === true) {
      terminal.out(`${JSON.stringify(ahead, null, 2)}\n`);
      return 0;
    }
    const state = scheduledState(manifest.hours, from) === 'at-work' ? 'at work' : 'off';
    const rows = [
      ...ahead.map(({ at, to }) => ({ wall: wallWords(Date.parse(at), timeZone), text: `${to === 'at-work' ? 'wake ' : 'sleep'}  ${at}` })),
      ...clockShifts(timeZone, from, DAYS).map(({ date, shift }) => ({ wall: date.padEnd(WALL_LENGTH), text: `clocks go ${shift}` })),
    ]
      .toSorted((one, other) => (one.wall < other.wall ? -1 : 1))
      .map(({ wall, text }) => `  ${weekday(wall)} ${wall}  ${text}`);
    const days = holidays.filter((date) => date >= from.slice(0, 10)).slice(0, 5);
    const next = days.length === 0 ? [] : [`  next holidays: ${days.join(', ')}`];
    terminal.out(lines(`${manifest.id}: ${words} in ${timeZone}; now ${state}`, rows, next, idle.map((line) => `  ${line}`)));
    return 0;
  },
};
