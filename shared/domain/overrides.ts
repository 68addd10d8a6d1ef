// What people asked for until further notice: who keeps the platform awake, and until when (S8).

export interface Override {
  readonly kind: string;
  readonly until: string | null;
  readonly by: string;
  readonly at: string;
  readonly note: string;
}

export interface KeptAwake {
  readonly until: string;
  readonly by: string;
  readonly note: string;
}

/** A keep-awake without an end would never be taken back, so it lasts a day. */
const LONGEST_HOURS = 24;
const HOUR = 3_600_000;

/** The keep-awake that lasts longest at an instant, null when none is in force. */
export const keptAwake = (overrides: readonly Override[], at: string): KeptAwake | null => {
  const active = overrides
    .filter(({ kind }) => kind === 'keep-awake')
    .map(({ until, by, note, at: since }) => ({
      until: until ?? new Date(Date.parse(since) + LONGEST_HOURS * HOUR).toISOString(),
      by,
      note,
    }))
    .filter(({ until }) => until > at)
    .sort((one, other) => (one.until < other.until ? 1 : -1));
  return active[0] ?? null;
};

/** Key of a keep-awake in the ledger; one per person, so that one person's end does not shorten another's. */
export const keepAwakeKey = (by: string): string => `keep-awake#${by}`;
