// Attribute values as DynamoDB stores them: their types, sizes, equality and order.
import { canonical, compareNumbers, numberSize } from './numbers.ts';

export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: Uint8Array;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly M?: Item;
  readonly L?: readonly AttributeValue[];
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly Uint8Array[];
}
export type Item = Readonly<Record<string, AttributeValue>>;
export type TypeName = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'M' | 'L' | 'SS' | 'NS' | 'BS';

const typeNames: ReadonlySet<string> = new Set<TypeName>(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);

/** The one type of a value; undefined when the value has none or several, which DynamoDB refuses. */
export const typeOf = (value: AttributeValue): TypeName | undefined => {
  let found: TypeName | undefined;
  for (const name in value) {
    if (value[name as TypeName] === undefined || !typeNames.has(name)) continue;
    if (found !== undefined) return undefined;
    found = name as TypeName;
  }
  return found;
};

/** UTF-8 length in bytes. */
export const utf8 = (text: string): number => Buffer.byteLength(text, 'utf8');

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

/** Size in bytes as DynamoDB counts it towards 400 KB and capacity: lists and maps cost 3 bytes and 1 per element. */
export const sizeOf = (value: AttributeValue): number => {
  if (value.S !== undefined) return utf8(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.M !== undefined) return 3 + sizeOfItem(value.M) + Object.keys(value.M).length;
  if (value.L !== undefined) return 3 + sum(value.L.map(sizeOf)) + value.L.length;
  if (value.SS !== undefined) return sum(value.SS.map(utf8));
  if (value.NS !== undefined) return sum(value.NS.map(numberSize));
  if (value.BS !== undefined) return sum(value.BS.map((part) => part.length));
  return 1;
};

const sizes = new WeakMap<Item, number>();

/** Size of an item that a table holds: such an item never changes, it is replaced. */
export const storedSize = (item: Item): number => {
  const size = sizes.get(item) ?? sizeOfItem(item);
  sizes.set(item, size);
  return size;
};

/** Size of an item in bytes: names and values. */
export const sizeOfItem = (item: Item): number => {
  let total = 0;
  for (const name in item) total += utf8(name) + sizeOf(item[name]!);
  return total;
};

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const sameSet = <T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean =>
  a.length === b.length && a.every((x) => b.some((y) => same(x, y)));

const sameMap = (a: Item, b: Item): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => b[name] !== undefined && equal(a[name]!, b[name]));
};

/** Deep equality; numbers by value (`1` = `1.0`), sets without order, values of different types are never equal. */
export const equal = (a: AttributeValue, b: AttributeValue): boolean => {
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return b.N !== undefined && compareNumbers(a.N, b.N) === 0;
  if (a.B !== undefined) return b.B !== undefined && sameBytes(a.B, b.B);
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL;
  if (a.NULL !== undefined) return b.NULL !== undefined;
  if (a.M !== undefined) return b.M !== undefined && sameMap(a.M, b.M);
  if (a.L !== undefined) return b.L !== undefined && a.L.length === b.L.length && a.L.every((x, i) => equal(x, b.L![i]!));
  if (a.SS !== undefined) return b.SS !== undefined && sameSet(a.SS, b.SS, (x, y) => x === y);
  if (a.NS !== undefined) return b.NS !== undefined && sameSet(a.NS, b.NS, (x, y) => compareNumbers(x, y) === 0);
  return b.BS !== undefined && sameSet(a.BS!, b.BS, sameBytes);
};

/** Order of two scalars of one type (strings and binaries by bytes, numbers by value); undefined when they have no order. */
export const compare = (a: AttributeValue, b: AttributeValue): number | undefined => {
  if (a.S !== undefined && b.S !== undefined) return compareText(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B);
  return undefined;
};

const surrogates = /[\ud800-\udfff]/;

/** UTF-8 byte order: differs from UTF-16 order only above the basic plane. */
const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  if (!surrogates.test(a) && !surrogates.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
};

/** A deep copy that shares nothing with the caller, numbers in their canonical form. */
export const copy = (value: AttributeValue): AttributeValue => {
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: canonical(value.N) };
  if (value.B !== undefined) return { B: Uint8Array.from(value.B) };
  if (value.M !== undefined) return { M: copyItem(value.M) };
  if (value.L !== undefined) return { L: value.L.map(copy) };
  if (value.SS !== undefined) return { SS: [...value.SS] };
  if (value.NS !== undefined) return { NS: value.NS.map(canonical) };
  if (value.BS !== undefined) return { BS: value.BS.map((part) => Uint8Array.from(part)) };
  return value.BOOL !== undefined ? { BOOL: value.BOOL } : { NULL: true };
};

export const copyItem = (item: Item): Item => {
  const result: Record<string, AttributeValue> = {};
  for (const name in item) result[name] = copy(item[name]!);
  return result;
};
