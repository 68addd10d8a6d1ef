// Whether people know already of what interrupts a story of the night: a refusal that lasts meets every attempt to go on.
import { secondsBetween } from './instants.ts';

export interface Interruption {
  readonly story: 'sleep' | 'wake';
  /** Night key; null where the story broke before one began. */
  readonly night: string | null;
  readonly cause: string;
  readonly at: string;
  /** The execution that told it: its door may have died before people heard of it. */
  readonly by: string;
}

/** A night without a key is another one after so long. */
const NIGHT_SECONDS = 20 * 3_600;
/** What AWS names anew at each attempt: ids of requests, instants. */
const ANEW = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;

/** What stays the same of an error that comes again. */
export const causeOf = (error: string): string => error.replaceAll(ANEW, '…');

/** Another execution has told the same cause in the same night. */
export const isTold = (known: Interruption | undefined, now: Interruption): boolean =>
  known !== undefined &&
  known.by !== now.by &&
  known.story === now.story &&
  known.night === now.night &&
  known.cause === now.cause &&
  (now.night !== null || secondsBetween(known.at, now.at) < NIGHT_SECONDS);
