// DynamoDB numbers: exact decimals with up to 38 significant digits, kept as text.
import { invalid } from './failures.ts';

interface Decimal {
  /** Value = digits × 10^exponent. */
  readonly digits: bigint;
  readonly exponent: number;
  /** Canonical text as DynamoDB answers it: no exponent, no superfluous zeros. */
  readonly text: string;
}

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const cache = new Map<string, Decimal>();

/** Up to fifteen digits without a superfluous zero: what nearly every number is, and already canonical. */
const isPlain = (text: string): boolean => {
  const { length } = text;
  if (length === 0 || length > 15 || (length > 1 && text.charCodeAt(0) === 48)) return false;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at);
    if (digit < 48 || digit > 57) return false;
  }
  return true;
};

/** The number as DynamoDB answers it; throws its ValidationException for text that is none, or that is out of range. */
export const canonical = (text: string): string => (isPlain(text) ? text : parseNumber(text).text);

/** Parses a number; throws DynamoDB's ValidationException for text that is none, or that is out of range. */
export const parseNumber = (text: string): Decimal => {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const match = pattern.exec(text.trim());
  if (match === null || (!match[2] && !match[3])) {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const fraction = match[3] ?? '';
  const digits = BigInt((match[1] ?? '') + (match[2] ?? '') + fraction || '0');
  const parsed = normal(digits, Number(match[4] ?? 0) - fraction.length);
  if (cache.size > 50_000) cache.clear();
  cache.set(text, parsed);
  return parsed;
};

/** Removes trailing zeros of the digits, checks precision and magnitude, and writes the canonical text. */
const normal = (given: bigint, givenExponent: number): Decimal => {
  if (given === 0n) return { digits: 0n, exponent: 0, text: '0' };
  let digits = given;
  let exponent = givenExponent;
  while (digits % 10n === 0n) {
    digits /= 10n;
    exponent += 1;
  }
  const written = (digits < 0n ? -digits : digits).toString();
  if (written.length > 38) throw invalid('Attempting to store more than 38 significant digits in a Number');
  const magnitude = written.length + exponent - 1;
  if (magnitude > 125) throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (magnitude < -130) throw invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  return { digits, exponent, text: (digits < 0n ? '-' : '') + plain(written, exponent) };
};

const plain = (written: string, exponent: number): string => {
  if (exponent >= 0) return written + '0'.repeat(exponent);
  const point = written.length + exponent;
  return point > 0 ? `${written.slice(0, point)}.${written.slice(point)}` : `0.${'0'.repeat(-point)}${written}`;
};

const aligned = (a: Decimal, b: Decimal): { readonly left: bigint; readonly right: bigint; readonly exponent: number } => {
  const exponent = Math.min(a.exponent, b.exponent);
  return {
    left: a.digits * 10n ** BigInt(a.exponent - exponent),
    right: b.digits * 10n ** BigInt(b.exponent - exponent),
    exponent,
  };
};

/** Sum (`sign` 1) or difference (`sign` -1) as canonical text. */
export const addNumbers = (a: string, b: string, sign: 1 | -1): string => {
  const { left, right, exponent } = aligned(parseNumber(a), parseNumber(b));
  return normal(sign === 1 ? left + right : left - right, exponent).text;
};

/** Below, at or above 0 as `a` is less than, equal to or greater than `b`. */
export const compareNumbers = (a: string, b: string): number => {
  if (a === b) return 0;
  if (isPlain(a) && isPlain(b)) return Number(a) - Number(b);
  const { left, right } = aligned(parseNumber(a), parseNumber(b));
  return left < right ? -1 : left > right ? 1 : 0;
};

/** Digits of a plain number without the zeros it ends with; one for 0. */
const significant = (text: string): number => {
  let length = text.length;
  while (length > 1 && text.charCodeAt(length - 1) === 48) length -= 1;
  return length;
};

/** Bytes a number counts for: about one per two significant digits, and one. */
export const numberSize = (text: string): number => {
  if (isPlain(text)) return Math.ceil(significant(text) / 2) + 1;
  const written = parseNumber(text).digits.toString().replace('-', '');
  return Math.ceil(written.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
};
