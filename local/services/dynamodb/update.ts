// The grammar of update expressions and what applying one does to an item.
import { bindPath, overlap, project, readPath, showPath, valueAt, withoutPaths, withValue, type Path } from './paths.ts';
import { readOperand, type Operand, type Parsed } from './condition.ts';
import { resolve, type Binding } from './evaluate.ts';
import { invalid } from './failures.ts';
import { addNumbers } from './numbers.ts';
import { read, type Reader } from './tokens.ts';
import { equal, type AttributeValue, type Item } from './values.ts';

type Term =
  | Operand
  | { readonly kind: 'if-not-exists'; readonly path: Path; readonly otherwise: Term }
  | { readonly kind: 'list-append'; readonly first: Term; readonly second: Term };
type Expression =
  | { readonly kind: 'term'; readonly term: Term }
  | { readonly kind: 'sum'; readonly left: Term; readonly right: Term; readonly sign: 1 | -1 };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly expression: Expression }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: Operand }[];
  readonly delete: readonly { readonly path: Path; readonly value: Operand }[];
}

const parameter = 'UpdateExpression';
const cache = new Map<string, Parsed<Update>>();

export const parseUpdate = (text: string): Parsed<Update> => {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const reader = read(text, parameter);
  const clauses = { SET: [], REMOVE: [], ADD: [], DELETE: [] } as Record<string, unknown[]>;
  const seen = new Set<string>();
  while (reader.peek().kind !== 'end') {
    const keyword = reader.peek().text.toUpperCase();
    const clause = clauses[keyword];
    if (clause === undefined) return reader.fail();
    if (seen.has(keyword)) throw invalid(`Invalid ${parameter}: The "${keyword}" section can only be used once in an update expression;`);
    seen.add(keyword);
    reader.next();
    do clause.push(readAction(keyword, reader));
    while (reader.take(','));
  }
  const node = { set: clauses.SET, remove: clauses.REMOVE, add: clauses.ADD, delete: clauses.DELETE } as unknown as Update;
  const parsed = { node, names: reader.names, values: reader.values };
  cache.set(text, parsed);
  return parsed;
};

const readAction = (keyword: string, reader: Reader): unknown => {
  const path = readPath(reader);
  if (keyword === 'REMOVE') return path;
  if (keyword === 'SET') {
    reader.expect('=');
    return { path, expression: readExpression(reader) };
  }
  if (reader.peek().kind !== 'value') reader.fail();
  return { path, value: readOperand(reader) };
};

const readExpression = (reader: Reader): Expression => {
  if (reader.take('(')) {
    const inner = readExpression(reader);
    reader.expect(')');
    return inner;
  }
  const left = readTerm(reader);
  if (reader.take('+')) return { kind: 'sum', left, right: readTerm(reader), sign: 1 };
  if (reader.take('-')) return { kind: 'sum', left, right: readTerm(reader), sign: -1 };
  return { kind: 'term', term: left };
};

const readTerm = (reader: Reader): Term => {
  const token = reader.peek();
  if (token.kind !== 'word' || reader.peek(1).text !== '(') return readOperand(reader);
  if (token.text !== 'if_not_exists' && token.text !== 'list_append') {
    throw invalid(`Invalid ${parameter}: Invalid function name; function: ${token.text}`);
  }
  reader.next();
  reader.expect('(');
  const term = token.text === 'if_not_exists' ? readIfNotExists(reader) : readListAppend(reader);
  reader.expect(')');
  return term;
};

const readIfNotExists = (reader: Reader): Term => {
  const path = readPath(reader);
  reader.expect(',');
  return { kind: 'if-not-exists', path, otherwise: readTerm(reader) };
};

const readListAppend = (reader: Reader): Term => {
  const first = readTerm(reader);
  reader.expect(',');
  return { kind: 'list-append', first, second: readTerm(reader) };
};

/** Every path the update touches, bound to names; refuses overlapping ones and key attributes. */
export const touchedPaths = (update: Update, binding: Binding, keyNames: readonly string[]): readonly Path[] => {
  const raw = [
    ...update.set.map((action) => action.path),
    ...update.remove,
    ...update.add.map((a) => a.path),
    ...update.delete.map((a) => a.path),
  ];
  const paths = raw.map((path) => bindPath(path, binding.names));
  for (const [i, path] of paths.entries()) {
    if (keyNames.includes(path[0] as string)) {
      throw invalid(`One or more parameter values were invalid: Cannot update attribute ${path[0]}. This attribute is part of the key`);
    }
    for (const other of paths.slice(i + 1)) {
      if (!overlap(path, other)) continue;
      throw invalid(
        `Invalid ${parameter}: Two document paths overlap with each other; must remove or rewrite one of these paths; ` +
          `path one: ${showPath(path)}, path two: ${showPath(other)}`,
      );
    }
  }
  return paths;
};

