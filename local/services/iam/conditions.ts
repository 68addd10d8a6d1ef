// The Condition block of a policy statement: operators, IfExists, Null, ForAllValues and ForAnyValue.
import { BlockList } from 'node:net';
import { arnMatcher, fillVariables, textMatcher } from './patterns.ts';
import type { RequestContext } from './request-context.ts';

/** Does the request's value match the policy's value under this operator? */
type Comparison = (actual: string, expected: string, context: RequestContext) => boolean;
interface Operator {
  readonly compare: Comparison;
  /** `StringNotEquals` and its like: true when no value matches, also when the key is absent. */
  readonly negated: boolean;
}

const filled = (expected: string, context: RequestContext, compare: (expected: string) => boolean): boolean => {
  const value = fillVariables(expected, context);
  return value !== undefined && compare(value);
};
const instant = (text: string): number => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const inRange = (address: string, range: string): boolean => {
  const [network = '', bits] = range.split('/');
  const family = network.includes(':') ? 'ipv6' : 'ipv4';
  if (address.includes(':') !== (family === 'ipv6')) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  return list.check(address, family);
};

const equal: Comparison = (actual, expected, context) => filled(expected, context, (value) => actual === value);
const equalIgnoringCase: Comparison = (actual, expected, context) =>
  filled(expected, context, (value) => actual.toLowerCase() === value.toLowerCase());
const like: Comparison = (actual, expected, context) => textMatcher(expected)(actual, context);
const arnLike: Comparison = (actual, expected, context) => arnMatcher(expected)(actual, context);
type Order = (actual: number, expected: number) => boolean;
const numbers = (compare: Order): Comparison => (actual, expected) => compare(Number(actual), Number(expected));
const dates = (compare: Order): Comparison => (actual, expected) => compare(instant(actual), instant(expected));
const same: Order = (actual, expected) => actual === expected;
const less: Order = (actual, expected) => actual < expected;
const atMost: Order = (actual, expected) => actual <= expected;
const more: Order = (actual, expected) => actual > expected;
const atLeast: Order = (actual, expected) => actual >= expected;

const is = (compare: Comparison): Operator => ({ compare, negated: false });
const isNot = (compare: Comparison): Operator => ({ compare, negated: true });

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: is(equal),
  StringNotEquals: isNot(equal),
  StringEqualsIgnoreCase: is(equalIgnoringCase),
  StringNotEqualsIgnoreCase: isNot(equalIgnoringCase),
  StringLike: is(like),
  StringNotLike: isNot(like),
  NumericEquals: is(numbers(same)),
  NumericNotEquals: isNot(numbers(same)),
  NumericLessThan: is(numbers(less)),
  NumericLessThanEquals: is(numbers(atMost)),
  NumericGreaterThan: is(numbers(more)),
  NumericGreaterThanEquals: is(numbers(atLeast)),
  DateEquals: is(dates(same)),
  DateNotEquals: isNot(dates(same)),
  DateLessThan: is(dates(less)),
  DateLessThanEquals: is(dates(atMost)),
  DateGreaterThan: is(dates(more)),
  DateGreaterThanEquals: is(dates(atLeast)),
  Bool: is(equalIgnoringCase),
  BinaryEquals: is((actual, expected) => actual === expected),
  IpAddress: is(inRange),
  NotIpAddress: isNot(inRange),
  ArnEquals: is(arnLike),
  ArnLike: is(arnLike),
  ArnNotEquals: isNot(arnLike),
  ArnNotLike: isNot(arnLike),
};

/** One condition of a statement, compiled: does the request meet it? */
export type Condition = (context: RequestContext) => boolean;

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

const compileOne = (written: string, key: string, expected: readonly string[]): Condition => {
  const [, quantifier, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(written) ?? [];
  if (name === 'Null') return (context) => (context.get(key) === undefined) === (expected[0] === 'true');
  const operator = OPERATORS[name];
  if (operator === undefined) throw new Error(`condition operator ${written} is not known to IAM`);
  const meets = (actual: string, context: RequestContext): boolean =>
    expected.some((value) => operator.compare(actual, value, context)) !== operator.negated;
  return (context) => {
    const actual = context.get(key);
    if (actual === undefined || actual.length === 0) {
      return ifExists !== undefined || quantifier === 'ForAllValues' || (operator.negated && quantifier === undefined);
    }
    return quantifier === 'ForAnyValue' || (quantifier === undefined && !operator.negated)
      ? actual.some((value) => meets(value, context))
      : actual.every((value) => meets(value, context));
  };
};

/** Compiles a Condition block; all of its conditions must be met. Throws on an operator IAM does not know. */
export const compileConditions = (block: unknown): Condition => {
  const conditions = Object.entries((block ?? {}) as Record<string, Record<string, unknown>>).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => compileOne(operator, key, texts(value))),
  );
  return (context) => conditions.every((condition) => condition(context));
};
