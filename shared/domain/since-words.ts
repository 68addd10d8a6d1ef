// Instants as people ask for them on a command line: `30m`, `2 hours`, `09:15`, an ISO instant; for looking back and for looking ahead.
import { secondsOf } from './units.ts';
import { instantAt, instantOf, wallAt } from './wall-clock.ts';

const letters: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3_600, d: 86_400, w: 604_800 };
const DAY = 86_400_000;

/** Seconds of `90s`, `30m`, `2h`, `1d` or `2 hours`; null when it is none of them. */
export const shortSeconds = (text: string): number | null => {
  const [, amount, unit] = /^(\d+)\s*([a-z]+)$/.exec(text.trim()) ?? [];
  const perUnit = letters[unit ?? ''];
  return perUnit === undefined ? secondsOf(text) : Number(amount) * perUnit;
};

/** The wall-clock time `HH:MM` on the day of an instant, as milliseconds of that reading in UTC; null when it is no time. */
const wallTime = (text: string, at: number, timeZone: string): number | null => {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) return null;
  return Math.floor(wallAt(at, timeZone) / DAY) * DAY + Number(hour) * 3_600_000 + Number(minute) * 60_000;
};

/** The instant that `--since` means, not after `at`; null when it cannot be read. A time of day is its last occurrence. */
export const sinceInstant = (text: string, at: string, timeZone: string): string | null => {
  const now = Date.parse(at);
  const seconds = shortSeconds(text);
  if (seconds !== null) return new Date(now - seconds * 1000).toISOString();
  const wall = wallTime(text, now, timeZone);
  const instant = wall === null ? instantOf(text, timeZone) : instantAt(wall > wallAt(now, timeZone) ? wall - DAY : wall, timeZone);
  return instant === null ? null : new Date(instant).toISOString();
};

/** The instant that `until 22:00`, `for 2h` or an ISO instant means, after `at`; null when it cannot be read or has passed. */
export const untilInstant = (text: string, at: string, timeZone: string): string | null => {
  const now = Date.parse(at);
  const words = text.trim().replace(/^(until|for)\s+/, '');
  const seconds = shortSeconds(words);
  if (seconds !== null) return seconds > 0 ? new Date(now + seconds * 1000).toISOString() : null;
  const wall = wallTime(words, now, timeZone);
  const instant = wall === null ? instantOf(words, timeZone) : instantAt(wall <= wallAt(now, timeZone) ? wall + DAY : wall, timeZone);
  return instant === null || instant <= now ? null : new Date(instant).toISOString();
};
