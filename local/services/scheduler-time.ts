// When schedules fire: AWS cron, rate and at expressions in any time zone, with AWS's answers to clock changes.
import { Cron } from 'croner';
import { wallAt } from '../../shared/domain/wall-clock.ts';
import { AwsError } from '../simulated.ts';

export interface ScheduleTimes {
  /** The first firing strictly after an instant (virtual milliseconds), or undefined when there is none. */
  next(after: number): number | undefined;
}

export interface ScheduleWords {
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  readonly expression: string;
  /** IANA zone, e.g. `Australia/Sydney`; rates do not use it. */
  readonly zone: string;
  /** Rates count from here: the schedule's start date, else when it was made. */
  readonly start: number;
}

const refuse = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

/** Reads a schedule; throws ValidationException for what AWS refuses (aws-facts F, engines §5). */
export const readSchedule = ({ expression, zone, start }: ScheduleWords): ScheduleTimes => {
  if (!isZone(zone)) return refuse(`Provided ScheduleExpressionTimezone ${zone} is not supported.`);
  const [, kind, body] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'cron':
      return cronTimes(body ?? '', zone);
    case 'rate':
      return rateTimes(body ?? '', start);
    case 'at':
      return oneTime(body ?? '', zone);
    default:
      return refuse(`Invalid Schedule Expression ${expression}.`);
  }
};

const unitSeconds: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };

/** A rate is elapsed time: a day is 24 hours, whatever the clocks do. */
const rateTimes = (body: string, start: number): ScheduleTimes => {
  const [, amount, unit, plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(body) ?? [];
  const count = Number(amount);
  if (unit === undefined || !(count > 0) || (count === 1) !== (plural === '')) return refuse(`Invalid Schedule Expression rate(${body}).`);
  const period = count * (unitSeconds[unit] ?? 0) * 1000;
  return { next: (after) => (after < start ? start : start + (Math.floor((after - start) / period) + 1) * period) };
};

const oneTime = (body: string, zone: string): ScheduleTimes => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) return refuse(`Invalid Schedule Expression at(${body}).`);
  const wall = Date.parse(`${body}Z`);
  if (Number.isNaN(wall)) return refuse(`Invalid Schedule Expression at(${body}).`);
  const instant = instantOfWall(zone, wall);
  return { next: (after) => (instant !== undefined && instant > after ? instant : undefined) };
};

/**
 * The cron library counts on the wall clock as if it were UTC; wall times are then mapped to instants here, because AWS
 * skips a time that the clocks jump over and runs a repeated one once, at its first occurrence (aws-facts F).
 */
const cronTimes = (body: string, zone: string): ScheduleTimes => {
  checkCron(body);
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = body.split(' ');
  const lastWeekday = (dayOfWeek ?? '').replace(/^(\d|[A-Z]{3})L$/i, '$1#L');
  const cron = new Cron(`0 ${minute} ${hour} ${dayOfMonth} ${month} ${lastWeekday} ${year}`, {
    timezone: 'UTC',
    paused: true,
    alternativeWeekdays: true,
    domAndDow: true,
    mode: '7-part',
    sloppyRanges: true,
  });
  return {
    next(after) {
      let wall: Date | null = new Date(after + offsetAt(zone, after));
      for (wall = cron.nextRun(wall); wall !== null; wall = cron.nextRun(wall)) {
        const instant = instantOfWall(zone, wall.getTime());
        if (instant !== undefined && instant > after) return instant;
      }
      return undefined;
    },
  };
};

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface CronField {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
  /** Forms of its own, such as `L` or `3#2`. */
  readonly special?: RegExp;
}

const cronFields: readonly CronField[] = [
  { name: 'minutes', least: 0, most: 59, names: [] },
  { name: 'hours', least: 0, most: 23, names: [] },
  { name: 'day-of-month', least: 1, most: 31, names: [], special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', least: 1, most: 12, names: monthNames },
  { name: 'day-of-week', least: 1, most: 7, names: weekdayNames, special: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/ },
  { name: 'year', least: 1970, most: 2199, names: [] },
];

const checkCron = (body: string): void => {
  const parts = body.split(' ');
  const isValid =
    parts.length === cronFields.length && parts.every((part, index) => isCronField(part.toUpperCase(), cronFields[index] as CronField));
  const days = [parts[2], parts[4]].filter((part) => part === '?').length;
  if (!isValid || days !== 1) refuse(`Invalid Schedule Expression cron(${body}).`);
};

const isCronField = (text: string, field: CronField): boolean => {
  if (field.special?.test(text)) return true;
  return text.split(',').every((item) => {
    const [range = '', step, ...more] = item.split('/');
    if (more.length > 0 || (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0))) return false;
    if (range === '*') return true;
    const bounds = range.split('-').map((value) => cronValue(value, field));
    if (bounds.length > 2 || bounds.some((value) => value === undefined)) return false;
    return bounds.length === 1 || (bounds[0] as number) <= (bounds[1] as number);
  });
};

const cronValue = (text: string, { least, most, names }: CronField): number | undefined => {
  const named = names.indexOf(text);
  const value = named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
};

const isZone = (zone: string): boolean => {
  try {
    wallAt(0, zone);
    return true;
  } catch (problem) {
    if (problem instanceof RangeError) return false;
    throw problem;
  }
};

/** Milliseconds the zone's wall clock is ahead of UTC at an instant. */
const offsetAt = (zone: string, instant: number): number => {
  if (zone === 'UTC') return 0;
  return wallAt(instant, zone) - Math.floor(instant / 1000) * 1000;
};

const day = 86_400_000;

/** The instant at which the zone's clock shows a wall time: the first of two, or undefined when the clock jumps over it. */
const instantOfWall = (zone: string, wall: number): number | undefined => {
  const offsets = [...new Set([offsetAt(zone, wall - day), offsetAt(zone, wall + day)])];
  return offsets
    .map((offset) => wall - offset)
    .filter((instant) => offsetAt(zone, instant) === wall - instant)
    .toSorted((a, b) => a - b)[0];
};
