// What an update expression does to an item.
import { resolve, type Binding } from './evaluate.ts';
import { invalid } from './failures.ts';
import { addNumbers } from './numbers.ts';
import { bindPath, project, refuseMissingParent, valueAt, withoutPaths, withValue, type Path } from './paths.ts';
import type { Expression, Term, Update } from './update.ts';
import { equal, type AttributeValue, type Item } from './values.ts';

/** The item after the update. Every operand is read from the item as it was before. */
export const applyUpdate = (before: Item, update: Update, binding: Binding): Item => {
  const bound = (path: Path): Path => bindPath(path, binding.names);
  const values = update.set.map(({ path, expression }) => ({ path: bound(path), value: evaluate(before, expression, binding) }));
  let after = before;
  for (const { path, value } of values) after = withValue(after, path, value);
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
  refuseMissingParent(before, path);
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
