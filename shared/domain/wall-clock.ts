// Wall-clock time in a time zone: the one place that maps what people write to instants, DST included.

const formats = new Map<string, Intl.DateTimeFormat>();

const format = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
};

const QUARTER = 900_000;
const DAY = 86_400_000;
const offsets = new Map<string, Map<number, number>>();

/** The wall clock of a zone at an instant, as milliseconds of the same reading in UTC. Throws RangeError for an unknown zone. */
export const wallAt = (instant: number, timeZone: string): number => {
  // Zones shift at full quarters of an hour only, so one look at the calendar serves the whole quarter.
  const quarter = Math.floor(instant / QUARTER);
  return Math.floor(instant / 1000) * 1000 + (offsets.get(timeZone)?.get(quarter) ?? readOffset(quarter, timeZone));
};

const readOffset = (quarter: number, timeZone: string): number => {
  const day = Math.floor((quarter * QUARTER) / DAY);
  const offset = steadyOffset(day, timeZone) ?? offsetAt(quarter * QUARTER, timeZone);
  const known = offsets.get(timeZone) ?? new Map<number, number>();
  offsets.set(timeZone, known.set(quarter, offset));
  return offset;
};

const steady = new Map<string, Map<number, number | null>>();

/** The offset of a whole day in UTC, null when the zone shifts on it: most days are read at both ends only. */
const steadyOffset = (day: number, timeZone: string): number | null => {
  const known = steady.get(timeZone) ?? new Map<number, number | null>();
  const before = known.get(day);
  if (before !== undefined) return before;
  const first = offsetAt(day * DAY, timeZone);
  const found = first === offsetAt((day + 1) * DAY, timeZone) ? first : null;
  steady.set(timeZone, known.set(day, found));
  return found;
};

const offsetAt = (instant: number, timeZone: string): number => readWall(instant, timeZone) - instant;

const readWall = (instant: number, timeZone: string): number => {
  const part: Record<string, number> = {};
  for (const { type, value } of format(timeZone).formatToParts(instant)) part[type] = Number(value);
  return Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1, part['hour'] ?? 0, part['minute'] ?? 0, part['second'] ?? 0);
};

/** The instant at which a zone's wall clock reads this: null in a spring gap, the first of two in an autumn overlap (aws-facts F). */
export const instantAt = (wall: number, timeZone: string): number | null => {
  const before = wall - (wallAt(wall - DAY, timeZone) - (wall - DAY));
  const after = wall - (wallAt(wall + DAY, timeZone) - (wall + DAY));
  const first = Math.min(before, after);
  if (wallAt(first, timeZone) === wall) return first;
  const second = Math.max(before, after);
  return wallAt(second, timeZone) === wall ? second : null;
};

const WRITTEN = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)((?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** What a written instant means, or why it means none. */
export type ReadInstant = { readonly at: number } | { readonly wrong: string };

/**
 * Reads `YYYY-MM-DDTHH:MM[:SS]` in the zone, or an instant with `Z` or an offset. A day or a time that no calendar or clock has is
 * none, and neither is a time the zone's clocks go forward over; of a time they show twice the first is meant (aws-facts F).
 */
export const readInstant = (text: string, timeZone: string): ReadInstant => {
  const [, date = '', time = '', offset] = WRITTEN.exec(text) ?? [];
  if (date === '') return { wrong: `is no instant in ${timeZone}` };
  const day = Date.parse(`${date}T00:00Z`);
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return { wrong: `is no instant: there is no ${date}` };
  const wall = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(wall) || wall - day >= DAY) return { wrong: `is no instant: no clock shows ${time}` };
  const at = offset === undefined ? instantAt(wall, timeZone) : Date.parse(text);
  if (at === null) return { wrong: `does not exist in ${timeZone}: its clocks go forward over it, ${writtenInstant(past(wall, timeZone), timeZone)} may be meant` };
  return Number.isNaN(at) ? { wrong: `is no instant: ${offset} is no offset` } : { at };
};

/** The instant at which a clock not put forward would read this. */
const past = (wall: number, timeZone: string): number => wall - (wallAt(wall - DAY, timeZone) - (wall - DAY));

/** The instant that `readInstant` reads; null when there is none. */
export const instantOf = (text: string, timeZone: string): number | null => {
  const read = readInstant(text, timeZone);
  return 'at' in read ? read.at : null;
};

/** `YYYY-MM-DDTHH:MM[:SS]`: how `readInstant` reads that instant in the zone. */
export const writtenInstant = (instant: number, timeZone: string): string =>
  new Date(wallAt(instant, timeZone)).toISOString().slice(0, 19).replace(/:00$/, '');

/** `YYYY-MM-DD HH:MM` of the zone at an instant. */
export const wallWords = (instant: number, timeZone: string): string => new Date(wallAt(instant, timeZone)).toISOString().slice(0, 16).replace('T', ' ');
