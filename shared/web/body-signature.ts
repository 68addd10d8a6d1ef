// Whether a webhook's body was signed with the secret both sides know: HMAC-SHA256 as GitHub sends it in `X-Hub-Signature-256`.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureOf = (body: string, secret: string): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** Compared in constant time; an empty secret vouches for nothing. */
export const isSigned = (body: string, signature: string, secret: string): boolean => {
  const [expected, given] = [Buffer.from(signatureOf(body, secret)), Buffer.from(signature)];
  return secret !== '' && expected.length === given.length && timingSafeEqual(expected, given);
};
