// The grammar of update expressions.
import { readOperand, type Operand, type Parsed } from './condition.ts';
import { invalid } from './failures.ts';
import { readPath, type Path } from './paths.ts';
import { read, type Reader } from './tokens.ts';

export type Term =
  | Operand
  | { readonly kind: 'if-not-exists'; readonly path: Path; readonly otherwise: Term }
  | { readonly kind: 'list-append'; readonly first: Term; readonly second: Term };
export type Expression =
  | { readonly kind: 'term'; readonly term: Term }
  | { readonly kind: 'sum'; readonly left: Term; readonly right: Term; readonly sign: 1 | -1 };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly expression: Expression }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: Operand }[];
  readonly delete: readonly { readonly path: Path; readonly value: Operand }[];
}

const parameter = 'UpdateExpression';
const cache = new Map<string, Parsed<Update>>();

export const parseUpdate = (text: string): Parsed<Update> => {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const reader = read(text, parameter);
  const clauses = { SET: [], REMOVE: [], ADD: [], DELETE: [] } as Record<string, unknown[]>;
  const seen = new Set<string>();
  while (reader.peek().kind !== 'end') {
    const keyword = reader.peek().text.toUpperCase();
    const clause = clauses[keyword];
    if (clause === undefined) return reader.fail();
    if (seen.has(keyword)) throw invalid(`Invalid ${parameter}: The "${keyword}" section can only be used once in an update expression;`);
    seen.add(keyword);
    reader.next();
    do clause.push(readAction(keyword, reader));
    while (reader.take(','));
  }
  const node = { set: clauses.SET, remove: clauses.REMOVE, add: clauses.ADD, delete: clauses.DELETE } as unknown as Update;
  const parsed = { node, names: reader.names, values: reader.values };
  cache.set(text, parsed);
  return parsed;
};

const readAction = (keyword: string, reader: Reader): unknown => {
  const path = readPath(reader);
  if (keyword === 'REMOVE') return path;
  if (keyword === 'SET') {
    reader.expect('=');
    return { path, expression: readExpression(reader) };
  }
  if (reader.peek().kind !== 'value') reader.fail();
  return { path, value: readOperand(reader) };
};

const readExpression = (reader: Reader): Expression => {
  if (reader.take('(')) {
    const inner = readExpression(reader);
    reader.expect(')');
    return inner;
  }
  const left = readTerm(reader);
  if (reader.take('+')) return { kind: 'sum', left, right: readTerm(reader), sign: 1 };
  if (reader.take('-')) return { kind: 'sum', left, right: readTerm(reader), sign: -1 };
  return { kind: 'term', term: left };
};

const readTerm = (reader: Reader): Term => {
  const token = reader.peek();
  if (token.kind !== 'word' || reader.peek(1).text !== '(') return readOperand(reader);
  if (token.text !== 'if_not_exists' && token.text !== 'list_append') {
    throw invalid(`Invalid ${parameter}: Invalid function name; function: ${token.text}`);
  }
  reader.next();
  reader.expect('(');
  const term = token.text === 'if_not_exists' ? readIfNotExists(reader) : readListAppend(reader);
  reader.expect(')');
  return term;
};

const readIfNotExists = (reader: Reader): Term => {
  const path = readPath(reader);
  reader.expect(',');
  return { kind: 'if-not-exists', path, otherwise: readTerm(reader) };
};

const readListAppend = (reader: Reader): Term => {
  const first = readTerm(reader);
  reader.expect(',');
  return { kind: 'list-append', first, second: readTerm(reader) };
};
