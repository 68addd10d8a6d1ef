// A small picture: pixels from a palette, lines and digits, written as a PNG file.
import { crc32, deflateSync } from 'node:zlib';

/** Red, green, blue, each 0–255. */
export type Color = readonly [number, number, number];

export interface Picture {
  readonly width: number;
  readonly height: number;
  dot(x: number, y: number, color: Color): void;
  line(x1: number, y1: number, x2: number, y2: number, color: Color): void;
  /** Draws text in a 3×5 font, doubled; characters it does not know are left blank. */
  text(x: number, y: number, text: string, color: Color): void;
  png(): Uint8Array;
}

/** Rows of three bits, top to bottom. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 1, 1, 1],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  '.': [0, 0, 0, 0, 2],
  ':': [0, 2, 0, 2, 0],
  '-': [0, 0, 7, 0, 0],
  a: [2, 5, 7, 5, 5],
  b: [6, 5, 6, 5, 6],
  c: [3, 4, 4, 4, 3],
  d: [6, 5, 5, 5, 6],
  e: [7, 4, 6, 4, 7],
  f: [7, 4, 6, 4, 4],
  g: [3, 4, 5, 5, 3],
  h: [5, 5, 7, 5, 5],
  i: [7, 2, 2, 2, 7],
  j: [1, 1, 1, 5, 2],
  k: [5, 5, 6, 5, 5],
  l: [4, 4, 4, 4, 7],
  m: [5, 7, 7, 5, 5],
  n: [6, 5, 5, 5, 5],
  o: [2, 5, 5, 5, 2],
  p: [6, 5, 6, 4, 4],
  q: [2, 5, 5, 6, 3],
  r: [6, 5, 6, 5, 5],
  s: [3, 4, 2, 1, 6],
  t: [7, 2, 2, 2, 2],
  u: [5, 5, 5, 5, 7],
  v: [5, 5, 5, 5, 2],
  w: [5, 5, 7, 7, 5],
  x: [5, 5, 2, 5, 5],
  y: [5, 5, 2, 2, 2],
  z: [7, 1, 2, 4, 7],
  '%': [5, 1, 2, 4, 5],
  '/': [1, 1, 2, 4, 4],
  _: [0, 0, 0, 0, 7],
  '(': [1, 2, 2, 2, 1],
  ')': [4, 2, 2, 2, 4],
};
const scale = 2;

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
};

const encode = (width: number, height: number, pixels: Uint8Array): Uint8Array => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let y = 0; y < height; y += 1) rows.set(pixels.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return new Uint8Array(
    Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array())]),
  );
};

export const makePicture = (width: number, height: number, background: Color): Picture => {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = background[i % 3]!;
  const dot = (x: number, y: number, color: Color): void => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    pixels.set(color, (Math.round(y) * width + Math.round(x)) * 3);
  };
  return {
    width,
    height,
    dot,
    line: (x1, y1, x2, y2, color) => {
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1))));
      for (let i = 0; i <= steps; i += 1) dot(Math.floor(x1 + ((x2 - x1) * i) / steps), Math.floor(y1 + ((y2 - y1) * i) / steps), color);
    },
    text: (x, y, text, color) => {
      Array.from(text.toLowerCase()).forEach((character, place) => {
        (glyphs[character] ?? []).forEach((bits, row) => {
          for (let column = 0; column < 3; column += 1) {
            if ((bits & (4 >> column)) === 0) continue;
            for (let i = 0; i < scale * scale; i += 1)
              dot(x + (place * 4 + column) * scale + (i % scale), y + row * scale + Math.floor(i / scale), color);
          }
        });
      });
    },
    png: () => encode(width, height, pixels),
  };
};
