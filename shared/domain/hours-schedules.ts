// The hours as EventBridge Scheduler expressions: when it has to ask, a lead before each edge; what to do then the story asks the hours (S12).
import type { Hours, Window } from './hours.ts';

export interface AskSchedule {
  /** Part of the schedule's name, stable for one set of hours: `1`, `2`, … or the date of an exception. */
  readonly key: string;
  /** `cron(…)` or `at(…)` in the zone of the hours. */
  readonly expression: string;
  readonly to: 'at-work' | 'off';
}

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
const DAY_MINUTES = 1440;
const DAY_MS = 86_400_000;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** A wall-clock time less a lead: which day it falls on (0, or -1 for the day before) and what the clock shows. */
const before = (minutes: number, leadMinutes: number): { readonly shift: number; readonly minutes: number } => {
  const total = minutes - leadMinutes;
  const shift = Math.floor(total / DAY_MINUTES);
  return { shift, minutes: total - shift * DAY_MINUTES };
};

const weekdays = (days: readonly number[], shift: number): string =>
  [...new Set(days.map((day) => (((day - 1 + shift) % 7) + 7) % 7))]
    .sort((one, other) => one - other)
    .map((index) => DAYS[index])
    .join(',');

const cron = (minutes: number, days: readonly number[], shift: number): string =>
  `cron(${minutes % 60} ${Math.floor(minutes / 60)} ? * ${weekdays(days, shift)} *)`;

/** Minutes after its first midnight at which a window ends; beyond a day when it runs past midnight. */
const endOf = ({ from, to }: Pick<Window, 'from' | 'to'>): number =>
  minutesOf(to) > minutesOf(from) ? minutesOf(to) : minutesOf(to) + DAY_MINUTES;

/** Every schedule the hours need. Leads are minutes before the edge of waking and of sleeping. */
export const askSchedules = (hours: Hours, leads: { readonly wake: number; readonly sleep: number }): readonly AskSchedule[] => [
  ...hours.windows.flatMap((window, index) => {
    const begin = before(minutesOf(window.from), leads.wake);
    const end = before(endOf(window), leads.sleep);
    return [
      { key: `${index + 1}`, to: 'at-work' as const, expression: cron(begin.minutes, window.days, begin.shift) },
      { key: `${index + 1}`, to: 'off' as const, expression: cron(end.minutes, window.days, end.shift) },
    ];
  }),
  ...hours.exceptions.flatMap(({ date, windows }) =>
    windows.flatMap((window, index) => [
      { key: `${date}-${index + 1}`, to: 'at-work' as const, expression: once(date, minutesOf(window.from) - leads.wake) },
      { key: `${date}-${index + 1}`, to: 'off' as const, expression: once(date, endOf(window) - leads.sleep) },
    ]),
  ),
];

const once = (date: string, minutes: number): string =>
  `at(${new Date(Date.parse(`${date}T00:00:00Z`) + minutes * (DAY_MS / DAY_MINUTES)).toISOString().slice(0, 19)})`;
