// Cuts a DynamoDB expression into tokens.
import { invalid } from './failures.ts';

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end';
  readonly text: string;
}

const shapes: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['name', /#[A-Za-z0-9_-]+/y],
  ['value', /:[A-Za-z0-9_]+/y],
  ['number', /[0-9]+/y],
  ['symbol', /<>|<=|>=|[<>=()[\],.+-]/y],
];

/** Tokens of the text, ending with one of kind `end`; `parameter` names the expression in errors. */
export const tokenize = (text: string, parameter: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at += 1;
      continue;
    }
    const token = tokenAt(text, at);
    if (token === undefined) {
      throw invalid(`Invalid ${parameter}: Syntax error; token: "${text[at]}", near: "${text.slice(at, at + 12)}"`);
    }
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>' });
  return tokens;
};

const tokenAt = (text: string, at: number): Token | undefined => {
  for (const [kind, shape] of shapes) {
    shape.lastIndex = at;
    const match = shape.exec(text);
    if (match !== null) return { kind, text: match[0] };
  }
  return undefined;
};

/** A reader over tokens with the placeholders it met, shared by every expression grammar. */
export interface Reader {
  readonly parameter: string;
  readonly names: Set<string>;
  readonly values: Set<string>;
  peek(offset?: number): Token;
  next(): Token;
  /** Consumes the symbol or keyword when it comes next. */
  take(text: string): boolean;
  expect(text: string): void;
  fail(): never;
}

export const read = (text: string, parameter: string): Reader => {
  if (text.trim() === '') throw invalid(`Invalid ${parameter}: The expression can not be empty;`);
  const tokens = tokenize(text, parameter);
  let at = 0;
  const peek = (offset = 0): Token => tokens[Math.min(at + offset, tokens.length - 1)]!;
  const fail = (): never => {
    const near = tokens
      .slice(Math.max(0, at - 1), at + 2)
      .filter((token) => token.kind !== 'end')
      .map((token) => token.text)
      .join(' ');
    throw invalid(`Invalid ${parameter}: Syntax error; token: "${peek().text}", near: "${near}"`);
  };
  const next = (): Token => {
    const token = peek();
    at += 1;
    return token;
  };
  const take = (wanted: string): boolean => {
    const token = peek();
    const same = token.kind === 'word' ? token.text.toUpperCase() === wanted : token.kind === 'symbol' && token.text === wanted;
    if (same) at += 1;
    return same;
  };
  return { parameter, names: new Set(), values: new Set(), peek, next, take, fail, expect: (wanted) => void (take(wanted) || fail()) };
};
