// Seeded randomness in named streams: one consumer's draws never disturb another's, and the same seed gives the same rehearsal.

export interface RandomStream {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number between both bounds, both included. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** True with that probability. A chance of 0 or 1 draws nothing, so switching a fault off does not shift the others. */
  chance(probability: number): boolean;
  /** That many hexadecimal digits. */
  hex(digits: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}

export interface Randomness {
  readonly seed: string;
  /** The stream of that name; asking again goes on where it stood. */
  stream(name: string): RandomStream;
}

const UINT32 = 0x1_0000_0000;

/** FNV-1a over the characters: spreads names and seeds over 32 bits. */
const hash = (text: string, basis: number): number => {
  let value = basis >>> 0;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 16_777_619) >>> 0;
  }
  return value;
};

/** The "small fast counter" generator: 128 bits of state, passes the usual statistical batteries. */
const smallFastCounter = (key: string): (() => number) => {
  let a = hash(key, 0x811c9dc5);
  let b = hash(key, a ^ 0x9e3779b9);
  let c = hash(key, b ^ 0x85ebca6b);
  let counter = 1;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) draw();
  return draw;
};

/** Hexadecimal digits of each byte: a number above 2^31 is written slowly otherwise. */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const eightDigits = (drawn: number): string => BYTES[drawn >>> 24]! + BYTES[(drawn >>> 16) & 255]! + BYTES[(drawn >>> 8) & 255]! + BYTES[drawn & 255]!;

export const makeStream = (key: string): RandomStream => {
  const draw = smallFastCounter(key);
  const next = (): number => draw() / UINT32;
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += eightDigits(draw());
    return text.length === digits ? text : text.slice(0, digits);
  };
  return {
    next,
    between,
    hex,
    pick: (list) => {
      if (list.length === 0) throw new Error('cannot pick from an empty list');
      return list[between(0, list.length - 1)]!;
    },
    chance: (probability) => (probability <= 0 ? false : probability >= 1 ? true : next() < probability),
    uuid: () => {
      const digits = hex(32);
      const variant = '89ab'[Number.parseInt(digits[16]!, 16) & 3]!;
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
};

export const makeRandomness = (seed: string | number): Randomness => {
  const streams = new Map<string, RandomStream>();
  return {
    seed: String(seed),
    stream: (name) => {
      const known = streams.get(name);
      if (known !== undefined) return known;
      const made = makeStream(`${seed}/${name}`);
      streams.set(name, made);
      return made;
    },
  };
};
