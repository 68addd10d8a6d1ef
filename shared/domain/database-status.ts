// What a database's status says: whether it answers, though busy with a backup or a change of its own (aws-facts D), and when one that is not found counts as deleted.
import { secondsBetween } from './instants.ts';

const ANSWERING: ReadonlySet<string> = new Set(['available', 'backing-up', 'storage-optimization', 'configuring-enhanced-monitoring', 'configuring-log-exports', 'modifying']);

/** Whether connections are taken in this status. */
export const databaseAnswers = (status: string): boolean => ANSWERING.has(status);

/** What AWS does not find is looked for again so long before it counts as deleted: one answer may be wrong. */
const MISSING_SECONDS = 120;

/** Since when it is missing, look after look: `before` is what the last look said. Null when it is found. */
export const missedSince = (status: string, before: string | null | undefined, at: string): string | null =>
  status === 'missing' ? (before ?? at) : null;

/** Whether it has been missing long enough to be taken for deleted. */
export const isGone = ({ status, missedAt }: { readonly status: string; readonly missedAt?: string | null }, at: string): boolean =>
  status === 'missing' && secondsBetween(missedAt ?? at, at) >= MISSING_SECONDS;

/** First misses of all that are missing, by `key`: what a record keeps from one look to the next. */
export const missesOf = <T extends { readonly missedAt?: string | null }>(all: readonly T[], key: (one: T) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(all.flatMap((one) => (typeof one.missedAt === 'string' ? [[key(one), one.missedAt]] : [])));
