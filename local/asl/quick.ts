// A synchronous road for the plain JSONata expressions most states use (paths, comparisons, objects); all others are "not quick".
import type { Frame } from './expressions.ts';

/** Answer of a quick evaluation that must be repeated by the JSONata library itself, which alone defines the language. */
export const notQuick = Symbol('not quick');

/** Evaluates to a JSON value, `undefined` (nothing) or `notQuick`. */
export type Quick = (frame: Frame) => unknown;

type Node = Readonly<Record<string, any>>;

/** Turns a parsed expression into a quick evaluation, or undefined when its shape is not one of the plain ones. */
export const quicken = (node: Node): Quick | undefined => {
  if (modifiers.some((modifier) => node[modifier] !== undefined)) return undefined;
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return constant(node.value);
    case 'variable':
      return variable(node.value as string);
    case 'path':
      return path(node);
    case 'binary':
      return binary(node);
    case 'condition':
      return condition(node);
    case 'block':
      return node.expressions.length === 1 ? quicken(node.expressions[0] as Node) : undefined;
    case 'unary':
      return node.value === '{' ? construction(node) : undefined;
    case 'function':
      return call(node);
    default:
      return undefined;
  }
};

/** What changes the meaning of a node beyond its type. */
const modifiers = ['predicate', 'group', 'stages', 'focus', 'index', 'ancestor', 'tuple', 'keepArray', 'keepSingletonArray'];

const constant = (value: unknown): Quick => {
  return () => value;
};

/** Built-in functions are variables too; only names that a state machine assigned, and `$states`, are values here. */
const variable = (name: string): Quick | undefined => {
  if (name === '') return undefined;
  if (name === 'states') return (frame) => frame.states;
  return (frame) => (Object.hasOwn(frame.variables, name) ? frame.variables[name] : notQuick);
};

const path = (node: Node): Quick | undefined => {
  const [first, ...rest] = node.steps as readonly Node[];
  if (first?.type !== 'variable') return undefined;
  const start = quicken(first);
  if (start === undefined || !rest.every(isPlainName)) return undefined;
  const names = rest.map((step) => step.value as string);
  return (frame) => descend(start(frame), names);
};

const isPlainName = (step: Node): boolean => step.type === 'name' && modifiers.every((modifier) => step[modifier] === undefined);

/** JSONata maps a step over arrays; those go to the library, as does anything a plain object does not own itself. */
const descend = (start: unknown, names: readonly string[]): unknown => {
  let value = start;
  for (const name of names) {
    if (value === notQuick || Array.isArray(value)) return notQuick;
    if (value === null || typeof value !== 'object') return undefined;
    if (!Object.hasOwn(value, name)) return name in value ? notQuick : undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
};

const binary = (node: Node): Quick | undefined => {
  if (Array.isArray(node.lhs) || Array.isArray(node.rhs)) return undefined;
  const left = quicken(node.lhs as Node);
  const right = quicken(node.rhs as Node);
  const operator = operators[node.value as string];
  if (left === undefined || right === undefined || operator === undefined) return undefined;
  return (frame) => {
    const a = left(frame);
    if (a === notQuick || isComposite(a)) return notQuick;
    const b = right(frame);
    return b === notQuick || isComposite(b) ? notQuick : operator(a, b);
  };
};

const isComposite = (value: unknown): boolean => typeof value === 'object' && value !== null;

type Scalar = (a: unknown, b: unknown) => unknown;

const bothNumbers =
  (compute: (a: number, b: number) => unknown): Scalar =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? compute(a, b) : notQuick;

const ordered =
  (compare: (a: string | number, b: string | number) => boolean): Scalar =>
  (a, b) =>
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string') ? compare(a, b) : notQuick;

const logical =
  (combine: (a: boolean, b: boolean) => boolean): Scalar =>
  (a, b) =>
    typeof a === 'boolean' && typeof b === 'boolean' ? combine(a, b) : notQuick;

const finite = (value: number): unknown => (Number.isFinite(value) ? value : notQuick);

const operators: Readonly<Record<string, Scalar | undefined>> = {
  '=': (a, b) => a !== undefined && b !== undefined && a === b,
  '!=': (a, b) => a !== undefined && b !== undefined && a !== b,
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  '>': ordered((a, b) => a > b),
  '>=': ordered((a, b) => a >= b),
  '+': bothNumbers((a, b) => finite(a + b)),
  '-': bothNumbers((a, b) => finite(a - b)),
  '*': bothNumbers((a, b) => finite(a * b)),
  and: logical((a, b) => a && b),
  or: logical((a, b) => a || b),
  '&': (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : notQuick),
};

const condition = (node: Node): Quick | undefined => {
  const test = quicken(node.condition as Node);
  const then = quicken(node.then as Node);
  const otherwise = node.else === undefined ? constant(undefined) : quicken(node.else as Node);
  if (test === undefined || then === undefined || otherwise === undefined) return undefined;
  return (frame) => {
    const holds = test(frame);
    return typeof holds === 'boolean' ? (holds ? then(frame) : otherwise(frame)) : notQuick;
  };
};

/** `{"name": value, …}` with literal names; members without a value are left out, as JSONata does. */
const construction = (node: Node): Quick | undefined => {
  const members: [string, Quick][] = [];
  for (const [key, value] of node.lhs as readonly [Node, Node][]) {
    const quick = quicken(value);
    if (key.type !== 'string' || quick === undefined) return undefined;
    members.push([key.value as string, quick]);
  }
  if (new Set(members.map(([name]) => name)).size !== members.length) return undefined;
  return (frame) => {
    const built: Record<string, unknown> = {};
    for (const [name, quick] of members) {
      const value = quick(frame);
      if (value === notQuick) return notQuick;
      if (value !== undefined) built[name] = value;
    }
    return built;
  };
};

/** `$exists(…)` and `$now()`/`$millis()` without arguments are common enough to answer here. */
const call = (node: Node): Quick | undefined => {
  const name: unknown = node.procedure.type === 'variable' ? node.procedure.value : undefined;
  const parameters = node.arguments as readonly Node[];
  if (name === 'exists' && parameters.length === 1) {
    const inner = quicken(parameters[0] as Node);
    if (inner === undefined) return undefined;
    return (frame) => {
      const value = inner(frame);
      return value === notQuick ? notQuick : value !== undefined;
    };
  }
  if (parameters.length > 0) return undefined;
  if (name === 'millis') return (frame) => frame.surroundings.now();
  if (name === 'now') return (frame) => new Date(frame.surroundings.now()).toISOString();
  return undefined;
};
