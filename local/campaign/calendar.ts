// Which weeks a campaign plays: any of some years, and more often those in which clocks shift, months end or the year is longer.
import { edges } from '../../shared/domain/hours-decisions.ts';
import type { Hours } from '../../shared/domain/hours.ts';
import { wallAt } from '../../shared/domain/wall-clock.ts';
import type { RandomStream } from '../randomness.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const FIRST_MONDAY = Date.UTC(2025, 11, 29);
/** Up to and with the leap day of 2028. */
const WEEKS = 130;

const offset = (instant: number, zone: string): number => wallAt(instant, zone) - instant;
const isEdge = (monday: number, zone: string): boolean => {
  const days = Array.from({ length: 8 }, (_, day) => monday + day * DAY);
  const shifts = offset(monday, zone) !== offset(monday + 7 * DAY, zone);
  const leap = days.some((day) => new Date(day).toISOString().slice(5, 10) === '02-29');
  const newYear = days.some((day) => new Date(day).toISOString().slice(5, 10) === '01-01');
  return shifts || leap || newYear;
};

const mondays = Array.from({ length: WEEKS }, (_, week) => FIRST_MONDAY + week * 7 * DAY);
const edgeWeeks = new Map<string, readonly number[]>();
const edgeMondays = (zone: string): readonly number[] => {
  const known = edgeWeeks.get(zone) ?? mondays.filter((monday) => isEdge(monday, zone));
  edgeWeeks.set(zone, known);
  return known;
};

export interface Week {
  /** All instants in milliseconds; the platform is at work at `from` and from `lastMorning` to `until`. */
  readonly from: number;
  readonly lastMorning: number;
  readonly until: number;
}

/** Work begins, and four hours later the week begins; it ends four hours into the work of the seventh day after. */
const weekFrom = (monday: number, hours: Hours | null): Week => {
  if (hours === null) return { from: monday + 9 * HOUR, lastMorning: monday + 7 * DAY + 7 * HOUR, until: monday + 7 * DAY + 11 * HOUR };
  const mornings = edges(hours, new Date(monday).toISOString(), 21).filter(({ to }) => to === 'at-work').map(({ at }) => Date.parse(at));
  const first = mornings[0] ?? monday;
  const last = mornings.find((at) => at >= first + 6.5 * DAY) ?? first + 7 * DAY;
  return { from: first + 2 * HOUR, lastMorning: last, until: last + 4 * HOUR };
};

/** A week by chance. */
export const chooseWeek = (random: RandomStream, hours: Hours | null): Week => {
  const zone = hours?.timeZone ?? 'UTC';
  const edge = edgeMondays(zone);
  const monday = edge.length > 0 && random.chance(0.35) ? random.pick(edge) : random.pick(mondays);
  return weekFrom(monday, hours);
};
