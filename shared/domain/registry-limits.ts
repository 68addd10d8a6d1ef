// How long a registry wants to be left alone, from the headers of its answers: Retry-After and the rate-limit headers of Docker Hub, GitHub and others (R1).

export type Headers = Readonly<Record<string, string | undefined>>;

/** With so few requests left, whoever pulls images needs them more than a poll does. */
const RESERVE = 5;
/** A registry that says how many are left but not until when. */
const UNTOLD_SECONDS = 3_600;
const LONGEST_SECONDS = 6 * 3_600;

/** Seconds of a `Retry-After`, as a number or as a date; 0 without one. */
export const retryAfterSeconds = (headers: Headers): number => {
  const said = headers['retry-after'];
  if (said === undefined) return 0;
  const seconds = Number(said);
  return limited(Number.isFinite(seconds) ? seconds : (Date.parse(said) - Date.parse(headers['date'] ?? '')) / 1_000);
};

/** Seconds to stay away after an answer that leaves (almost) no requests; 0 when there are enough. */
export const restSeconds = (headers: Headers): number => {
  const remaining = headers['ratelimit-remaining'] ?? headers['x-ratelimit-remaining'];
  if (remaining === undefined || Number.parseInt(remaining, 10) > RESERVE) return 0;
  const window = /;\s*w=(\d+)/.exec(remaining)?.[1];
  const told = window ?? headers['ratelimit-reset'];
  if (told !== undefined) return limited(Number(told));
  const reset = Number(headers['x-ratelimit-reset']) - Date.parse(headers['date'] ?? '') / 1_000;
  return Number.isFinite(reset) ? limited(reset) : UNTOLD_SECONDS;
};

const limited = (seconds: number): number => (Number.isFinite(seconds) ? Math.min(LONGEST_SECONDS, Math.max(0, Math.ceil(seconds))) : 0);
