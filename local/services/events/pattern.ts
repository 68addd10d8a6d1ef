// Event patterns as EventBridge matches them: every named field must match one of its values, consistently inside arrays of objects.
import { operators, PatternProblem, type Test } from './operators.ts';

export { PatternProblem } from './operators.ts';

/** A checked pattern. */
export type Pattern = (event: unknown) => boolean;

type Json = Readonly<Record<string, unknown>>;

const refuse = (message: string): never => {
  throw new PatternProblem(message);
};

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Checks a pattern and answers its test; throws PatternProblem in AWS's words. */
export const compilePattern = (pattern: unknown): Pattern => {
  const node = compileNode(pattern);
  return (event) => node.present(event) && node.absent(event);
};

/**
 * Two halves of a test, because arrays of objects treat them differently: one element must hold every wanted value,
 * but a field that must not exist has to be missing in every element (as AWS's event ruler has it).
 */
interface Node {
  readonly present: (value: unknown) => boolean;
  readonly absent: (value: unknown) => boolean;
}

const compileNode = (pattern: unknown): Node => {
  if (!isObject(pattern)) return refuse('Filter is not an object');
  const entries = Object.entries(pattern);
  if (entries.length === 0) return refuse('Empty objects are not allowed');
  const parts = entries.map(([key, value]) => (isAlternatives(key, value) ? compileAlternatives(value) : compileField(key, value)));
  return {
    present: (value) => someElement(value, (object) => parts.every((part) => part.present(object))),
    absent: (value) => everyElement(value, (object) => parts.every((part) => part.absent(object))),
  };
};

const nothing: Json = {};

const elements = (value: readonly unknown[]): readonly unknown[] => value.filter((item) => typeof item === 'object' && item !== null);

const someElement = (value: unknown, test: (object: Json) => boolean): boolean => {
  if (!Array.isArray(value)) return test(isObject(value) ? value : nothing);
  const objects = elements(value);
  return objects.length === 0 ? test(nothing) : objects.some((object) => someElement(object, test));
};

const everyElement = (value: unknown, test: (object: Json) => boolean): boolean => {
  if (!Array.isArray(value)) return test(isObject(value) ? value : nothing);
  return elements(value).every((object) => everyElement(object, test));
};

const compileField = (key: string, value: unknown): Node => {
  if (Array.isArray(value)) return compileLeaf(key, value);
  if (!isObject(value)) return refuse(`"${key}" must be an object or an array`);
  const inner = compileNode(value);
  return { present: (object) => inner.present(member(object, key)), absent: (object) => inner.absent(member(object, key)) };
};

const member = (object: unknown, key: string): unknown => {
  const owner = object as Json;
  return Object.hasOwn(owner, key) ? owner[key] : undefined;
};

/** The values a field may have: `["a", {"prefix": "b"}, {"exists": false}]`. */
const compileLeaf = (key: string, values: readonly unknown[]): Node => {
  if (values.length === 0) return refuse('Empty arrays are not allowed');
  const tests: Test[] = [];
  let mayBeAbsent = false;
  let mayBeAnything = false;
  for (const value of values) {
    const test = compileValue(value);
    if (test === 'absent') mayBeAbsent = true;
    else if (test === 'anything') mayBeAnything = true;
    else tests.push(test);
  }
  const onlyAbsent = mayBeAbsent && !mayBeAnything && tests.length === 0;
  const holds = (object: unknown): boolean => {
    const found = scalars(member(object, key));
    return found.length === 0 ? mayBeAbsent : mayBeAnything || found.some((value) => tests.some((test) => test(value)));
  };
  return onlyAbsent ? { present: () => true, absent: holds } : { present: holds, absent: () => true };
};

const compileValue = (value: unknown): Test | 'absent' | 'anything' => {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return (candidate) => candidate === value;
  if (!isObject(value)) return refuse('Match value must be String, number, true, false, or null');
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return refuse('Only one key allowed in match expression');
  const [name, argument] = entry;
  if (name === 'exists') {
    if (typeof argument !== 'boolean') return refuse('exists match pattern must be either true or false.');
    return argument ? 'anything' : 'absent';
  }
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  return operator === undefined ? refuse(`Unrecognized match type ${name}`) : operator(argument);
};

/** The scalar values of a field; arrays are looked through, objects are not values. */
const scalars = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(scalars);
  return isObject(value) ? [] : [value];
};

/** `$or` holds alternatives only when it is a list of at least two objects none of which is itself a match operator. */
const isAlternatives = (key: string, value: unknown): value is readonly Json[] =>
  key === '$or' && Array.isArray(value) && value.length > 1 && value.every((one) => isObject(one) && !isOperator(one));

const isOperator = (object: Json): boolean => {
  const keys = Object.keys(object);
  return keys.length === 0 || (keys.length === 1 && (keys[0] === 'exists' || Object.hasOwn(operators, keys[0] ?? '')));
};

const compileAlternatives = (alternatives: readonly Json[]): Node => {
  const nodes = alternatives.map(compileNode);
  return { present: (object) => nodes.some((node) => node.present(object) && node.absent(object)), absent: () => true };
};
