// Instants and durations in words: what a reader of a notice sees.

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** `45 s`, `3 min`, `2 h 5 min`, `3 d 4 h`: two units at most. */
export const durationWords = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
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

const wordsFormat = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZoneName: 'short',
  });
  formats.set(timeZone, made);
  return made;
};

/** `Sat 21 Nov 09:14` in the zone, with the zone's short name. */
export const instantWords = (at: string, timeZone: string): string => {
  const parts = wordsFormat(timeZone).formatToParts(new Date(at));
  const part = (type: string): string => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('hour')}:${part('minute')} ${part('timeZoneName')}`;
};
