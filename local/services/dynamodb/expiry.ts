// Time to live: expired items stay readable for hours, then vanish, as DynamoDB's background deletion works.
import { createHash } from 'node:crypto';
import { replace, type Table } from './table.ts';
import { keyOf } from './validate.ts';
import { noteExpiry } from './writes.ts';
import type { Item } from './values.ts';

const hour = 3_600_000;

/** DynamoDB deletes "within a few days" of expiry: here 1 to 36 hours later, fixed per item so that reads never disturb each other. */
const delay = (table: Table, item: Item): number => {
  const known = delays.get(item);
  if (known !== undefined) return known;
  const digest = createHash('md5')
    .update(JSON.stringify(keyOf(table.schema.key, item)))
    .digest();
  const made = hour + (digest.readUInt16BE(0) / 65_536) * 35 * hour;
  delays.set(item, made);
  return made;
};
const delays = new WeakMap<Item, number>();

/** Seconds since 1970 at which an item expires; numbers older than five years are ignored, as DynamoDB ignores them. */
const expiryOf = (table: Table, item: Item, now: number): number | undefined => {
  const seconds = Number(item[table.ttl!.attribute]?.N ?? Number.NaN);
  const fiveYears = 5 * 365 * 24 * hour;
  return Number.isFinite(seconds) && seconds * 1000 > now - fiveYears ? seconds * 1000 : undefined;
};

/** Removes what the background deletion would have removed by now. Cheap while nothing can have expired. */
export const expire = (table: Table, now: number): void => {
  if (table.ttl?.enabled !== true || now < table.nextExpiry + hour) return;
  table.nextExpiry = Infinity;
  for (const item of table.main.all()) {
    const expiry = expiryOf(table, item, now);
    if (expiry === undefined) continue;
    const due = expiry + delay(table, item);
    if (now >= due) {
      replace(table, item, undefined);
      table.consumed.deletedByTtl += 1;
    } else table.nextExpiry = Math.min(table.nextExpiry, due - hour);
  }
};

/** Switches time to live on or off and notes the earliest expiry of what is there. */
export const setTimeToLive = (table: Table, attribute: string, enabled: boolean): void => {
  table.ttl = { attribute, enabled };
  table.nextExpiry = Infinity;
  if (enabled) for (const item of table.main.all()) noteExpiry(table, item);
};
