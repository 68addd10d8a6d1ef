// Takes a zip archive apart: asset bundles as the CDK command line publishes them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const STORED = 0;
const DEFLATED = 8;

const malformed = (why: string): Error => new Error(`not a zip archive that can be read: ${why}`);

const endOf = (archive: Buffer): number => {
  for (let at = archive.length - END_SIZE; at >= 0; at -= 1) if (archive.readUInt32LE(at) === END) return at;
  throw malformed('it has no end record');
};

const contentOf = (archive: Buffer, method: number, from: number, size: number): Buffer => {
  // The local header repeats name and extra field with lengths of its own.
  const start = from + 30 + archive.readUInt16LE(from + 26) + archive.readUInt16LE(from + 28);
  const packed = archive.subarray(start, start + size);
  if (method === STORED) return packed;
  if (method === DEFLATED) return inflateRawSync(packed);
  throw malformed(`compression method ${method}`);
};

/** Files of an archive, directories left out. Throws when it is no zip or uses what nobody publishes (encryption, zip64). */
export const zipEntries = (archive: Buffer): readonly ZipEntry[] => {
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(at) !== ENTRY) throw malformed('its directory is broken');
    const [nameLength, extraLength, commentLength] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)];
    const name = archive.subarray(at + 46, at + 46 + nameLength).toString('utf8');
    if (!name.endsWith('/')) {
      const content = contentOf(archive, archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 42), archive.readUInt32LE(at + 20));
      entries.push({ name, content });
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
};

/** Writes an archive's files below a directory. Refuses names that lead out of it. */
export const unzip = (archive: Buffer, directory: string): void => {
  for (const { name, content } of zipEntries(archive)) {
    const path = normalize(name);
    if (path.startsWith('..') || path.startsWith('/')) throw malformed(`${name} leads out of it`);
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
};
