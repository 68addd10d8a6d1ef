// What the hours say at an instant: at work or off, the edges ahead, and the cron expressions that fire them (S1, S12).
import type { Hours, Window } from './hours.ts';
import { instantAt, wallAt } from './wall-clock.ts';

export type Scheduled = 'at-work' | 'off';

export interface Edge {
  /** ISO instant at which the state changes. */
  readonly at: string;
  readonly to: Scheduled;
  /** The clock is put forward or back on that day. */
  readonly shift: 'none' | 'forward' | 'back';
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const FIRST_DAYS_BACK = 2;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
const dateOf = (wallDay: number): string => new Date(wallDay).toISOString().slice(0, 10);
/** ISO weekday, 1 is Monday. */
const weekdayOf = (wallDay: number): number => ((new Date(wallDay).getUTCDay() + 6) % 7) + 1;

/** Windows that begin on a local date: its exception when there is one, none on a holiday, else those of its weekday. */
const windowsOn = (hours: Hours, wallDay: number): readonly Omit<Window, 'days'>[] => {
  const date = dateOf(wallDay);
  const exception = hours.exceptions.find((one) => one.date === date);
  if (exception !== undefined) return exception.windows;
  if (hours.holidays.includes(date)) return [];
  return hours.windows.filter(({ days }) => days.includes(weekdayOf(wallDay)));
};

/** The instant of a wall-clock time; in a spring gap the moment the gap ends, for the state follows the hours even where no schedule fires. */
const instantOrGapEnd = (wall: number, timeZone: string): number => {
  for (let later = wall; ; later += MINUTE) {
    const instant = instantAt(later, timeZone);
    if (instant !== null) return instant;
  }
};

/** What was found for hours, by day and number of days: the same question comes many times a day. */
const foundSpans = new WeakMap<Hours, Map<number, readonly Span[]>>();
const DAYS_APART = 1000;

/** Spans of work that begin on the local days around an instant, merged and in order. */
const spans = (hours: Hours, from: number, days: number): readonly Span[] => {
  const today = Math.floor(wallAt(from, hours.timeZone) / DAY);
  const name = today * DAYS_APART + days;
  const known = foundSpans.get(hours) ?? new Map<number, readonly Span[]>();
  const found = known.get(name) ?? findSpans(hours, (today - FIRST_DAYS_BACK) * DAY, days);
  foundSpans.set(hours, known.set(name, found));
  return found;
};

const findSpans = (hours: Hours, firstDay: number, days: number): readonly Span[] => {
  const found: Span[] = [];
  for (let day = firstDay; day <= firstDay + (days + 2 * FIRST_DAYS_BACK) * DAY; day += DAY) {
    for (const window of windowsOn(hours, day)) {
      const begin = minutesOf(window.from);
      const end = minutesOf(window.to);
      const length = end > begin ? end - begin : end + 1440 - begin;
      found.push({
        from: instantOrGapEnd(day + begin * MINUTE, hours.timeZone),
        to: instantOrGapEnd(day + (begin + length) * MINUTE, hours.timeZone),
      });
    }
  }
  return merged(found.sort((one, other) => one.from - other.from));
};

const merged = (sorted: readonly Span[]): readonly Span[] => {
  const result: Span[] = [];
  for (const span of sorted) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else if (span.to > span.from) result.push(span);
  }
  return result;
};

/** Whether the hours call for work at an instant. */
export const scheduledState = (hours: Hours, at: string): Scheduled => {
  const instant = Date.parse(at);
  return spans(hours, instant, 1).some(({ from, to }) => from <= instant && instant < to) ? 'at-work' : 'off';
};

interface Change {
  readonly instant: number;
  readonly to: Scheduled;
}

/** The changes of state after an instant, for that many days. */
const changes = (hours: Hours, from: string, days: number): readonly Change[] => {
  const start = Date.parse(from);
  const end = start + days * DAY;
  return spans(hours, start, days)
    .flatMap((span): readonly Change[] => [
      { instant: span.from, to: 'at-work' },
      { instant: span.to, to: 'off' },
    ])
    .filter(({ instant }) => instant > start && instant <= end);
};

const edgeOf = ({ instant, to }: Change, timeZone: string): Edge => ({ at: new Date(instant).toISOString(), to, shift: shiftOn(instant, timeZone) });

/** The edges after an instant, for that many days; days on which the zone's clock shifts are marked. */
export const edges = (hours: Hours, from: string, days: number): readonly Edge[] =>
  changes(hours, from, days).map((change) => edgeOf(change, hours.timeZone));

/** Most hours change within days; only long holidays need a look further ahead. */
const LOOKS_DAYS: readonly number[] = [4, 60];

/** The next change of state after an instant, null when the hours never change. */
export const nextEdge = (hours: Hours, at: string): Edge | null => {
  for (const days of LOOKS_DAYS) {
    const [change] = changes(hours, at, days);
    if (change !== undefined) return edgeOf(change, hours.timeZone);
  }
  return null;
};

/** The next time work begins after an instant, null when it never does. */
export const nextWork = (hours: Hours, at: string): string | null => {
  for (const days of LOOKS_DAYS) {
    const change = changes(hours, at, days).find(({ to }) => to === 'at-work');
    if (change !== undefined) return new Date(change.instant).toISOString();
  }
  return null;
};

/** Whether work began between two instants, the later one included. */
export const workBegan = (hours: Hours, from: string, to: string): boolean => {
  const end = Date.parse(to);
  return changes(hours, from, Math.max(1, Math.ceil((end - Date.parse(from)) / DAY))).some((change) => change.to === 'at-work' && change.instant <= end);
};

/** Local days within so many from an instant on which the zone's clock shifts, with or without an edge. */
export const clockShifts = (
  timeZone: string,
  from: string,
  days: number,
): readonly { readonly date: string; readonly shift: Edge['shift'] }[] => {
  const first = dayAt(Date.parse(from), timeZone);
  return Array.from({ length: days + 1 }, (_, index) => first + index * DAY)
    .map((day) => ({ date: new Date(day).toISOString().slice(0, 10), shift: shiftOnDay(day, timeZone) }))
    .filter(({ shift }) => shift !== 'none');
};

/** Midnight of the local day, on the zone's own clock. */
const dayAt = (instant: number, timeZone: string): number => Math.floor(wallAt(instant, timeZone) / DAY) * DAY;

const shiftOn = (instant: number, timeZone: string): Edge['shift'] => shiftOnDay(dayAt(instant, timeZone), timeZone);

const shiftOnDay = (day: number, timeZone: string): Edge['shift'] => {
  const offsetAt = (wall: number): number => {
    const midnight = instantOrGapEnd(wall, timeZone);
    return wallAt(midnight, timeZone) - midnight;
  };
  const change = offsetAt(day + DAY) - offsetAt(day);
  return change > 0 ? 'forward' : change < 0 ? 'back' : 'none';
};
