// The trail as the page holds it: every entry once, with the indexes that grow along and the questions the panels ask.
import type { TrailEntry } from './api.ts';
import { makeCauses, type Causes } from './causes.ts';
import type { Decision } from './ledger-writes.ts';
import { decisionTone, toneOf, type Facet } from './rows.ts';
import { makeReplay, type Replay } from './standing.ts';
import { makeMarks, type Marks } from './strip.ts';
import { makeTimelineIndex, type TimelineIndex } from './timeline-index.ts';

export interface Message {
  readonly seq: number;
  readonly at: number;
  readonly road: 'slack' | 'mail';
  readonly detail: Readonly<Record<string, any>>;
}

export interface Recording {
  readonly entries: readonly TrailEntry[];
  readonly causes: Causes;
  readonly replay: Replay;
  readonly marks: Marks;
  readonly timeline: TimelineIndex;
  readonly messages: readonly Message[];
  /** Takes entries in order; one that is already there is passed over. */
  take(entries: readonly TrailEntry[]): void;
  readonly decisionAt: (seq: number) => Decision | undefined;
  /** Number of the last entry at or before that instant, 0 when there is none. */
  countUntil(at: number): number;
}

const messageOf = ({ seq, at, kind, who, detail }: TrailEntry): readonly Message[] =>
  kind === 'message' && (who === 'slack' || who === 'mail') && detail !== undefined && detail !== null ? [{ seq, at, road: who, detail }] : [];

export const makeRecording = (shown: readonly Facet[], words: string): Recording => {
  const entries: TrailEntry[] = [];
  const causes = makeCauses(entries);
  const replay = makeReplay(entries);
  const marks = makeMarks();
  const messages: Message[] = [];
  const decisions = new Map<number, Decision>();
  let known = 0;
  const decisionAt = (seq: number): Decision | undefined => decisions.get(seq);
  const timeline = makeTimelineIndex(entries, decisionAt, { shown, words });
  const takeOne = (entry: TrailEntry): void => {
    entries.push(entry);
    causes.take(entry);
    for (; known < causes.decisions.length; known += 1) {
      const decision = causes.decisions[known];
      if (decision !== undefined) decisions.set(decision.seq, decision);
    }
    replay.take(entry);
    const decision = decisions.get(entry.seq);
    marks.take(entry, decision === undefined ? toneOf(entry) : decisionTone(decision));
    messages.push(...messageOf(entry));
    timeline.take(entry);
  };
  return {
    entries, causes, replay, marks, timeline, messages, decisionAt,
    take: (more) => {
      for (const entry of more) if (entry.seq === entries.length + 1) takeOne(entry);
    },
    countUntil: (at) => {
      let [low, high] = [0, entries.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((entries[middle]?.at ?? 0) <= at) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
};
