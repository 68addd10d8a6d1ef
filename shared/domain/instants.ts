// Instants and durations in words: what a reader of a notice sees.
import { wallAt } from './wall-clock.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** `45 s`, `1 min 28 s`, `3 min`, `2 h 5 min`, `3 d 4 h`: two units at most. */
export const durationWords = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < 2 * MINUTE) return pair(1, 'min', whole - MINUTE, 's');
  if (whole < HOUR) return `${Math.round(whole / MINUTE)} min`;
  if (whole < DAY) return pair(Math.floor(whole / HOUR), 'h', Math.floor((whole % HOUR) / MINUTE), 'min');
  return pair(Math.floor(whole / DAY), 'd', Math.floor((whole % DAY) / HOUR), 'h');
};

/** `45 s`, `5 min 54 s`, `1 h 2 min`: for what was measured to the second. */
export const exactWords = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  return whole < HOUR ? pair(Math.floor(whole / MINUTE), 'min', whole % MINUTE, 's') : durationWords(whole);
};

const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

/** Seconds from one instant to another, negative when `to` is earlier. */
export const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** The instant that many seconds later. */
export const later = (at: string, seconds: number): string => new Date(Date.parse(at) + seconds * 1000).toISOString();

const formats = new Map<string, Intl.DateTimeFormat>();

const wordsFormat = (timeZone: string, locale = 'en-GB'): Intl.DateTimeFormat => {
  const key = `${locale} ${timeZone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZoneName: 'short',
  });
  formats.set(key, made);
  return made;
};

/** Each English knows the short names of its own part of the world only, and writes an offset for all others. */
const locales = ['en-GB', 'en-AU', 'en-US', 'en-IN', 'en-ZA', 'en-SG'] as const;

const zoneNames = new Map<string, string>();

/** `CET`, `AEDT`, `EST`: what people there call their time; `Tokyo time` where English has no short name. */
const zoneWords = (at: Date, timeZone: string): string => {
  // The name changes with the clock: one look serves as long as the zone keeps its offset.
  const key = `${timeZone} ${wallAt(at.getTime(), timeZone) - Math.floor(at.getTime() / 1000) * 1000}`;
  const name = zoneNames.get(key) ?? findZoneWords(at, timeZone);
  zoneNames.set(key, name);
  return name;
};

const findZoneWords = (at: Date, timeZone: string): string => {
  const nameIn = (locale: string): string =>
    wordsFormat(timeZone, locale)
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  for (const locale of locales) {
    const name = nameIn(locale);
    if (!/^(?:GMT|UTC)[+-]/.test(name)) return name;
  }
  return timeZone.startsWith('Etc/') ? nameIn('en-GB') : `${timeZone.split('/').at(-1)?.replaceAll('_', ' ')} time`;
};

/** `Sat 21 Nov 09:14 AEDT`: the instant in the zone, with the zone's own short name. */
export const instantWords = (at: string, timeZone: string): string => {
  const instant = new Date(at);
  const parts = wordsFormat(timeZone).formatToParts(instant);
  const part = (type: string): string => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('hour')}:${part('minute')} ${zoneWords(instant, timeZone)}`;
};

/** The later of two ISO instants. */
export const latest = (one: string, other: string): string => (Date.parse(one) > Date.parse(other) ? one : other);
