// What happened, as data: one ordered list that the console, the tests and the command line read, and nothing else.
import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';

export type TrailKind =
  | 'call' | 'event' | 'invoke' | 'state' | 'deployment' | 'task' | 'target' | 'database'
  | 'scaling' | 'alarm' | 'schedule' | 'message' | 'log' | 'stack' | 'fault' | 'happening';

export interface TrailEntry {
  readonly seq: number;
  /** Virtual milliseconds since 1970. */
  readonly at: number;
  readonly kind: TrailKind;
  /** Who did it: a service, a role's session, a resource. */
  readonly who: string;
  /** What happened, in the field's own words. */
  readonly what: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export type TrailInput = Omit<TrailEntry, 'seq' | 'at'>;

export interface Trail {
  readonly entries: readonly TrailEntry[];
  add(entry: TrailInput): TrailEntry;
  of(kind: TrailKind): readonly TrailEntry[];
  /** Entries after that sequence number, for readers that follow along. */
  since(seq: number): readonly TrailEntry[];
  /** Calls back for each new entry until cancelled. */
  follow(listener: (entry: TrailEntry) => void): () => void;
  /** A fingerprint of everything so far: two runs of one seed give the same. */
  digest(): string;
}

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

export const makeTrail = (clock: Pick<Clock, 'now'>): Trail => {
  const entries: TrailEntry[] = [];
  const byKind = new Map<TrailKind, TrailEntry[]>();
  const listeners = new Set<(entry: TrailEntry) => void>();
  return {
    entries,
    add: ({ kind, who, what, detail }) => {
      const seq = entries.length + 1;
      const at = clock.now;
      const entry: TrailEntry = detail === undefined ? { seq, at, kind, who, what } : { seq, at, kind, who, what, detail };
      entries.push(entry);
      const alike = byKind.get(kind);
      if (alike === undefined) byKind.set(kind, [entry]);
      else alike.push(entry);
      for (const listener of listeners) listener(entry);
      return entry;
    },
    of: (kind) => byKind.get(kind)?.slice() ?? [],
    since: (seq) => entries.slice(seq),
    follow: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    digest: () => {
      const hash = createHash('sha256');
      for (const entry of entries) hash.update(`${JSON.stringify(entry, bigintAsText)}\n`);
      return hash.digest('hex');
    },
  };
};
