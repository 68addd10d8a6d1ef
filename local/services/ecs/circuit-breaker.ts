// The deployment circuit breaker's arithmetic (aws-facts B3) and the growing delay between failed starts.
import type { CircuitBreaker } from './model.ts';

const DEFAULT_PERCENT = 50;
const LEAST = 3;
const MOST = 200;

/** How many failed tasks in a row trip the breaker at this desired count. Default: half of it, at least 3, at most 200. */
export const failureThreshold = (breaker: CircuitBreaker | undefined, desired: number): number => {
  const { type, value } = breaker?.thresholdConfiguration ?? { type: 'BOUNDED_PERCENT' as const, value: DEFAULT_PERCENT };
  const share = Math.ceil((desired * value) / 100);
  switch (type) {
    case 'COUNT':
      return value;
    case 'BOUNDED_PERCENT':
      return Math.min(MOST, Math.max(LEAST, share));
    case 'UNBOUNDED_PERCENT':
      return Math.max(1, share);
  }
};

const FIRST_DELAY = 10_000;
const LONGEST_DELAY = 27 * 60_000;

/** Milliseconds the scheduler waits before the next start after that many failures in a row: doubling, at most 27 minutes. */
export const startDelay = (failures: number): number => (failures === 0 ? 0 : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (failures - 1)));
