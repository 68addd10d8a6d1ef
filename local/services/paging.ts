// Cuts a list into the pages an AWS list operation answers: at most `limit` items and a token for the rest.
import { AwsError } from '../simulated.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/**
 * One page of `items`. The token is opaque to callers: it carries the place where the next page starts.
 * Throws the given error code when the token was not made here.
 */
export const page = <Item>(
  items: readonly Item[],
  limit: number,
  token: string | undefined,
  badToken = 'InvalidParameterException',
): Page<Item> => {
  const start = token === undefined ? 0 : placeOf(token, badToken);
  const end = start + limit;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { nextToken: Buffer.from(`from:${end}`).toString('base64url') } : {}),
  };
};

const placeOf = (token: string, badToken: string): number => {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) throw new AwsError(badToken, 'Invalid token');
  return Number(match[1]);
};
