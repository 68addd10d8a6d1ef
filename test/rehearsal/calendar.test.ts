// The weeks campaigns play: shifts of the clocks, the leap day, the turn of the year and ends of months are among them, and more often than by chance.
import { expect, it } from 'vitest';
import { chooseWeek } from '../../local/campaign/calendar.ts';
import { makeRandomness } from '../../local/randomness.ts';
import { manifestFrom } from '../assembly.ts';

const DAY = 86_400_000;

it('X1: three hundred weeks of a campaign hold leap days, both shifts of the clocks, the turn of the year and ends of months', async () => {
  const { hours } = await manifestFrom('wizelit');
  const random = makeRandomness('calendar').stream('weeks');
  const weeks = Array.from({ length: 300 }, () => chooseWeek(random, hours));
  const holding = (day: RegExp): number => weeks.filter(({ from, until }) => Array.from({ length: Math.ceil((until - from) / DAY) + 1 }, (_, index) => new Date(from + index * DAY).toISOString()).some((text) => day.test(text))).length;
  expect(weeks.every(({ from, until, lastMorning }) => from < lastMorning && lastMorning < until)).toBe(true);
  expect(holding(/-02-29T/)).toBeGreaterThan(5);
  expect(holding(/-01-01T/)).toBeGreaterThan(20);
  // Sydney shifts on the first Sundays of April and October.
  expect(holding(/2026-04-05|2027-04-04/)).toBeGreaterThan(10);
  expect(holding(/2026-10-04|2027-10-03/)).toBeGreaterThan(10);
  expect(holding(/-(01-31|03-31|04-30|06-30|09-30)T/)).toBeGreaterThan(20);
});
