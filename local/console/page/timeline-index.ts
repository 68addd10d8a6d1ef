// Which entries the timeline shows, kept up to date while the trail grows: a list of sequence numbers per filter, never rebuilt for one new entry.
import type { TrailEntry } from './api.ts';
import type { Decision } from './ledger-writes.ts';
import { facetOf, rowOf, type Facet } from './rows.ts';

export interface Filter {
  readonly shown: readonly Facet[];
  /** Every word must occur in the line; case does not matter. */
  readonly words: string;
}

export interface TimelineIndex {
  /** Sequence numbers shown, oldest first. */
  readonly seqs: readonly number[];
  /** How many entries each facet has, shown or not. */
  readonly counts: ReadonlyMap<Facet, number>;
  take(entry: TrailEntry): void;
  /** Changes the filter; does nothing when it is the same. */
  filter(filter: Filter): void;
  /** Position in `seqs` of the last entry at or before that one, -1 when there is none. */
  positionOf(seq: number): number;
}

/** The position of the last value that is not greater, by halving; -1 when all are greater. */
export const lastUpTo = (sorted: readonly number[], value: number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

export const makeTimelineIndex = (entries: readonly TrailEntry[], decisionAt: (seq: number) => Decision | undefined, first: Filter): TimelineIndex => {
  const facetAt: Facet[] = [];
  const counts = new Map<Facet, number>();
  let filter = first;
  let seqs: number[] = [];
  let shown = new Set(first.shown);
  let words = wordsOf(first.words);
  const fits = (entry: TrailEntry): boolean => {
    const facet = facetAt[entry.seq - 1];
    if (facet === undefined || !shown.has(facet)) return false;
    if (words.length === 0) return true;
    const { who, text } = rowOf(entry, decisionAt(entry.seq));
    const line = `${who} ${text} ${entry.who} ${entry.what}`.toLowerCase();
    return words.every((word) => line.includes(word));
  };
  return {
    get seqs() {
      return seqs;
    },
    counts,
    take: (entry) => {
      const facet = facetOf(entry);
      facetAt[entry.seq - 1] = facet;
      counts.set(facet, (counts.get(facet) ?? 0) + 1);
      if (fits(entry)) seqs.push(entry.seq);
    },
    filter: (wanted) => {
      if (wanted.shown === filter.shown && wanted.words === filter.words) return;
      filter = wanted;
      shown = new Set(wanted.shown);
      words = wordsOf(wanted.words);
      seqs = entries.filter(fits).map(({ seq }) => seq);
    },
    positionOf: (seq) => lastUpTo(seqs, seq),
  };
};

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/).filter((word) => word !== '');
