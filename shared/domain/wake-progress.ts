// How far a waking is, for those who wait in front of it: measured time left and steps without inner names (S10).
import { nextWork } from './hours-decisions.ts';
import type { Hours } from './hours.ts';
import { instantWords, secondsBetween } from './instants.ts';
import type { Progress } from './wake-answer.ts';

export interface WakeView {
  readonly title: string;
  readonly hours: Hours | null;
  readonly state: 'awake' | 'falling-asleep' | 'asleep' | 'waking';
  /** When the waking began, null before. */
  readonly startedAt: string | null;
  readonly expectedSeconds: number;
  /** Names that are proven up. */
  readonly proven: readonly string[];
  readonly databases: readonly string[];
  readonly caches: readonly string[];
  readonly services: readonly string[];
  /** This request has just woken it. */
  readonly woken: boolean;
}

const SLOW_FACTOR = 1.6;
const LEAST_SLOW_SECONDS = 300;
/** Never quite full before it is there. */
const MOST_PERCENT = 96;

/** What the page shows at an instant. */
export const progressOf = (view: WakeView, at: string): Progress => {
  const elapsed = view.startedAt === null ? 0 : Math.max(0, secondsBetween(view.startedAt, at));
  const count = (names: readonly string[]): number => names.filter((name) => view.proven.includes(name)).length;
  const waking = view.state === 'waking' || view.woken;
  const steps = [
    { name: 'Database', done: count(view.databases), of: view.databases.length },
    { name: 'Cache', done: count(view.caches), of: view.caches.length },
    { name: 'Services', done: count(view.services), of: view.services.length },
  ].filter(({ of }) => of > 0);
  return {
    title: view.title,
    state: view.state === 'awake' ? 'awake' : waking ? 'waking' : 'asleep',
    secondsLeft: Math.max(15, Math.round(view.expectedSeconds - elapsed)),
    percent: waking ? Math.min(MOST_PERCENT, Math.round((elapsed / Math.max(1, view.expectedSeconds)) * 100)) : 0,
    steps,
    slow: waking && elapsed > Math.max(LEAST_SLOW_SECONDS, view.expectedSeconds * SLOW_FACTOR),
    opens: opensAt(view.hours, at),
  };
};

const opensAt = (hours: Hours | null, at: string): string | null => {
  const opens = hours === null ? null : nextWork(hours, at);
  return hours === null || opens === null ? null : instantWords(opens, hours.timeZone);
};
