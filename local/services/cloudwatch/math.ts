// Metric math: arithmetic, comparisons and the functions alarms need, over datapoints aligned by period.
import { AwsError } from '../../simulated.ts';

/** Values per period, oldest first; undefined where there is no datapoint. */
export type Values = readonly (number | undefined)[];
type Value = number | Values | readonly Values[];

export interface MathContext {
  /** Values of a query id; throws for one that is unknown. */
  readonly values: (id: string) => Values;
  /** Ids of all metrics (not expressions), for METRICS(). */
  readonly metrics: readonly string[];
  readonly length: number;
  readonly periodSeconds: number;
}

const refuse = (expression: string, why: string): AwsError =>
  new AwsError('ValidationError', `Error in expression '${expression}': ${why}`);

type Evaluate = (context: MathContext) => Value;

const cache = new Map<string, Evaluate>();

/** Compiles an expression; throws ValidationError for what is wrong or not simulated (SEARCH, anomaly bands, Metrics Insights). */
export const compileMath = (expression: string): Evaluate => {
  const known = cache.get(expression);
  if (known !== undefined) return known;
  const made = parse(expression);
  cache.set(expression, made);
  return made;
};

/** Evaluates to one series. */
export const evaluateMath = (expression: string, context: MathContext): Values =>
  asSeries(compileMath(expression)(context), context.length);

const asSeries = (value: Value, length: number): Values => {
  if (typeof value === 'number') return Array.from({ length }, () => value);
  if (Array.isArray(value[0])) throw refuse('array', 'the expression must answer one time series');
  return value as Values;
};

const isList = (value: Value): value is readonly Values[] => Array.isArray(value) && Array.isArray(value[0]);

/** Applies a function point by point; a missing point stays missing. */
const zip = (a: Value, b: Value, apply: (x: number, y: number) => number | undefined): Value => {
  if (isList(a)) return a.map((series) => zip(series, b, apply) as Values);
  if (isList(b)) return b.map((series) => zip(a, series, apply) as Values);
  if (typeof a === 'number' && typeof b === 'number') return apply(a, b) ?? 0;
  const length = typeof a === 'number' ? (b as Values).length : a.length;
  const at = (value: Value, i: number): number | undefined => (typeof value === 'number' ? value : (value as Values)[i]);
  return Array.from({ length }, (_, i) => {
    const [x, y] = [at(a, i), at(b, i)];
    return x === undefined || y === undefined ? undefined : apply(x, y);
  });
};

const binary: Readonly<Record<string, (x: number, y: number) => number | undefined>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => (y === 0 ? undefined : x / y),
  '^': (x, y) => x ** y,
  '<': (x, y) => Number(x < y),
  '<=': (x, y) => Number(x <= y),
  '>': (x, y) => Number(x > y),
  '>=': (x, y) => Number(x >= y),
  '==': (x, y) => Number(x === y),
  '!=': (x, y) => Number(x !== y),
  AND: (x, y) => Number(x !== 0 && y !== 0),
  OR: (x, y) => Number(x !== 0 || y !== 0),
};

