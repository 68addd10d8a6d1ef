// A campaign: seeded random weeks with faults, judged one after the other on every core, until one breaks a rule.
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { Broken } from '../rules/judge.ts';
import { makeCrew, type Crew } from './crew.ts';
import { randomWeek, type DayData } from './random-week.ts';
import { shrink } from './shrink.ts';
import { subjectsOf } from './subjects.ts';

/** A week has seven nights. */
export const NIGHTS_PER_WEEK = 7;

export interface CampaignOptions {
  readonly assembly: string;
  readonly manifest: Manifest;
  readonly nights: number;
  readonly seed: string;
  readonly workers: number;
  /** Goes on after a violation and shrinks nothing. */
  readonly keepGoing?: boolean;
  /** Ends the campaign at once: weeks under way do not count. */
  readonly signal?: AbortSignal;
  readonly progress?: (progress: Progress) => void;
}

export interface Progress {
  readonly nights: number;
  readonly of: number;
  readonly faults: number;
  readonly seconds: number;
}

export interface Found {
  readonly seed: string;
  readonly broken: readonly Broken[];
  readonly week: DayData;
  /** The smallest day that still breaks the same rule; absent when nothing was shrunk. */
  readonly smallest?: DayData;
  readonly tries?: number;
}

export interface CampaignReport extends Progress {
  readonly entries: number;
  readonly found: readonly Found[];
  readonly interrupted: boolean;
}

const isFault = (happening: DayData['happenings'][number]): boolean => 'fault' in happening;

interface State {
  nights: number;
  faults: number;
  entries: number;
  next: number;
  readonly found: Found[];
  readonly began: number;
}

const smaller = async (crew: Crew, found: Found): Promise<Found> => {
  const ids = new Set(found.broken.map(({ id, words }) => `${id} ${words}`));
  const { data, tries } = await shrink(found.week, async (data) => {
    const { broken } = await crew.play(data);
    return broken.some(({ id, words }) => ids.has(`${id} ${words}`));
  });
  return { ...found, smallest: data, tries };
};

/** Ends when the signal does: what is being played then is not waited for. */
const abortOf = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));

/** Plays weeks until the nights are done, a rule breaks or the signal says so; what it has by then is the answer. */
export const campaign = async (options: CampaignOptions): Promise<CampaignReport> => {
  const { assembly, manifest, seed, workers, signal, keepGoing = false, progress = () => undefined } = options;
  const weeks = Math.ceil(options.nights / NIGHTS_PER_WEEK);
  const of = weeks * NIGHTS_PER_WEEK;
  const subjects = subjectsOf(assembly, manifest);
  const crew = makeCrew(Math.min(workers, weeks), { assembly, manifest });
  const state: State = { nights: 0, faults: 0, entries: 0, next: 0, found: [], began: performance.now() };
  const soFar = (): Progress => ({ nights: state.nights, of, faults: state.faults, seconds: (performance.now() - state.began) / 1000 });
  const over = (): boolean => state.next >= weeks || signal?.aborted === true || (!keepGoing && state.found.length > 0);
  const work = async (): Promise<void> => {
    while (!over()) {
      state.next += 1;
      const weekSeed = `${seed}/${state.next}`;
      const week = randomWeek(manifest, subjects, weekSeed);
      const { broken, entries } = await crew.play(week);
      state.nights += NIGHTS_PER_WEEK;
      state.faults += week.happenings.filter(isFault).length;
      state.entries += entries;
      if (broken.length > 0) state.found.push({ seed: weekSeed, broken, week });
      progress(soFar());
    }
  };
  try {
    const interrupted = abortOf(signal);
    await Promise.race([Promise.all(Array.from({ length: crew.size }, work)), interrupted]);
    const figures = soFar();
    const [first] = state.found;
    const shrinks = first !== undefined && !keepGoing && signal?.aborted !== true;
    const smallest = shrinks ? await Promise.race([smaller(crew, first), interrupted.then(() => first)]) : first;
    const found = smallest === undefined ? [] : [smallest, ...state.found.slice(1)];
    return { ...figures, entries: state.entries, found, interrupted: signal?.aborted === true };
  } finally {
    await crew.close();
  }
};
