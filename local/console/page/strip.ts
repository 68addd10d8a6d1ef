// The strip of days: which stretch of time it shows, where night lies, and one mark per thing worth seeing from afar.
import type { Hours } from '../../../shared/domain/hours.ts';
import { edges, scheduledState } from '../../../shared/domain/hours-decisions.ts';
import { instantAt, wallAt } from '../../../shared/domain/wall-clock.ts';
import type { TrailEntry } from './api.ts';
import { ledgerWrites, platformStateOf } from './ledger-writes.ts';
import type { Tone } from './rows.ts';

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400_000;

const midnight = (at: number, zone: string, days = 0): number => {
  const wall = Math.floor(wallAt(at, zone) / DAY) * DAY + days * DAY;
  return instantAt(wall, zone) ?? wall - (wallAt(at, zone) - at);
};

/** Whole local days, `days` of them, that contain the instant; as many as possible lie before `until`. */
export const stretchAround = (at: number, first: number, until: number, days: number, zone: string): Stretch => {
  const last = midnight(Math.max(at, until), zone, 1);
  const behind = midnight(last - 1, zone, 1 - days);
  const start = at >= behind ? Math.max(behind, midnight(first, zone)) : midnight(at, zone);
  return { from: start, to: midnight(start, zone, days) };
};

/** The nights of a stretch: where the clock says that nobody works. */
export const nightsIn = ({ from, to }: Stretch, hours: Hours | null): readonly Stretch[] => {
  if (hours === null) return [];
  const found = edges(hours, new Date(from).toISOString(), Math.ceil((to - from) / DAY) + 1);
  const nights: Stretch[] = [];
  let begin = scheduledState(hours, new Date(from).toISOString()) === 'off' ? from : null;
  for (const edge of found) {
    const at = Date.parse(edge.at);
    if (at >= to) break;
    if (edge.to === 'off') begin ??= at;
    else if (begin !== null) {
      nights.push({ from: begin, to: at });
      begin = null;
    }
  }
  return begin === null ? nights : [...nights, { from: begin, to }];
};

export type Lane = 'push' | 'story' | 'alarm' | 'message';

export interface Mark extends Stretch {
  readonly lane: Lane;
  readonly seq: number;
  readonly label: string;
  tone: Tone | 'sleep' | 'wake';
  to: number;
}

export interface Marks {
  readonly all: readonly Mark[];
  /** Changes of the platform's own record: awake, falling-asleep, asleep, waking. */
  readonly states: readonly { readonly at: number; readonly state: string }[];
  take(entry: TrailEntry, tone: Tone): void;
}

/** Collects marks as the trail grows; bars of stories and alarms end when their end comes. */
export const makeMarks = (): Marks => {
  const all: Mark[] = [];
  const states: { at: number; state: string }[] = [];
  const open = new Map<string, Mark>();
  const bar = (key: string, mark: Mark): void => {
    all.push(mark);
    open.set(key, mark);
  };
  const onState = ({ seq, at, who, what }: TrailEntry): void => {
    const story = /-(redeploy|sleep|wake)\//.exec(who)?.[1];
    if (story === undefined) return;
    if (what === 'execution started') bar(who, { lane: 'story', seq, from: at, to: Number.POSITIVE_INFINITY, label: story, tone: story === 'sleep' ? 'sleep' : story === 'wake' ? 'wake' : 'plain' });
    else if (what.startsWith('execution ')) close(who, at);
  };
  const close = (key: string, at: number): void => {
    const mark = open.get(key);
    if (mark !== undefined) mark.to = at;
    open.delete(key);
  };
  const onAlarm = ({ seq, at, who, what }: TrailEntry): void => {
    if (what.endsWith('-> ALARM') && !who.includes('TargetTracking-')) bar(who, { lane: 'alarm', seq, from: at, to: Number.POSITIVE_INFINITY, label: who, tone: 'bad' });
    else close(who, at);
  };
  return {
    all,
    states,
    take: (entry, tone) => {
      const { kind, seq, at, who, what } = entry;
      if (kind === 'state') onState(entry);
      if (kind === 'alarm') onAlarm(entry);
      if (kind === 'happening' && who === 'registry') all.push({ lane: 'push', seq, from: at, to: at, label: what, tone: 'plain' });
      if (kind === 'message' && who === 'slack') all.push({ lane: 'message', seq, from: at, to: at, label: what, tone });
      if (kind === 'deployment' && /failed|rolling back/i.test(what)) all.push({ lane: 'story', seq, from: at, to: at, label: what, tone: 'bad' });
      for (const write of ledgerWrites(entry)) {
        const state = platformStateOf(write);
        if (state !== undefined && state !== states.at(-1)?.state) states.push({ at, state });
      }
    },
  };
};