const levels: readonly (readonly string[])[] = [
  ['OR', '||'],
  ['AND', '&&'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];
const spelled: Readonly<Record<string, string>> = { '||': 'OR', '&&': 'AND' };

const parse = (expression: string): Evaluate => {
  if (/^\s*(SELECT|SEARCH|ANOMALY_DETECTION_BAND)\b/i.test(expression))
    throw refuse(expression, 'SELECT, SEARCH and ANOMALY_DETECTION_BAND are not simulated');
  const tokens = expression.match(/\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_]*|"[^"]*"|&&|\|\||[<>=!]=|[-+*/^()<>,[\]]/g) ?? [];
  let at = 0;
  const take = (token: string): boolean => {
    if (tokens[at]?.toUpperCase() !== token) return false;
    at += 1;
    return true;
  };
  const need = (token: string): void => {
    if (!take(token)) throw refuse(expression, `expected ${token} at ${tokens[at] ?? 'the end'}`);
  };
  const level = (depth: number): Evaluate => {
    const operators = levels[depth];
    if (operators === undefined) return unary();
    let left = level(depth + 1);
    for (let operator = operators.find(take); operator !== undefined; operator = operators.find(take)) {
      const [first, second, apply] = [left, level(depth + 1), binary[spelled[operator] ?? operator]!];
      left = (context) => zip(first(context), second(context), apply);
    }
    return left;
  };
  const unary = (): Evaluate => {
    if (!take('-')) return primary();
    const inner = unary();
    return (context) => zip(0, inner(context), binary['-']!);
  };
  const list = (end: string): readonly Evaluate[] => {
    const items: Evaluate[] = [];
    if (take(end)) return items;
    do items.push(level(0));
    while (take(','));
    need(end);
    return items;
  };
  const primary = (): Evaluate => {
    const token = tokens[at];
    if (token === undefined) throw refuse(expression, 'unexpected end');
    at += 1;
    if (token === '(') {
      const inner = level(0);
      need(')');
      return inner;
    }
    if (token === '[') {
      const items = list(']');
      return (context) => items.map((item) => asSeries(item(context), context.length));
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (take('(')) return call(expression, token.toUpperCase(), list(')'));
    if (token === 'REPEAT' || token === 'LINEAR') return () => Number.NaN;
    return (context) => context.values(token);
  };
  const result = level(0);
  if (at !== tokens.length) throw refuse(expression, `unexpected ${tokens[at]}`);
  return result;
};

const present = (values: Values): readonly number[] => values.filter((value): value is number => value !== undefined);

const reducers: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
};

/** Over a list: point by point. Over one series: one number for all of it. */
const reduce = (value: Value, length: number, reducer: (values: readonly number[]) => number): Value => {
  if (typeof value === 'number') return value;
  if (isList(value)) {
    return Array.from({ length }, (_, i) => {
      const there = present(value.map((series) => series[i]));
      return there.length === 0 ? undefined : reducer(there);
    });
  }
  const there = present(value as Values);
  return there.length === 0 ? Array.from({ length }, () => undefined) : reducer(there);
};

const call = (expression: string, name: string, given: readonly Evaluate[]): Evaluate => {
  const [first, second, third] = given;
  const reducer = reducers[name];
  if (reducer !== undefined && first !== undefined) return (context) => reduce(first(context), context.length, reducer);
  const each =
    (apply: (value: number) => number): Evaluate =>
    (context) =>
      zip(first!(context), 0, apply);
  switch (name) {
    case 'METRICS':
      return (context) => context.metrics.map(context.values);
    case 'PERIOD':
      return (context) => context.periodSeconds;
    case 'ABS':
      return each(Math.abs);
    case 'CEIL':
      return each(Math.ceil);
    case 'FLOOR':
      return each(Math.floor);
    case 'FILL':
      return (context) => fill(asSeries(first!(context), context.length), second!(context));
    case 'IF':
      return (context) => choose(first!(context), second!(context), third?.(context), context.length);
    case 'DIFF':
      return (context) => differences(asSeries(first!(context), context.length), 1);
    case 'RATE':
      return (context) => differences(asSeries(first!(context), context.length), context.periodSeconds);
    default:
      throw refuse(expression, `the function ${name} is not simulated`);
  }
};

const fill = (values: Values, filler: Value): Values => {
  if (typeof filler === 'number' && Number.isNaN(filler)) {
    let last: number | undefined;
    return values.map((value) => (last = value ?? last));
  }
  return values.map((value, i) => value ?? (typeof filler === 'number' ? filler : (filler as Values)[i]));
};

const choose = (condition: Value, yes: Value, no: Value | undefined, length: number): Values => {
  const conditions = asSeries(condition, length);
  const pick = (value: Value | undefined, i: number): number | undefined =>
    value === undefined || typeof value === 'number' ? value : (value as Values)[i];
  return conditions.map((value, i) => (value === undefined ? undefined : pick(value !== 0 ? yes : no, i)));
};

const differences = (values: Values, divisor: number): Values =>
  values.map((value, i) => {
    const before = values[i - 1];
    return value === undefined || before === undefined ? undefined : (value - before) / divisor;
  });
