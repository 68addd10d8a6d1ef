// Whether a request really comes from Slack: its signature over timestamp and raw body, and its age (aws-facts H2).
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's own advice: a request older than five minutes is a replay. */
const WINDOW_SECONDS = 300;

export interface SignedRequest {
  readonly timestamp: string;
  readonly signature: string;
  /** The body exactly as it arrived. */
  readonly body: string;
}

/** `genuine`, or why not. `now` in milliseconds. */
export const judgeSignature = (
  { timestamp, signature, body }: SignedRequest,
  secret: string,
  now: number,
): 'genuine' | 'late' | 'forged' => {
  if (!/^\d{1,12}$/.test(timestamp) || secret === '') return 'forged';
  const expected = Buffer.from(`v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`);
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged';
  return Math.abs(now / 1000 - Number(timestamp)) > WINDOW_SECONDS ? 'late' : 'genuine';
};

/** Names this very request and no other, in letters that an execution's name may have. */
export const pressId = ({ timestamp, signature }: Pick<SignedRequest, 'timestamp' | 'signature'>): string =>
  createHash('sha256').update(`${timestamp}:${signature}`).digest('hex').slice(0, 24);
