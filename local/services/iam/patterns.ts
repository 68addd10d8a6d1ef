// IAM's wildcards and policy variables: does a pattern of a policy cover this action, ARN or value?
import type { RequestContext } from './request-context.ts';

export type Matcher = (value: string, context: RequestContext) => boolean;

const escape = (text: string): string => text.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
const body = (pattern: string, any: string, one: string): string =>
  escape(pattern).replaceAll('*', any).replaceAll('?', one);

/** The wildcards of a text: `*` any run of characters, `?` one character. */
const textExpression = (pattern: string, flags: string): RegExp => new RegExp(`^${body(pattern, '[\\s\\S]*', '[\\s\\S]')}$`, flags);

/** Wildcards of an ARN stay within their segment, except in the last one, the resource, which may hold colons itself. */
const arnExpression = (pattern: string): RegExp => {
  const parts = pattern.split(':');
  if (parts.length < 6) return textExpression(pattern, '');
  const segments = parts.slice(0, 5).map((part) => body(part, '[^:]*', '[^:]'));
  return new RegExp(`^${[...segments, body(parts.slice(5).join(':'), '[\\s\\S]*', '[\\s\\S]')].join(':')}$`);
};

const plain = (pattern: string): boolean => !/[*?]/.test(pattern);

/** Answers what `compile` makes of a pattern, made once: the same patterns stand in the policies of every world. */
const onceEach = <Made>(compile: (pattern: string) => Made): ((pattern: string) => Made) => {
  const made = new Map<string, Made>();
  return (pattern) => {
    const known = made.get(pattern) ?? compile(pattern);
    if (made.size >= MOST_PATTERNS) made.clear();
    made.set(pattern, known);
    return known;
  };
};
const MOST_PATTERNS = 10_000;

/** `ecs:Describe*` against `ecs:DescribeServices`; actions ignore case. */
export const actionMatcher = onceEach((pattern): ((action: string) => boolean) => {
  if (pattern === '*') return () => true;
  const expression = textExpression(pattern, 'i');
  return (action) => expression.test(action);
});

const VARIABLE = /\$\{([^},]+)(?:,\s*'([^']*)')?\}/g;

/** Private characters stand for the literal `*` and `?` of `${*}` and `${?}` while wildcards are compiled. */
const LITERAL_STAR = '\uE000';
const LITERAL_QUESTION = '\uE001';
const literals = (expression: RegExp): RegExp =>
  new RegExp(expression.source.replaceAll(LITERAL_STAR, '\\*').replaceAll(LITERAL_QUESTION, '\\?'), expression.flags);

/** Fills policy variables; undefined when one has neither a value in the request nor a default, and the element then matches nothing. */
export const fillVariables = (pattern: string, context: RequestContext): string | undefined => {
  let complete = true;
  const filled = pattern.replace(VARIABLE, (_, name: string, byDefault: string | undefined) => {
    if (name === '*') return LITERAL_STAR;
    if (name === '?') return LITERAL_QUESTION;
    if (name === '$') return '$';
    const values = context.get(name);
    const value = values?.length === 1 ? values[0] : byDefault;
    if (value === undefined) complete = false;
    return (value ?? '').replaceAll('*', LITERAL_STAR).replaceAll('?', LITERAL_QUESTION);
  });
  return complete ? filled : undefined;
};

const compiled = (pattern: string, expressionOf: (pattern: string) => RegExp): Matcher => {
  if (pattern === '*') return () => true;
  if (pattern.includes('${')) {
    return (value, context) => {
      const filled = fillVariables(pattern, context);
      return filled !== undefined && literals(expressionOf(filled)).test(value);
    };
  }
  if (plain(pattern)) return (value) => value === pattern;
  const expression = expressionOf(pattern);
  return (value) => expression.test(value);
};

/** A Resource element against an ARN. */
export const arnMatcher = onceEach((pattern) => compiled(pattern, arnExpression));

/** A StringLike value against a condition key's value. */
export const textMatcher = onceEach((pattern) => compiled(pattern, (filled) => textExpression(filled, '')));
