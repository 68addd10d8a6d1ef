// Answers whether an item meets a condition, with DynamoDB's rules for missing attributes and types.
import type { Comparator, Condition, Operand, Parsed } from './condition.ts';
import { invalid } from './failures.ts';
import { bindPath, valueAt } from './paths.ts';
import { compare, equal, typeOf, utf8, type AttributeValue, type Item } from './values.ts';

/** The request's placeholders. */
export interface Binding {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

/** Whether the item meets the condition. A missing item is the empty item. */
export const meets = (item: Item, condition: Condition, binding: Binding): boolean => {
  switch (condition.kind) {
    case 'and':
      return meets(item, condition.left, binding) && meets(item, condition.right, binding);
    case 'or':
      return meets(item, condition.left, binding) || meets(item, condition.right, binding);
    case 'not':
      return !meets(item, condition.inner, binding);
    case 'compare':
      return comparison(condition.comparator, resolve(item, condition.left, binding), resolve(item, condition.right, binding));
    case 'between': {
      const value = resolve(item, condition.operand, binding);
      return (
        comparison('>=', value, resolve(item, condition.low, binding)) && comparison('<=', value, resolve(item, condition.high, binding))
      );
    }
    case 'in': {
      const value = resolve(item, condition.operand, binding);
      return condition.choices.some((choice) => comparison('=', value, resolve(item, choice, binding)));
    }
    case 'exists':
      return (valueAt(item, bindPath(condition.path, binding.names)) !== undefined) === condition.wanted;
    default:
      return functionHolds(condition.kind, resolve(item, condition.left, binding), resolve(item, condition.right, binding));
  }
};

/** The operand's value in this item; undefined when the path names nothing. */
export const resolve = (item: Item, operand: Operand, binding: Binding): AttributeValue | undefined => {
  if (operand.kind === 'value') return binding.values[operand.name];
  const value = valueAt(item, bindPath(operand.path, binding.names));
  if (operand.kind === 'path' || value === undefined) return value;
  const size = length(value);
  return size === undefined ? undefined : { N: String(size) };
};

const length = (value: AttributeValue): number | undefined => {
  if (value.S !== undefined) return utf8(value.S);
  if (value.M !== undefined) return Object.keys(value.M).length;
  return (value.B ?? value.L ?? value.SS ?? value.NS ?? value.BS)?.length;
};

const comparison = (comparator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean => {
  if (left === undefined || right === undefined) return comparator === '<>' && left !== right;
  if (comparator === '=') return equal(left, right);
  if (comparator === '<>') return !equal(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  if (comparator === '<') return order < 0;
  if (comparator === '<=') return order <= 0;
  return comparator === '>' ? order > 0 : order >= 0;
};

const functionHolds = (
  kind: 'type' | 'begins' | 'contains',
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean => {
  if (left === undefined || right === undefined) return false;
  if (kind === 'type') return typeOf(left) === right.S;
  if (kind === 'begins') return beginsWith(left, right);
  return contains(left, right);
};

/** `begins_with` for strings and binaries; false for other types. */
export const beginsWith = (value: AttributeValue, prefix: AttributeValue): boolean => {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B === undefined || prefix.B === undefined) return false;
  return Buffer.compare(value.B.subarray(0, prefix.B.length), prefix.B) === 0;
};

const contains = (whole: AttributeValue, part: AttributeValue): boolean => {
  if (whole.S !== undefined) return part.S !== undefined && whole.S.includes(part.S);
  if (whole.L !== undefined) return whole.L.some((element) => equal(element, part));
  if (whole.SS !== undefined) return part.S !== undefined && whole.SS.includes(part.S);
  if (whole.NS !== undefined) return part.N !== undefined && whole.NS.some((number) => equal({ N: number }, part));
  if (whole.B !== undefined) return part.B !== undefined && Buffer.from(whole.B).includes(Buffer.from(part.B));
  return part.B !== undefined && (whole.BS ?? []).some((bytes) => equal({ B: bytes }, part));
};

interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** Checks that every placeholder is defined and every definition used, over all expressions of one request. */
export const bind = (request: Placeholders, expressions: readonly (readonly [string, Parsed<unknown> | undefined])[]): Binding => {
  const names = request.ExpressionAttributeNames ?? {};
  const values = request.ExpressionAttributeValues ?? {};
  for (const [parameter, parsed] of expressions) {
    if (parsed === undefined) continue;
    for (const name of parsed.names) {
      if (names[name] === undefined) throw undefinedPlaceholder(parameter, 'name', name);
    }
    for (const value of parsed.values) {
      if (values[value] === undefined) throw undefinedPlaceholder(parameter, 'value', value);
    }
  }
  refuseUnused('ExpressionAttributeNames', names, (name) => expressions.some(([, parsed]) => parsed?.names.has(name)));
  refuseUnused('ExpressionAttributeValues', values, (name) => expressions.some(([, parsed]) => parsed?.values.has(name)));
  return { names, values };
};

const undefinedPlaceholder = (parameter: string, what: 'name' | 'value', placeholder: string): Error =>
  invalid(
    `Invalid ${parameter}: An expression attribute ${what} used in ${what === 'name' ? 'the document path' : 'expression'} is not defined; ` +
      `attribute ${what}: ${placeholder}`,
  );

const refuseUnused = (parameter: string, given: object, isUsed: (name: string) => boolean): void => {
  const unused = Object.keys(given).filter((name) => !isUsed(name));
  if (unused.length > 0) throw invalid(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`);
};
