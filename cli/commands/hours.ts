// `dayshift hours`: the edges of the next two weeks, as the schedules will fire them, before anything is deployed (S1).
import { clockShifts, edges, scheduledState } from '../../shared/domain/hours-decisions.ts';
import { wallWords } from '../../shared/domain/wall-clock.ts';
import { noMore, WrongUse, type Command } from '../command.ts';
import { lines } from '../layout.ts';
import { platformOptions, synthesized } from '../platform.ts';

const DAYS = 14;
/** `2026-11-23 07:00` */
const WALL_LENGTH = 16;

const instantFrom = (text: string | boolean | undefined): string => {
  if (text === undefined) return new Date().toISOString();
  if (typeof text === 'string' && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new WrongUse(`--from ${String(text)} is no instant. Give one like 2026-11-23T00:00:00Z`);
};

const weekday = (wall: string): string => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short' }).format(new Date(wall.slice(0, 10)));

export const hours: Command = {
  name: 'hours',
  summary: 'Shows when a platform sleeps and wakes in the next 14 days',
  usage: 'hours [--platform NAME] [--stage STAGE] [--from INSTANT] [--json]',
  options: {
    ...platformOptions,
    from: { type: 'string', value: 'INSTANT', help: 'first instant (default: now)' },
    json: { type: 'boolean', help: 'for machines: see docs/cli/json.md' },
  },
  example: 'npx dayshift hours --platform wizelit',
  run: async (values, positionals, terminal) => {
    noMore(positionals);
    const from = instantFrom(values['from']);
    const { manifest } = await synthesized(values, { reuse: true });
    if (manifest.hours === null) {
      terminal.out(values['json'] === true ? '[]\n' : `${manifest.id} has no hours: it never sleeps by the clock.\n`);
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
    terminal.out(lines(`${manifest.id}: ${words} in ${timeZone}; now ${state}`, rows, next));
    return 0;
  },
};
