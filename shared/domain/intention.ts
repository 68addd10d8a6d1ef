// What a story would do now, as a value: the same for all four stories, for people and for machines (X6).
import type { Telling, Verdict } from './alarm-decide.ts';
import type { NightBounds } from './night.ts';
import { sentence } from './reason.ts';

export const planned = ['redeploy', 'sleep', 'wake', 'alarm'] as const;
export type PlannedStory = (typeof planned)[number];

export interface Intention {
  readonly story: PlannedStory;
  /** A service, an alarm, or `platform`. */
  readonly subject: string;
  /** The story's own word for it: `roll`, `stage`, `hold`, `go`, `tell`, … */
  readonly action: string;
  /** Whether the story would change or tell something now. */
  readonly acts: boolean;
  /** Why, as a sentence. */
  readonly why: string;
  /** What would change if it went ahead, one line each. */
  readonly changes: readonly string[];
}

/** Actions after which something is no longer as it was. */
const ACTING: ReadonlySet<string> = new Set(['roll', 'adopt', 'restore', 'stage', 'go', 'resume', 'tend', 'warn', 'tell']);

const words: Readonly<Record<string, string>> = {
  roll: 'would roll out',
  adopt: 'would be proven',
  restore: 'would go back to the good image',
  stage: 'would be staged',
  hold: 'is held',
  go: 'would begin',
  resume: 'would go on',
  tend: 'would look after the night',
  warn: 'would warn',
  pause: 'waits',
  tell: 'would tell',
  wait: 'waits',
};

/** The action for people; everything else is nothing to do. */
export const actionWords = (action: string): string => words[action] ?? 'nothing to do';

/** An intention; whether it acts follows from its action. */
export const intend = ({ story, subject, action, why, changes }: Omit<Intention, 'acts'>): Intention => ({
  story,
  subject,
  action,
  acts: ACTING.has(action),
  why,
  changes,
});

/** A service as it stands and as it would stand. */
export interface Move {
  readonly name: string;
  readonly now: { readonly desired: number; readonly bounds: NightBounds | null };
  readonly next: { readonly desired: number; readonly bounds: NightBounds | null };
}

/** `api: 2 tasks become 0, scaling 2-4 becomes 0-0`; null when nothing of it changes. */
export const moveWords = ({ name, now, next }: Move): string | null => {
  const counts =
    now.desired === next.desired ? [] : [`${now.desired} ${now.desired === 1 ? 'task becomes' : 'tasks become'} ${next.desired}`];
  const range = (bounds: NightBounds | null): string => (bounds === null ? '' : `${bounds.min}-${bounds.max}`);
  const scaled =
    next.bounds === null || range(now.bounds) === range(next.bounds) ? [] : [`scaling ${range(now.bounds)} becomes ${range(next.bounds)}`];
  const all = [...counts, ...scaled];
  return all.length === 0 ? null : `${name}: ${all.join(', ')}`;
};

const tellings: Readonly<Record<Telling, string>> = {
  opened: 'A new incident would be told.',
  passed: 'It fired and recovered; both would be told together.',
  flapping: 'It comes and goes: that would be said once.',
  louder: 'Its incident would be told again, louder.',
  outlived: 'It has outlived what explained it: it would be told now.',
  updated: 'The message of its incident would be brought up to date.',
  closed: 'Its incident would be closed and told.',
  escalated: 'It would be told again, louder, because nobody looks after it.',
  repeated: 'It would be told again, because it lasts.',
};

/** What the alarm story would do about an alarm, in words of what is to come. */
export const alarmIntention = (alarm: string, { reason, facts, tell, wait }: Verdict): Intention => {
  const about = { story: 'alarm', subject: alarm } as const;
  if (tell !== null) return intend({ ...about, action: 'tell', why: tellings[tell.what], changes: [`incident ${tell.incident.id}`] });
  const why = reason === 'alarm-already-known' ? 'It was told already, and nothing about it is new.' : sentence(reason, facts);
  return intend({ ...about, action: wait === null ? 'ignore' : 'wait', why, changes: [] });
};
