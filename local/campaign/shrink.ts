// Makes a failing day small: takes happenings away, then days, as long as the same rule still breaks.
import type { DayData, HappeningData } from './random-week.ts';

export interface Shrunk {
  readonly data: DayData;
  /** Days played on the way. */
  readonly tries: number;
}

const DAY = 86_400_000;

/** Every way to leave one of `parts` equal pieces out. */
const without = (happenings: readonly HappeningData[], parts: number): readonly (readonly HappeningData[])[] => {
  const size = Math.ceil(happenings.length / parts);
  return Array.from({ length: parts }, (_, part) => [...happenings.slice(0, part * size), ...happenings.slice((part + 1) * size)]).filter(
    (left) => left.length < happenings.length,
  );
};

/** The same day beginning or ending whole days later or earlier, with all happenings still inside. */
const shorter = (data: DayData): readonly DayData[] => {
  const from = Date.parse(data.from);
  const until = Date.parse(data.until);
  const moved = (days: number, which: 'from' | 'until'): DayData => ({
    ...data,
    [which]: new Date((which === 'from' ? from : until) + days * DAY).toISOString(),
  });
  const candidates = [4, 2, 1].flatMap((days) => [moved(days, 'from'), moved(-days, 'until')]);
  return candidates.filter(({ from: begins, until: ends, happenings }) => begins < ends && happenings.every(({ at }) => at >= begins && at <= ends));
};

/** The first of the candidates that still fails; undefined when none does or the tries are used up. */
const firstFailing = async (candidates: readonly DayData[], fails: (data: DayData) => Promise<boolean>, budget: { left: number }): Promise<DayData | undefined> => {
  for (const candidate of candidates) {
    if (budget.left <= 0) return undefined;
    budget.left -= 1;
    if (await fails(candidate)) return candidate;
  }
  return undefined;
};

/** Delta debugging: ever smaller pieces are left out until no single happening and no day can be missed, or `tries` days were played. */
export const shrink = async (data: DayData, fails: (data: DayData) => Promise<boolean>, tries = 150): Promise<Shrunk> => {
  const budget = { left: tries };
  let smallest = data;
  let parts = 2;
  while (budget.left > 0) {
    const fewer = without(smallest.happenings, parts).map((happenings) => ({ ...smallest, happenings }));
    const found = (await firstFailing(fewer, fails, budget)) ?? (await firstFailing(shorter(smallest), fails, budget));
    if (found !== undefined) {
      smallest = found;
      parts = Math.max(2, Math.min(parts, found.happenings.length));
    } else if (parts < smallest.happenings.length) parts = Math.min(parts * 2, smallest.happenings.length);
    else break;
  }
  return { data: smallest, tries: tries - budget.left };
};
