// Turns a key condition into one partition and a range of its sort key; refuses what a key condition may not say.
import type { Condition, Operand } from './condition.ts';
import { meets, type Binding } from './evaluate.ts';
import { invalid } from './failures.ts';
import { bindPath } from './paths.ts';
import type { KeySchema, TableSchema } from './table.ts';
import { compare, typeOf, type AttributeValue, type Item } from './values.ts';

export interface KeyRange {
  readonly hash: AttributeValue;
  /** The items in the range, of a partition in its order. */
  readonly within: (partition: readonly Item[]) => readonly Item[];
}

export const keyRange = (condition: Condition, key: KeySchema, types: TableSchema['types'], binding: Binding): KeyRange => {
  const parts = condition.kind === 'and' ? [condition.left, condition.right] : [condition];
  const named = parts.map((part) => ({ part, name: attributeOf(part, binding) }));
  const hash = named.find(({ part, name }) => name === key.hash && part.kind === 'compare' && part.comparator === '=');
  if (hash === undefined) throw invalid(`Query condition missed key schema element: ${key.hash}`);
  const other = named.find((candidate) => candidate !== hash);
  if (other !== undefined && other.name !== key.range) throw invalid(`Query condition missed key schema element: ${key.range ?? key.hash}`);
  for (const { part, name } of named) checkTypes(part, name, types, binding);
  const value = hashValue(hash.part, binding);
  const range = other?.part;
  return { hash: value, within: (partition) => (range === undefined ? partition : itemsIn(partition, range, key.range ?? key.hash, binding)) };
};

/** Bounds are searched by halves; for all other conditions every item is looked at. */
const itemsIn = (partition: readonly Item[], range: Condition, name: string, binding: Binding): readonly Item[] => {
  if (range.kind !== 'between' || range.low.kind !== 'value' || range.high.kind !== 'value') return partition.filter((item) => meets(item, range, binding));
  const low = binding.values[range.low.name]!;
  const high = binding.values[range.high.name]!;
  const from = firstWhere(partition, (item) => (compare(item[name]!, low) ?? 0) >= 0);
  return partition.slice(from, firstWhere(partition, (item) => (compare(item[name]!, high) ?? 0) > 0));
};

/** Position of the first item that passes; after one that passes all do. */
const firstWhere = (items: readonly Item[], passes: (item: Item) => boolean): number => {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** The one key attribute a part speaks about. */
const attributeOf = (part: Condition, binding: Binding): string => {
  const path =
    part.kind === 'compare' || part.kind === 'begins' ? onePath(part.left, part.right) : part.kind === 'between' ? part.operand : undefined;
  if (part.kind === 'and') throw invalid('Invalid KeyConditionExpression: Too many conditions');
  if (part.kind === 'or' || part.kind === 'not' || part.kind === 'in') {
    throw invalid(`Invalid operator used in KeyConditionExpression: ${part.kind.toUpperCase()}`);
  }
  if (path === undefined || path.kind !== 'path' || (part.kind === 'compare' && part.comparator === '<>')) {
    throw invalid('Query key condition not supported');
  }
  const bound = bindPath(path.path, binding.names);
  if (bound.length > 1) throw invalid('KeyConditionExpressions cannot have conditions on nested attributes');
  return bound[0] as string;
};

const onePath = (left: Operand, right: Operand): Operand | undefined =>
  left.kind === 'path' ? left : right.kind === 'path' ? right : undefined;

const hashValue = (part: Condition, binding: Binding): AttributeValue => {
  if (part.kind !== 'compare') throw invalid('Query key condition not supported');
  const operand = part.left.kind === 'value' ? part.left : part.right;
  if (operand.kind !== 'value') throw invalid('Query key condition not supported');
  return binding.values[operand.name]!;
};

const checkTypes = (part: Condition, name: string, types: TableSchema['types'], binding: Binding): void => {
  const operands =
    part.kind === 'between' ? [part.low, part.high] : part.kind === 'compare' || part.kind === 'begins' ? [part.left, part.right] : [];
  for (const operand of operands) {
    if (operand.kind !== 'value') continue;
    if (typeOf(binding.values[operand.name]!) === types[name]) continue;
    throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
  }
};
