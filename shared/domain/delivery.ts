// What a road does with the next letter: post, wait its turn, or let it go; and what the road's answer means (N2).
import { later, secondsBetween } from './instants.ts';
import { noticeKey, type Notice } from './notice.ts';

/** A notice in a queue: how often it was taken out, and the queue's handle for putting it back. */
export interface Letter {
  readonly messageId: string;
  readonly receipt: string;
  readonly body: string;
  /** null when the body is no notice. */
  readonly notice: Notice | null;
}

export interface RoadState {
  readonly freeAt: string;
  readonly failures: number;
  readonly downSince: string | null;
  readonly reportedAt: string | null;
  /** Order of the letters that were put back while the road was down or full, oldest first: nothing younger is posted before them. */
  readonly waiting: readonly string[];
  /** Since when younger letters wait for the oldest of them; null while none does. */
  readonly heldSince: string | null;
}

/** What the other side said. `refused`: the road's credentials or address are wrong; `unreadable`: this one letter is. */
export type Answer =
  | { readonly kind: 'accepted'; readonly channel: string | null; readonly message: string | null }
  | { readonly kind: 'slow-down'; readonly seconds: number }
  | { readonly kind: 'unavailable' | 'refused' | 'unreadable'; readonly why: string };

export type Plan =
  | { readonly action: 'post' }
  | { readonly action: 'drop'; readonly reason: 'already-delivered' | 'cannot-edit' | 'outdated' }
  | { readonly action: 'put-back'; readonly seconds: number; readonly reason: 'turn' | 'follows' | 'older-first' }
  | { readonly action: 'park'; readonly reason: 'no-notice' };

/** A road nobody has used yet. */
export const freshRoad: RoadState = { freeAt: '1970-01-01T00:00:00.000Z', failures: 0, downSince: null, reportedAt: null, waiting: [], heldSince: null };

/** How long a letter waits for the one it follows before it is posted on its own. */
const PATIENCE_SECONDS = 15 * 60;
const SECOND = 1;
/** A letter put back for so short a time comes in its order anyway, seconds. */
const QUICK = 5;
const LONGEST_WAIT = 15 * 60;
/** An outage is reported by the other roads after this long; a refusal at once. */
const OUTAGE_REPORTED_AFTER = 5 * 60;
/** The oldest letter comes back within the longest wait; one that does not is gone. */
const OLDEST_COMES_WITHIN = 16 * 60;
/** Waiting letters that are kept in order; more are delivered all the same. */
const MOST_WAITING = 200;
const REPORT_AGAIN_AFTER = 24 * 60 * 60;

/** Letters in the order they were written; what is no notice goes last. */
export const inOrder = (letters: readonly Letter[]): readonly Letter[] => letters.toSorted((a, b) => order(a).localeCompare(order(b)));

const order = ({ notice, messageId }: Letter): string => (notice === null ? `~${messageId}` : `${notice.at} ${notice.id}`);

export interface RoadFacts {
  readonly state: RoadState;
  /** Keys of the notices delivered in the letter's thread. */
  readonly delivered: readonly string[];
  /** Instant of the newest of them. */
  readonly newest: string | null;
  readonly edits: boolean;
}

/** Whether this letter is posted now. A road takes one letter a second (Slack, aws-facts H1); the others wait their turn. */
export const planDelivery = (letter: Letter, facts: RoadFacts, at: string): Plan => {
  const { notice } = letter;
  if (notice === null) return { action: 'park', reason: 'no-notice' };
  const known = (key: string): boolean => facts.delivered.includes(key);
  if (known(noticeKey(notice))) return { action: 'drop', reason: 'already-delivered' };
  // Where nothing of the incident was told, its opening avoided this road: the update is the first word of it here.
  if (notice.place === 'update' && !facts.edits && facts.delivered.length > 0) return { action: 'drop', reason: 'cannot-edit' };
  if (notice.place === 'update' && facts.newest !== null && facts.newest > notice.at) return { action: 'drop', reason: 'outdated' };
  if (notice.follows !== undefined && !known(notice.follows) && secondsBetween(notice.at, at) < PATIENCE_SECONDS)
    return { action: 'put-back', seconds: 5, reason: 'follows' };
  const wait = secondsBetween(at, facts.state.freeAt);
  if (wait > 0) return { action: 'put-back', seconds: Math.min(LONGEST_WAIT, Math.ceil(wait)), reason: 'turn' };
  const older = olderThan(letter, facts.state, at);
  if (older > 0) return { action: 'put-back', seconds: Math.min(30, older), reason: 'older-first' };
  return { action: 'post' };
};

