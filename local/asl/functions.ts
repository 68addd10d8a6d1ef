// The functions Step Functions adds to JSONata 2.0.6, and those of its functions that must ask virtual time and seeded chance.
import { createHash } from 'node:crypto';
import jsonata from 'jsonata';

/** What an evaluation takes from its surroundings. */
export interface Surroundings {
  /** Milliseconds since the epoch, virtual. */
  readonly now: () => number;
  /** A number in [0, 1) from the world's seeded stream. */
  readonly chance: () => number;
}

/** The binding that carries the surroundings; no expression can name it, because names hold no blanks. */
export const surroundingsBinding = ' surroundings';

const digests: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

const surroundings = (focus: jsonata.Focus): Surroundings => focus.environment.lookup(surroundingsBinding) as Surroundings;

const partition = (items: readonly unknown[], size: number): unknown[][] => {
  const length = Math.floor(size);
  if (!(length > 0)) throw new Error('$partition expects a chunk size above 0');
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += length) chunks.push(items.slice(start, start + length));
  return chunks;
};

const range = (first: number, last: number, step: number): number[] => {
  if (step === 0) throw new Error('$range expects a step other than 0');
  const numbers: number[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) numbers.push(value);
  return numbers;
};

const hash = (value: unknown, algorithm: string): string => {
  const digest = digests[algorithm];
  if (digest === undefined) throw new Error(`$hash knows ${Object.keys(digests).join(', ')}, not ${algorithm}`);
  return createHash(digest)
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex');
};

/** Reproducible per seed; AWS's own number for the same seed is not documented and differs. */
const seeded = (seed: number): number => {
  let mixed = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};

/** A version 4 UUID drawn from the given chance. */
export const uuid = (chance: () => number): string => {
  const bytes = Array.from({ length: 16 }, () => Math.floor(chance() * 256));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

const formatInstant = jsonata('$fromMillis($instant, $picture, $zone)');

/** Parses an expression and gives it AWS's function set: `$eval` is absent, time and chance come from the surroundings. */
export const parseExpression = (text: string): jsonata.Expression => {
  const expression = jsonata(text);
  expression.assign('eval', undefined);
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash);
  expression.registerFunction('parse', (value: string) => JSON.parse(value) as unknown, '<s:x>');
  expression.registerFunction(
    'random',
    function (seed?: number) {
      return seed === undefined ? surroundings(this).chance() : seeded(seed);
    },
    '<n?:n>',
  );
  expression.registerFunction(
    'uuid',
    function () {
      return uuid(surroundings(this).chance);
    },
    '<:s>',
  );
  expression.registerFunction(
    'millis',
    function () {
      return surroundings(this).now();
    },
    '<:n>',
  );
  expression.registerFunction(
    'now',
    function (picture?: string, zone?: string) {
      const instant = surroundings(this).now();
      if (picture === undefined) return new Date(instant).toISOString();
      return formatInstant.evaluate(undefined, { instant, picture, zone });
    },
    '<s?s?:s>',
  );
  return expression;
};
