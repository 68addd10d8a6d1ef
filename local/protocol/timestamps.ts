// Timestamps on the wire: epoch seconds, ISO 8601 or HTTP dates, as a member's schema says.
import type { Shape } from './model.ts';

/** The schema codes for timestamps: default of the place, ISO 8601, HTTP date, epoch seconds. */
export type TimestampFormat = 5 | 6 | 7;
export const DATE_TIME: TimestampFormat = 5;
export const HTTP_DATE: TimestampFormat = 6;
export const EPOCH_SECONDS: TimestampFormat = 7;

const formatOf = (shape: Shape, byDefault: TimestampFormat): TimestampFormat => {
  const code: unknown = shape.getSchema();
  return code === DATE_TIME || code === HTTP_DATE || code === EPOCH_SECONDS ? code : byDefault;
};

export const writeTimestamp = (shape: Shape, date: Date, byDefault: TimestampFormat): string | number => {
  switch (formatOf(shape, byDefault)) {
    case DATE_TIME: return date.toISOString().replace('.000Z', 'Z');
    case HTTP_DATE: return date.toUTCString();
    case EPOCH_SECONDS: return date.getTime() / 1000;
    default: throw new Error('unknown timestamp format');
  }
};

export const readTimestamp = (value: string | number): Date =>
  typeof value === 'number' || /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? new Date(Math.round(Number(value) * 1000)) : new Date(value);