/** The item after the update. Every operand is read from the item as it was before. */
export const applyUpdate = (before: Item, update: Update, binding: Binding): Item => {
  const bound = (path: Path): Path => bindPath(path, binding.names);
  let after = before;
  for (const { path, expression } of update.set) after = withValue(after, bound(path), evaluate(before, expression, binding));
  for (const { path, value } of update.add) after = added(before, after, bound(path), resolve(before, value, binding)!);
  for (const { path, value } of update.delete) after = deleted(before, after, bound(path), resolve(before, value, binding)!);
  // Removed last, so that list positions still mean what they meant before the update.
  return withoutPaths(after, update.remove.map(bound));
};

/** Only the touched attributes, for `UPDATED_OLD` and `UPDATED_NEW`. */
export const onlyTouched = (item: Item, paths: readonly Path[]): Item => project(item, paths);

const evaluate = (item: Item, expression: Expression, binding: Binding): AttributeValue => {
  if (expression.kind === 'term') return termValue(item, expression.term, binding);
  const left = termValue(item, expression.left, binding);
  const right = termValue(item, expression.right, binding);
  if (left.N === undefined || right.N === undefined) throw wrongType();
  return { N: addNumbers(left.N, right.N, expression.sign) };
};

const termValue = (item: Item, term: Term, binding: Binding): AttributeValue => {
  if (term.kind === 'if-not-exists') {
    return valueAt(item, bindPath(term.path, binding.names)) ?? termValue(item, term.otherwise, binding);
  }
  if (term.kind === 'list-append') {
    const first = termValue(item, term.first, binding);
    const second = termValue(item, term.second, binding);
    if (first.L === undefined || second.L === undefined) throw wrongType();
    return { L: [...first.L, ...second.L] };
  }
  const value = resolve(item, term, binding);
  if (value === undefined) throw invalid('The provided expression refers to an attribute that does not exist in the item');
  return value;
};

const wrongType = (): Error => invalid('An operand in the update expression has an incorrect data type');

const added = (before: Item, after: Item, path: Path, value: AttributeValue): Item => {
  const existing = valueAt(before, path);
  if (value.N === undefined && setOf(value) === undefined) throw wrongType();
  if (existing === undefined) return withValue(after, path, value);
  if (value.N !== undefined) {
    if (existing.N === undefined) throw wrongType();
    return withValue(after, path, { N: addNumbers(existing.N, value.N, 1) });
  }
  return withValue(
    after,
    path,
    combine(existing, value, (old, given) => [...old, ...given.filter((one) => !includes(old, one, value))])!,
  );
};

const deleted = (before: Item, after: Item, path: Path, value: AttributeValue): Item => {
  if (setOf(value) === undefined) throw wrongType();
  const existing = valueAt(before, path);
  if (existing === undefined) return after;
  const left = combine(existing, value, (old, given) => old.filter((one) => !includes(given, one, value)));
  return left === undefined ? withoutPaths(after, [path]) : withValue(after, path, left);
};

type Element = string | Uint8Array;
const setOf = (value: AttributeValue): readonly Element[] | undefined => value.SS ?? value.NS ?? value.BS;

const includes = (list: readonly Element[], one: Element, like: AttributeValue): boolean => {
  const wrap = (element: Element): AttributeValue =>
    typeof element !== 'string' ? { B: element } : like.NS !== undefined ? { N: element } : { S: element };
  return list.some((element) => equal(wrap(element), wrap(one)));
};

/** Applies a set operation to two sets of one type; undefined when nothing is left (DynamoDB knows no empty sets). */
const combine = (
  a: AttributeValue,
  b: AttributeValue,
  operation: (a: readonly Element[], b: readonly Element[]) => readonly Element[],
): AttributeValue | undefined => {
  const type = b.SS !== undefined ? 'SS' : b.NS !== undefined ? 'NS' : 'BS';
  const old = a[type];
  if (old === undefined) throw wrongType();
  const result = operation(old, b[type]!);
  return result.length === 0 ? undefined : ({ [type]: result } as AttributeValue);
};
