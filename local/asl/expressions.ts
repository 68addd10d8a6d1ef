// Evaluates the JSONata templates of a state: parsed once per text, plain ones synchronously, undefined turned into AWS's error.
import type jsonata from 'jsonata';
import { expressionText, isExpression, type Template } from './definition.ts';
import { queryFailure } from './failure.ts';
import { parseExpression, surroundingsBinding, type Surroundings } from './functions.ts';
import { notQuick, quicken, type Quick } from './quick.ts';

/** What the expressions of one state may name. */
export interface Frame {
  /** `$states`: input, context, and result or errorOutput where they exist. */
  readonly states: Readonly<Record<string, unknown>>;
  /** The workflow's variables, each `$name`. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly surroundings: Surroundings;
}

interface Parsed {
  readonly text: string;
  readonly quick: Quick | undefined;
  readonly full: jsonata.Expression;
}

const parsedTexts = new Map<string, Parsed>();

/** Parses an expression (cached for the process); throws the library's syntax error. */
const parsed = (source: string): Parsed => {
  const known = parsedTexts.get(source);
  if (known !== undefined) return known;
  const text = expressionText(source);
  const full = parseExpression(text);
  const fresh: Parsed = { text, full, quick: quicken(full.ast() as never) };
  parsedTexts.set(source, fresh);
  return fresh;
};

/** The syntax error AWS would refuse the definition with, or undefined. */
export const syntaxProblem = (source: string): string | undefined => {
  try {
    parsed(source);
    return undefined;
  } catch (problem) {
    return describeProblem(problem);
  }
};

/**
 * Evaluates a template: expressions at any depth are replaced by their values, everything else stays.
 * Answers the value itself when it could be found synchronously, else a promise of it.
 * Throws or rejects with States.QueryEvaluationError when an expression fails or yields nothing (aws-facts F, S).
 */
export const evaluate = (template: Template, field: string, frame: Frame): unknown => {
  if (typeof template === 'string') return isExpression(template) ? evaluateExpression(template, field, frame) : template;
  if (template === null || typeof template !== 'object' || isConstant(template)) return template;
  return Array.isArray(template) ? evaluateItems(template, field, frame) : evaluateMembers(template, field, frame);
};

const constants = new WeakMap<object, boolean>();

/** True for a template without any expression inside: it is its own value, found out once per template. */
const isConstant = (template: object): boolean => {
  const known = constants.get(template);
  if (known !== undefined) return known;
  const answer = Object.values(template).every((member: unknown) => {
    if (typeof member === 'object' && member !== null) return isConstant(member);
    return !isExpression(member);
  });
  constants.set(template, answer);
  return answer;
};

const evaluateItems = (template: readonly unknown[], field: string, frame: Frame): unknown => {
  const values = template.map((item, index) => evaluate(item, `${field}[${index}]`, frame));
  return values.some(isPromise) ? Promise.all(values) : values;
};

const evaluateMembers = (template: object, field: string, frame: Frame): unknown => {
  const result: Record<string, unknown> = {};
  const late: Promise<void>[] = [];
  for (const [name, member] of Object.entries(template)) {
    const value = evaluate(member, `${field}/${name}`, frame);
    result[name] = value;
    if (isPromise(value)) late.push(value.then((found) => void (result[name] = found)));
  }
  return late.length > 0 ? Promise.all(late).then(() => result) : result;
};

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;

const evaluateExpression = (source: string, field: string, frame: Frame): unknown => {
  const expression = parsed(source);
  if (expression.quick !== undefined) {
    const value = expression.quick(frame);
    if (value === undefined) throw nothing(expression, field);
    if (value !== notQuick) return value;
  }
  return evaluateFully(expression, field, frame);
};

const evaluateFully = async (expression: Parsed, field: string, frame: Frame): Promise<unknown> => {
  let value: unknown;
  try {
    const bindings = { ...frame.variables, states: frame.states, [surroundingsBinding]: frame.surroundings };
    value = await expression.full.evaluate(undefined, bindings);
  } catch (problem) {
    const where = `The JSONata expression '${expression.text}' specified for the field '${field}'`;
    throw queryFailure(`${where} threw an error during evaluation. ${describeProblem(problem)}`);
  }
  if (value === undefined || typeof value === 'function') throw nothing(expression, field);
  return plain(value);
};

const nothing = (expression: Parsed, field: string): Error =>
  queryFailure(`The JSONata expression '${expression.text}' specified for the field '${field}' returned nothing (undefined).`);

const describeProblem = (problem: unknown): string => {
  const { code, message } = problem as { code?: string; message?: string };
  return code === undefined ? String(message) : `${code}: ${message}`;
};

/** JSONata's sequences carry hidden properties and may hold functions; what leaves an expression is plain JSON. */
const plain = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : plain(item)));
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined && typeof member !== 'function') copy[name] = plain(member);
  }
  return copy;
};

/** A field that must be a number (seconds, counts), whatever it was written as. */
export const evaluateNumber = async (template: Template, field: string, frame: Frame): Promise<number> => {
  const value = await evaluate(template, field, frame);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw queryFailure(`The field '${field}' must be a number, but it is ${JSON.stringify(value)}.`);
};

/** A field that must be a string (timestamps, error names, causes). */
export const evaluateString = async (template: Template, field: string, frame: Frame): Promise<string> => {
  const value = await evaluate(template, field, frame);
  if (typeof value === 'string') return value;
  throw queryFailure(`The field '${field}' must be a string, but it is ${JSON.stringify(value)}.`);
};
