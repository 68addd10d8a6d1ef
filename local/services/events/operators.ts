// The match operators of EventBridge patterns (`prefix`, `numeric`, `anything-but`, …), each turned into a test of one value.
import { BlockList, isIP } from 'node:net';

/** Does one scalar value of the event match? */
export type Test = (value: unknown) => boolean;

/** A pattern AWS refuses, in the words of its event ruler. */
export class PatternProblem extends Error {}

const refuse = (message: string): never => {
  throw new PatternProblem(message);
};

const text = (value: unknown, operator: string): string =>
  typeof value === 'string' ? value : refuse(`${operator} match pattern must be a string`);

const onText =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

/** `prefix` and `suffix`, both with an `equals-ignore-case` form. */
const affix =
  (operator: string, test: (value: string, part: string) => boolean) =>
  (argument: unknown): Test => {
    if (typeof argument !== 'object' || argument === null) {
      const part = text(argument, operator);
      return onText((value) => test(value, part));
    }
    const entries = Object.entries(argument);
    const [entry] = entries;
    if (entries.length !== 1 || entry?.[0] !== 'equals-ignore-case') return refuse(`Unsupported ${operator} pattern`);
    const part = text(entry[1], operator).toLowerCase();
    return onText((value) => test(value.toLowerCase(), part));
  };

const prefix = affix('prefix', (value, part) => value.startsWith(part));
const suffix = affix('suffix', (value, part) => value.endsWith(part));

const equalsIgnoreCase = (argument: unknown): Test => {
  const wanted = text(argument, 'equals-ignore-case').toLowerCase();
  return onText((value) => value.toLowerCase() === wanted);
};

/** `*` stands for any characters; a backslash escapes `*` and itself; two stars in a row are refused. */
const wildcard = (argument: unknown): Test => {
  const pattern = text(argument, 'wildcard');
  let source = '';
  let star = false;
  for (let position = 0; position < pattern.length; position += 1) {
    const character = pattern[position] as string;
    if (character === '*' && star) return refuse(`Consecutive wildcard characters at pos ${position}`);
    star = character === '*';
    if (character === '\\') {
      position += 1;
      const escaped = pattern[position];
      if (escaped !== '*' && escaped !== '\\') return refuse(`Invalid escape character at pos ${position - 1}`);
      source += `\\${escaped}`;
    } else {
      source += star ? '[^]*' : character.replace(/[.+?^${}()|[\]]/, '\\$&');
    }
  }
  const expression = new RegExp(`^${source}$`);
  return onText((value) => expression.test(value));
};

const cidr = (argument: unknown): Test => {
  const [address = '', length] = text(argument, 'cidr').split('/');
  const version = isIP(address);
  if (version === 0 || length === undefined || !/^\d+$/.test(length)) return refuse('Malformed CIDR');
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (Number(length) > (version === 6 ? 128 : 32)) return refuse('Malformed CIDR');
  const block = new BlockList();
  block.addSubnet(address, Number(length), family);
  return onText((value) => isIP(value) === version && block.check(value, family));
};

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]`, `["<", 10]` or a range such as `[">", 0, "<=", 5]`, lower bound first. */
const numeric = (argument: unknown): Test => {
  if (!Array.isArray(argument)) return refuse('Invalid numeric match');
  const parts = argument as readonly unknown[];
  const [operator, bound, second, upper] = parts;
  const isRange = parts.length === 4 && ['>', '>='].includes(String(operator)) && ['<', '<='].includes(String(second));
  const compare = comparisons[String(operator)];
  if (compare === undefined || typeof bound !== 'number' || (parts.length !== 2 && !isRange)) return refuse('Invalid numeric match');
  if (!isRange) return (value) => typeof value === 'number' && compare(value, bound);
  const below = comparisons[String(second)];
  if (below === undefined || typeof upper !== 'number' || bound >= upper) return refuse('Invalid numeric match');
  return (value) => typeof value === 'number' && compare(value, bound) && below(value, upper);
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const noneOf = (argument: unknown, operator: (one: unknown) => Test): Test => {
  const tests = listOf(argument).map((one) => (one === '' ? refuse('Null/empty value not allowed') : operator(one)));
  if (tests.length === 0) return refuse('Empty lists are not allowed');
  return (value) => !tests.some((test) => test(value));
};

const anythingBut = (argument: unknown): Test => {
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    const [entry, ...others] = Object.entries(argument);
    const operator = negatable[entry?.[0] ?? ''];
    if (entry === undefined || operator === undefined || others.length > 0) return refuse('Unsupported anything-but pattern');
    return noneOf(entry[1], operator);
  }
  const refused = listOf(argument);
  const kind = typeof refused[0];
  if (refused.length === 0) return refuse('Empty lists are not allowed');
  if ((kind !== 'string' && kind !== 'number') || refused.some((one) => typeof one !== kind)) {
    return refuse('Inside anything but list, either all values are number or string, mixed type is not supported');
  }
  return (value) => !refused.includes(value);
};

const negatable: Readonly<Record<string, (argument: unknown) => Test>> = {
  prefix,
  suffix,
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
};

/** Every operator but `exists`, which is about the field and not about a value. */
export const operators: Readonly<Record<string, (argument: unknown) => Test>> = {
  ...negatable,
  cidr,
  numeric,
  'anything-but': anythingBut,
};