/** How many letters must be posted before this one; none while the oldest has not come for too long. */
const olderThan = (letter: Letter, { waiting, heldSince }: RoadState, at: string): number =>
  heldSince !== null && secondsBetween(heldSince, at) > OLDEST_COMES_WITHIN ? 0 : waiting.filter((one) => one < order(letter)).length;

/** The road's state once a letter was put back: it keeps its place before everything younger. One that only awaits its second needs none. */
export const keptInOrder = (state: RoadState, letter: Letter, plan: { readonly seconds: number; readonly reason?: string }, at: string): RoadState => {
  if (letter.notice === null) return state;
  if (plan.reason === 'older-first') return { ...state, heldSince: state.heldSince ?? at };
  if (plan.seconds <= QUICK || state.waiting.includes(order(letter))) return state;
  return { ...state, waiting: [...state.waiting, order(letter)].toSorted().slice(0, MOST_WAITING), heldSince: null };
};

/** The road's state once a letter has left it: posted, dropped or parked. What is older than a posted letter did not come in time. */
export const letGo = (state: RoadState, letter: Letter, posted: boolean): RoadState => {
  const waiting = state.waiting.filter((one) => (posted ? one > order(letter) : one !== order(letter)));
  return waiting.length === state.waiting.length ? state : { ...state, waiting, heldSince: null };
};

export interface Outcome {
  readonly state: RoadState;
  readonly delivered: boolean;
  readonly park: boolean;
  /** Seconds until the letter is tried again, null when it is done with. */
  readonly putBack: number | null;
  /** Say by the other roads that this one does not work. */
  readonly report: string | null;
}

/** What an answer changes: the road's state, the letter's fate, and whether people must hear of it by another road. */
export const judgeAnswer = (answer: Answer, state: RoadState, at: string): Outcome => {
  switch (answer.kind) {
    case 'accepted':
      return { state: { ...freshRoad, waiting: state.waiting, heldSince: state.heldSince, freeAt: later(at, SECOND) }, delivered: true, park: false, putBack: null, report: null };
    case 'unreadable':
      return { state: { ...state, freeAt: later(at, SECOND) }, delivered: false, park: true, putBack: null, report: null };
    case 'slow-down':
      return {
        state: { ...state, freeAt: later(at, answer.seconds) },
        delivered: false,
        park: false,
        putBack: Math.min(LONGEST_WAIT, Math.ceil(answer.seconds)),
        report: null,
      };
    case 'unavailable':
      return failed(answer.why, state, at, OUTAGE_REPORTED_AFTER);
    case 'refused':
      return failed(answer.why, state, at, 0);
  }
};

const failed = (why: string, state: RoadState, at: string, patience: number): Outcome => {
  const wait = Math.min(LONGEST_WAIT, 5 * 2 ** Math.min(state.failures, 10));
  const downSince = state.downSince ?? at;
  const silent = state.reportedAt !== null && secondsBetween(state.reportedAt, at) < REPORT_AGAIN_AFTER;
  const report = !silent && secondsBetween(downSince, at) >= patience ? why : null;
  const next: RoadState = {
    ...state,
    freeAt: later(at, wait),
    failures: state.failures + 1,
    downSince,
    reportedAt: report === null ? state.reportedAt : at,
  };
  return { state: next, delivered: false, park: false, putBack: wait, report };
};
