// JSON bodies: from and to the SDK's own values (Date, Uint8Array, bigint), member by member as the schema says.
import { checkTypes } from './json-types.ts';
import { EPOCH_SECONDS, readTimestamp, writeTimestamp } from './timestamps.ts';
import type { Shape } from './model.ts';

interface JsonOptions {
  /** REST services rename members by their `jsonName`; the RPC ones do not. */
  readonly jsonName: boolean;
  /** Members bound to headers, labels or the payload stay out of the body. */
  readonly skip?: (member: Shape) => boolean;
}

const RPC: JsonOptions = { jsonName: false };

const keyOf = (name: string, member: Shape, { jsonName }: JsonOptions): string =>
  jsonName ? member.getMergedTraits().jsonName ?? name : name;

const readStruct = (shape: Shape, value: Readonly<Record<string, unknown>>, options: JsonOptions): Record<string, unknown> => {
  const struct: Record<string, unknown> = {};
  for (const [name, member] of shape.structIterator()) {
    if (options.skip?.(member)) continue;
    const found = value[keyOf(name, member, options)];
    if (found !== undefined && found !== null) struct[name] = readJson(member, found, options);
  }
  return struct;
};

/** Reads what a client (or a stored document) wrote as JSON. */
export const readJson = (shape: Shape, value: unknown, options: JsonOptions = RPC): unknown => {
  if (value === null || value === undefined) return value;
  if (shape.isListSchema()) return (value as unknown[]).map((item) => readJson(shape.getValueSchema(), item, options));
  if (shape.isMapSchema()) {
    const member = shape.getValueSchema();
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, readJson(member, item, options)]));
  }
  if (shape.isStructSchema()) return readStruct(shape, value as Record<string, unknown>, { jsonName: options.jsonName });
  if (shape.isBlobSchema()) return new Uint8Array(Buffer.from(value as string, 'base64'));
  if (shape.isTimestampSchema()) return readTimestamp(value as string | number);
  if (shape.isBigIntegerSchema()) return BigInt(value as number);
  if (shape.isNumericSchema()) return Number(value);
  return value;
};

const writeStruct = (shape: Shape, value: Readonly<Record<string, unknown>>, options: JsonOptions): Record<string, unknown> => {
  const struct: Record<string, unknown> = {};
  for (const [name, member] of shape.structIterator()) {
    if (options.skip?.(member)) continue;
    const found = value[name];
    if (found !== undefined && found !== null) struct[keyOf(name, member, options)] = writeJson(member, found, options);
  }
  return struct;
};

/** Numbers JSON cannot say go as text. */
const writeNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** The JSON value of an output; `JSON.stringify` of it is the body. Members the schema does not know are left out, as AWS would. */
export const writeJson = (shape: Shape, value: unknown, options: JsonOptions = RPC): unknown => {
  if (value === null || value === undefined) return value;
  if (shape.isListSchema()) return (value as unknown[]).map((item) => writeJson(shape.getValueSchema(), item, options));
  if (shape.isMapSchema()) {
    const member = shape.getValueSchema();
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, writeJson(member, item, options)]));
  }
  if (shape.isStructSchema()) return writeStruct(shape, value as Record<string, unknown>, { jsonName: options.jsonName });
  if (shape.isBlobSchema()) return Buffer.from(value as Uint8Array | string).toString('base64');
  if (shape.isTimestampSchema()) return writeTimestamp(shape, value as Date, EPOCH_SECONDS);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return writeNumber(value);
  return value;
};

/** Reads a whole body; an empty one is an empty structure. Throws where it is no JSON object of the schema's types. */
export const readBody = (shape: Shape | undefined, body: Buffer, options: JsonOptions = RPC): Record<string, unknown> => {
  if (shape === undefined || body.length === 0) return {};
  const value: unknown = JSON.parse(body.toString('utf8'));
  checkTypes(shape, value ?? '', (name, member) => (options.skip?.(member) === true ? '' : keyOf(name, member, options)));
  return readStruct(shape, value as Record<string, unknown>, options);
};

export const writeBody = (shape: Shape | undefined, output: unknown, options: JsonOptions = RPC): string =>
  shape === undefined ? '{}' : JSON.stringify(writeStruct(shape, (output ?? {}) as Record<string, unknown>, options));
