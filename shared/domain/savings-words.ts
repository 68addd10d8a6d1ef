// What a night saved and how long its caches took to come back, as the morning's message says it (S14).
import { exactWords } from './instants.ts';
import type { Fact } from './notice.ts';
import type { Saved } from './savings.ts';

export interface SavedFacts {
  readonly saved: Saved;
  /** Caches that were made again, and how long that took; null for one that is not back. */
  readonly caches?: readonly { readonly name: string; readonly seconds: number | null }[];
}

export const savedFacts = ({ saved, caches = [] }: SavedFacts): readonly Fact[] => [
  { label: 'Saved', value: savedWords(saved) },
  ...(caches.length === 0 ? [] : [{ label: caches.length === 1 ? 'Cache restored' : 'Caches restored', value: backWords(caches, saved.caches) }]),
];

const dollars = (usd: number): string => `$${usd.toFixed(2)}`;

/** `$0.42, while $0.61 kept billing`; items without a known price are named, not guessed (S14). */
const savedWords = ({ compute, database, keptBilling, unpriced }: Saved): string => {
  const kept = unpriced !== undefined && keptBilling === 0 ? '' : `, while ${dollars(keptBilling)} kept billing`;
  const unknown = unpriced === undefined ? '' : `; not counted, for the price here is unknown: ${unpriced.join(', ')}`;
  return `${dollars(compute + database)}${kept}${unknown}`;
};

/** `redis in 6 min 20 s; $0.19 of what was saved`. */
const backWords = (caches: NonNullable<SavedFacts['caches']>, saved: number | undefined): string => {
  const back = caches.map(({ name, seconds }) => (seconds === null ? `${name} not yet` : `${name} in ${exactWords(seconds)}`));
  return `${back.join(', ')}${saved === undefined ? '' : `; ${dollars(saved)} of what was saved`}`;
};
