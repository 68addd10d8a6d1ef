// What a check of `doctor` says: a verdict, what was found, and what to do about it.

/** A fact, or why it could not be had; a check without its fact is skipped and says why. */
export type Known<T> = { readonly found: T } | { readonly missing: string };

export interface Finding {
  readonly check: string;
  readonly verdict: 'fine' | 'warning' | 'trouble' | 'skipped';
  readonly says: string;
  readonly remedy: string | null;
}

export const fine = (check: string, says: string): Finding => ({ check, verdict: 'fine', says, remedy: null });
export const trouble = (check: string, says: string, remedy: string): Finding => ({ check, verdict: 'trouble', says, remedy });
export const warning = (check: string, says: string, remedy: string): Finding => ({ check, verdict: 'warning', says, remedy });

/** Judges a fact that may be missing. */
export const judged = <T>(check: string, known: Known<T>, judge: (found: T) => Finding): Finding =>
  'found' in known ? judge(known.found) : { check, verdict: 'skipped', says: known.missing, remedy: null };
