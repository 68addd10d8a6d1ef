// CloudWatch Logs filter patterns: terms, phrases, optional and excluded terms, regular expressions, and JSON conditions.
import { AwsError } from '../../simulated.ts';

export type LogMatcher = (message: string) => boolean;

const refuse = (pattern: string, why: string): AwsError =>
  new AwsError('InvalidParameterException', `Invalid filter pattern ${pattern}: ${why}`);

const cache = new Map<string, LogMatcher>();

/** Compiles a pattern; throws InvalidParameterException for syntax that is wrong or not simulated (space-delimited patterns). */
export const compilePattern = (pattern: string): LogMatcher => {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const made = build(pattern.trim());
  cache.set(pattern, made);
  return made;
};

const build = (pattern: string): LogMatcher => {
  if (pattern === '') return () => true;
  if (pattern.startsWith('[')) throw refuse(pattern, 'space-delimited patterns are not simulated');
  if (pattern.startsWith('{')) return jsonMatcher(pattern);
  return termMatcher(pattern);
};

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Words match whole words; quoted phrases match as they stand; all plain ones must match, one of the `?` ones, none of the `-` ones. */
const termMatcher = (pattern: string): LogMatcher => {
  const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))/g)].map(([, sign = '', phrase, expression, word]) => ({
    sign,
    test:
      expression !== undefined
        ? regular(pattern, expression)
        : phrase !== undefined
          ? containing(phrase.replace(/\\(.)/g, '$1'))
          : whole(word!),
  }));
  const all = terms.filter((term) => term.sign === '');
  const any = terms.filter((term) => term.sign === '?');
  const none = terms.filter((term) => term.sign === '-');
  return (message) =>
    all.every((term) => term.test(message)) &&
    (any.length === 0 || any.some((term) => term.test(message))) &&
    !none.some((term) => term.test(message));
};

const containing =
  (phrase: string): LogMatcher =>
  (message) =>
    message.includes(phrase);
const whole = (word: string): LogMatcher => {
  const expression = new RegExp(`(?<![A-Za-z0-9_])${escape(word)}(?![A-Za-z0-9_])`);
  return (message) => expression.test(message);
};
const regular = (pattern: string, expression: string): LogMatcher => {
  try {
    const compiled = new RegExp(expression);
    return (message) => compiled.test(message);
  } catch (error) {
    throw refuse(pattern, (error as Error).message);
  }
};

type Test = (value: unknown) => boolean;

/** `{ ($.level = "ERROR" || $.code >= 500) && $.path != "/health" }` */
const jsonMatcher = (pattern: string): LogMatcher => {
  const tokens = pattern.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|\|\||&&|!=|<=|>=|[()=<>]|[^\s()=<>!&|"]+/g) ?? [];
  if (!pattern.endsWith('}')) throw refuse(pattern, 'missing }');
  let at = 0;
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at += 1;
    return true;
  };
  const either = (): Test => {
    let left = both();
    while (take('||')) left = combine(left, both(), (a, b) => a || b);
    return left;
  };
  const both = (): Test => {
    let left = single();
    while (take('&&')) left = combine(left, single(), (a, b) => a && b);
    return left;
  };
  const single = (): Test => {
    if (take('(')) {
      const inner = either();
      if (!take(')')) throw refuse(pattern, 'missing )');
      return inner;
    }
    const [selector, operator, operand] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    if (selector === undefined || !selector.startsWith('$') || operator === undefined || operand === undefined)
      throw refuse(pattern, 'expected $.field operator value');
    at += 3;
    return comparison(pattern, selector, operator, operand);
  };
  const test = either();
  if (at !== tokens.length) throw refuse(pattern, `unexpected ${tokens[at]}`);
  return (message) => {
    const value = parsed(message);
    return value !== undefined && test(value);
  };
};

const combine =
  (a: Test, b: Test, join: (a: boolean, b: boolean) => boolean): Test =>
  (value) =>
    join(a(value), b(value));

const parsed = (message: string): unknown => {
  const from = message.indexOf('{');
  if (from === -1) return undefined;
  try {
    return JSON.parse(message.slice(from));
  } catch {
    return undefined;
  }
};

const select = (value: unknown, selector: string): unknown =>
  [...selector.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].reduce<unknown>(
    (current, [, name, index]) => (current as Record<string, unknown> | null | undefined)?.[name ?? index!],
    value,
  );

const comparison = (pattern: string, selector: string, operator: string, operand: string): Test => {
  if (operator === 'IS')
    return (value) => (operand === 'NULL' ? select(value, selector) === null : String(select(value, selector)).toUpperCase() === operand);
  const text = operand.startsWith('"') ? operand.slice(1, -1) : operand;
  const wildcard = new RegExp(`^${text.split('*').map(escape).join('.*')}$`);
  const equals: Test = (value) => {
    const found = select(value, selector);
    if (typeof found === 'number') return found === Number(text);
    return (typeof found === 'string' || typeof found === 'boolean') && wildcard.test(String(found));
  };
  const ordered =
    (holds: (found: number) => boolean): Test =>
    (value) => {
      const found = select(value, selector);
      return typeof found === 'number' && holds(found);
    };
  const limit = Number(text);
  const tests: Readonly<Record<string, Test>> = {
    '=': equals,
    '!=': (value) => !equals(value),
    '<': ordered((found) => found < limit),
    '<=': ordered((found) => found <= limit),
    '>': ordered((found) => found > limit),
    '>=': ordered((found) => found >= limit),
  };
  const test = tests[operator];
  if (test === undefined) throw refuse(pattern, `unknown operator ${operator}`);
  return test;
};
