// Asking registries without events: when to ask, what an answer means, and how long to leave a registry alone that refuses (R1).
import { later } from './instants.ts';

export interface Seen {
  readonly digest: string | null;
  readonly failures: number;
  readonly askFrom: string;
}

export const NEVER_SEEN: Seen = { digest: null, failures: 0, askFrom: '1970-01-01T00:00:00.000Z' };

export type PollAnswer =
  /** `rest`: seconds to stay away because the registry has almost no requests left for us. */
  | { readonly kind: 'digest'; readonly digest: string | null; readonly rest?: number }
  /** No answer; `retryAfter` in seconds when the registry named one, else 0. */
  | { readonly kind: 'silent'; readonly retryAfter: number };

export interface PollOutcome {
  /** True when the tag points elsewhere than it did: the story is worth a start. */
  readonly changed: boolean;
  readonly seen: Seen;
}

const MINUTE = 60;
const LONGEST = 60 * MINUTE;

export const isDue = (seen: Seen, at: string): boolean => at >= seen.askFrom;

/** What is remembered after an answer. A silent registry is left alone for 2, 4, 8 … minutes, at most an hour, or as long as it asks. */
export const afterAnswer = (seen: Seen, answer: PollAnswer, at: string): PollOutcome => {
  switch (answer.kind) {
    case 'digest':
      return { changed: answer.digest !== seen.digest, seen: { digest: answer.digest, failures: 0, askFrom: later(at, answer.rest ?? 0) } };
    case 'silent': {
      const failures = seen.failures + 1;
      const pause = Math.max(answer.retryAfter, Math.min(LONGEST, 2 ** failures * MINUTE));
      return { changed: false, seen: { ...seen, failures, askFrom: later(at, pause) } };
    }
  }
};
