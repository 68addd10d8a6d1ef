// The exhaustive crash test: each story's standard case is played once per crash point, and must end as if nothing had happened.
import type { Manifest } from '../../shared/domain/manifest.ts';
import { checkDay } from '../rehearsal/day.ts';
import { rehearsal } from '../rehearsal/rehearsal.ts';
import { sourceHosts } from '../rehearsal/source-doors.ts';
import type { Broken } from '../rules/judge.ts';
import { crashPoints, type CrashPoint } from './crash-points.ts';
import { makeCrew, type Crew } from './crew.ts';
import type { DayData } from './random-week.ts';
import { storyDays, type Story, type StoryDay } from './story-days.ts';
import { subjectsOf } from './subjects.ts';
import { verdictOn, type Verdict } from './verdict.ts';

export interface ExhaustiveOptions {
  readonly assembly: string;
  readonly manifest: Manifest;
  readonly workers: number;
  /** Only these stories; all when absent. */
  readonly stories?: readonly Story[];
  /** At most so many points of each kind and story, spread evenly; all when absent. */
  readonly sample?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (words: string) => void;
}

export interface Failure {
  readonly words: string;
  readonly day: DayData;
  readonly broken: readonly Broken[];
}

export interface StoryReport {
  readonly story: Story;
  readonly kind: CrashPoint['kind'];
  /** Points that ended right, of those played, of those there are. */
  readonly right: number;
  readonly played: number;
  readonly points: number;
  readonly failures: readonly Failure[];
}

const spread = <T>(all: readonly T[], most: number): readonly T[] => {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, index) => all[Math.floor((index * all.length) / most)]!);
};

/** The case with the fault from its first instant on. */
const broken = ({ data }: StoryDay, { fault, words }: CrashPoint): DayData => ({
  ...data,
  title: `${data.title}: ${words}`,
  happenings: [{ at: data.from, fault }, ...data.happenings],
});

/** A refused request may end in something else: the story gives up and says so; what the rules say of it they say themselves (local/rules/refusals.ts). */
const wrongEnd = ({ kind }: CrashPoint, { broken: rules, end }: Verdict, expected: string): readonly Broken[] =>
  kind === 'refusal' ? rules : [...rules, ...differentEnd(end, expected)];

const differentEnd = (end: string, expected: string): readonly Broken[] =>
  end === expected ? [] : [{ id: 'X1', words: 'the end is the same as without the crash', what: `${end} instead of ${expected}` }];

const playAll = async (crew: Crew, day: StoryDay, points: readonly CrashPoint[], expected: string, { signal, progress }: ExhaustiveOptions): Promise<readonly Failure[] & { played?: number }> => {
  const failures: Failure[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < points.length && signal?.aborted !== true) {
      const point = points[next]!;
      next += 1;
      const data = broken(day, point);
      const wrong = wrongEnd(point, await crew.play(data), expected);
      if (wrong.length > 0) failures.push({ words: point.words, day: data, broken: wrong });
      progress?.(`${day.story}: ${next} of ${points.length}, ${failures.length} wrong`);
    }
  };
  await Promise.all(Array.from({ length: crew.size }, work));
  return Object.assign(failures, { played: next });
};

/** Plays every crash point of every story; throws when an undisturbed case breaks a rule itself. */
export const exhaustive = async (options: ExhaustiveOptions): Promise<readonly StoryReport[]> => {
  const { assembly, manifest, workers, sample = Infinity, stories, signal } = options;
  const hosts = await sourceHosts();
  const crew = makeCrew(workers, { assembly, manifest });
  const reports: StoryReport[] = [];
  try {
    for (const day of storyDays(manifest, subjectsOf(assembly, manifest))) {
      if (signal?.aborted === true || (stories !== undefined && !stories.includes(day.story))) continue;
      const undisturbed = await verdictOn(day.data, { assembly, manifest, hosts });
      if (undisturbed.broken.length > 0) throw new Error(`the standard case of ${day.story} breaks a rule undisturbed: ${undisturbed.broken[0]!.what}`);
      const read = checkDay(day.data.title, day.data, manifest.hours?.timeZone ?? 'UTC');
      const { trail } = await rehearsal({ assembly, manifest, hosts, day: read, given: 'running' });
      const points = crashPoints(trail, day);
      for (const kind of ['kill', 'error', 'refusal'] as const) {
        const all = points.filter((point) => point.kind === kind);
        const chosen = spread(all, sample);
        const failures = await playAll(crew, day, chosen, undisturbed.end, options);
        const played = failures.played ?? chosen.length;
        reports.push({ story: day.story, kind, right: played - failures.length, played, points: all.length, failures });
      }
    }
    return reports;
  } finally {
    await crew.close();
  }
};
