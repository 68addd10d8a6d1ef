// The grammar of condition, filter and key condition expressions.
import { invalid } from './failures.ts';
import { readPath, showPath, type Path } from './paths.ts';
import { read, type Reader } from './tokens.ts';

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'size'; readonly path: Path };
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly choices: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly wanted: boolean }
  | { readonly kind: 'type' | 'begins' | 'contains'; readonly left: Operand; readonly right: Operand };

/** A parsed expression with the placeholders it uses. */
export interface Parsed<T> {
  readonly node: T;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

const cache = new Map<string, Parsed<Condition>>();

/** Parses a condition; `parameter` is the request field it stands in, for messages. */
export const parseCondition = (text: string, parameter: string): Parsed<Condition> => {
  const key = `${parameter}\n${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const reader = read(text, parameter);
  const node = readOr(reader);
  if (reader.peek().kind !== 'end') reader.fail();
  const parsed = { node, names: reader.names, values: reader.values };
  cache.set(key, parsed);
  return parsed;
};

const readOr = (reader: Reader): Condition => {
  let left = readAnd(reader);
  while (reader.take('OR')) left = { kind: 'or', left, right: readAnd(reader) };
  return left;
};

const readAnd = (reader: Reader): Condition => {
  let left = readNot(reader);
  while (reader.take('AND')) left = { kind: 'and', left, right: readNot(reader) };
  return left;
};

const readNot = (reader: Reader): Condition => (reader.take('NOT') ? { kind: 'not', inner: readNot(reader) } : readPrimary(reader));

const readPrimary = (reader: Reader): Condition => {
  if (reader.take('(')) {
    const inner = readOr(reader);
    reader.expect(')');
    return inner;
  }
  const token = reader.peek();
  const call = token.kind === 'word' && reader.peek(1).text === '(' && token.text !== 'size';
  return call ? readFunction(reader) : readComparison(reader);
};

const readFunction = (reader: Reader): Condition => {
  const name = reader.next().text;
  reader.expect('(');
  const condition = functionBody(name, reader);
  reader.expect(')');
  return condition;
};

const functionBody = (name: string, reader: Reader): Condition => {
  switch (name) {
    case 'attribute_exists':
      return { kind: 'exists', path: readPath(reader), wanted: true };
    case 'attribute_not_exists':
      return { kind: 'exists', path: readPath(reader), wanted: false };
    case 'attribute_type':
      return { kind: 'type', ...twoOperands(reader) };
    case 'begins_with':
      return { kind: 'begins', ...twoOperands(reader) };
    case 'contains':
      return { kind: 'contains', ...twoOperands(reader) };
    default:
      throw invalid(`Invalid ${reader.parameter}: Invalid function name; function: ${name}`);
  }
};

const twoOperands = (reader: Reader): { readonly left: Operand; readonly right: Operand } => {
  const left = readOperand(reader);
  reader.expect(',');
  return { left, right: readOperand(reader) };
};

const comparators: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

const readComparison = (reader: Reader): Condition => {
  const left = readOperand(reader);
  if (reader.take('BETWEEN')) {
    const low = readOperand(reader);
    reader.expect('AND');
    return { kind: 'between', operand: left, low, high: readOperand(reader) };
  }
  if (reader.take('IN')) return { kind: 'in', operand: left, choices: readChoices(reader) };
  const comparator = reader.peek();
  if (!comparators.includes(comparator.text)) reader.fail();
  reader.next();
  const right = readOperand(reader);
  refuseSame(reader, comparator.text, left, right);
  return { kind: 'compare', comparator: comparator.text as Comparator, left, right };
};

/** A comparison of something with itself is refused, as DynamoDB refuses it. */
const refuseSame = (reader: Reader, operator: string, left: Operand, right: Operand): void => {
  if (left.kind !== 'path' || right.kind !== 'path' || showPath(left.path) !== showPath(right.path)) return;
  throw invalid(
    `Invalid ${reader.parameter}: The first operand must be distinct from the remaining operands for this operator or function; ` +
      `operator: ${operator}, first operand: ${showPath(left.path)}`,
  );
};

const readChoices = (reader: Reader): readonly Operand[] => {
  reader.expect('(');
  const choices = [readOperand(reader)];
  while (reader.take(',')) choices.push(readOperand(reader));
  reader.expect(')');
  if (choices.length > 100) {
    throw invalid(`Invalid ${reader.parameter}: The IN operator is provided with too many operands; number of operands: ${choices.length}`);
  }
  return choices;
};

export const readOperand = (reader: Reader): Operand => {
  const token = reader.peek();
  if (token.kind === 'value') {
    reader.values.add(token.text);
    return { kind: 'value', name: reader.next().text };
  }
  if (token.kind === 'word' && token.text === 'size' && reader.peek(1).text === '(') {
    reader.next();
    reader.expect('(');
    const path = readPath(reader);
    reader.expect(')');
    return { kind: 'size', path };
  }
  return { kind: 'path', path: readPath(reader) };
};
