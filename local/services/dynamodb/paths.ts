// Document paths (`a.b[2].#c`): reading them from an expression, and getting, setting and removing what they name.
import { invalid } from './failures.ts';
import { isReserved } from './reserved-words.ts';
import type { Reader } from './tokens.ts';
import type { AttributeValue, Item } from './values.ts';

/** Attribute names (still with `#placeholders`) and list positions. */
export type Path = readonly (string | number)[];

/** Reads a path; bare reserved words are refused as DynamoDB refuses them. */
export const readPath = (reader: Reader): Path => {
  const path: (string | number)[] = [readName(reader)];
  for (;;) {
    if (reader.take('.')) path.push(readName(reader));
    else if (reader.take('[')) {
      if (reader.peek().kind !== 'number') reader.fail();
      path.push(Number(reader.next().text));
      reader.expect(']');
    } else return path;
  }
};

const readName = (reader: Reader): string => {
  const token = reader.peek();
  if (token.kind === 'name') reader.names.add(token.text);
  else if (token.kind !== 'word') reader.fail();
  else if (isReserved(token.text)) {
    throw invalid(`Invalid ${reader.parameter}: Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
  }
  return reader.next().text;
};

/** Replaces `#placeholders` by the names of the request. */
export const bindPath = (path: Path, names: Readonly<Record<string, string>>): Path =>
  path.map((part) => (typeof part === 'string' && part.startsWith('#') ? names[part]! : part));

export const showPath = (path: Path): string => `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;

/** The value at the path, or undefined. */
export const valueAt = (item: Item, path: Path): AttributeValue | undefined => {
  let value: AttributeValue | undefined = item[path[0] as string];
  for (let i = 1; i < path.length && value !== undefined; i += 1) {
    const part = path[i]!;
    value = typeof part === 'number' ? value.L?.[part] : value.M?.[part];
  }
  return value;
};

const noSuchDocument = (): Error => invalid('The document path provided in the update expression is invalid for update');

/** The item with the value set at the path; parents must exist, a list position past the end appends. */
export const withValue = (item: Item, path: Path, value: AttributeValue): Item => {
  const name = path[0] as string;
  return { ...item, [name]: path.length === 1 ? value : nested(item[name], path, 1, value) };
};

const nested = (parent: AttributeValue | undefined, path: Path, at: number, value: AttributeValue): AttributeValue => {
  const part = path[at]!;
  const last = at === path.length - 1;
  if (typeof part === 'string') {
    if (parent?.M === undefined) throw noSuchDocument();
    return { M: { ...parent.M, [part]: last ? value : nested(parent.M[part], path, at + 1, value) } };
  }
  if (parent?.L === undefined) throw noSuchDocument();
  const list = [...parent.L];
  const position = Math.min(part, list.length);
  list[position] = last ? value : nested(list[part], path, at + 1, value);
  return { L: list };
};

/** The item without what the paths name; list elements are removed together, by their positions before the update. */
export const withoutPaths = (item: Item, paths: readonly Path[]): Item => {
  const ordered = [...paths].sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || 0);
  return ordered.reduce(withoutPath, item);
};

const withoutPath = (item: Item, path: Path): Item => {
  const name = path[0] as string;
  if (path.length === 1) {
    const { [name]: _removed, ...rest } = item;
    return rest;
  }
  return { ...item, [name]: pruned(item[name], path, 1) };
};

const pruned = (parent: AttributeValue | undefined, path: Path, at: number): AttributeValue => {
  const part = path[at]!;
  const last = at === path.length - 1;
  if (typeof part === 'string') {
    if (parent?.M === undefined) throw noSuchDocument();
    if (!last) return { M: { ...parent.M, [part]: pruned(parent.M[part], path, at + 1) } };
    const { [part]: _removed, ...rest } = parent.M;
    return { M: rest };
  }
  if (parent?.L === undefined) throw noSuchDocument();
  if (last) return { L: parent.L.filter((_, position) => position !== part) };
  return { L: parent.L.map((element, position) => (position === part ? pruned(element, path, at + 1) : element)) };
};

/** Only what the paths name, nested as in the item (list elements move up, as DynamoDB answers projections). */
export const project = (item: Item, paths: readonly Path[]): Item => {
  const result: Record<string, AttributeValue> = {};
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value !== undefined) place(result, path, value);
  }
  return result;
};

type Growing = Record<string, AttributeValue>;

const place = (root: Growing, path: Path, value: AttributeValue): void => {
  const name = path[0] as string;
  root[name] = path.length === 1 ? value : grown(root[name], path, 1, value);
};

const grown = (existing: AttributeValue | undefined, path: Path, at: number, value: AttributeValue): AttributeValue => {
  if (at === path.length) return value;
  const part = path[at]!;
  if (typeof part === 'number') return { L: [...(existing?.L ?? []), grown(undefined, path, at + 1, value)] };
  return { M: { ...existing?.M, [part]: grown(existing?.M?.[part], path, at + 1, value) } };
};

/** Whether one path is the other or lies inside it. */
const overlap = (a: Path, b: Path): boolean => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return false;
  return true;
};

/** Refuses two paths of which one lies inside the other; `parameter` names the expression. */
export const refuseOverlaps = (paths: readonly Path[], parameter: string): void => {
  for (const [i, path] of paths.entries()) {
    const other = paths.slice(i + 1).find((later) => overlap(path, later));
    if (other === undefined) continue;
    throw invalid(
      `Invalid ${parameter}: Two document paths overlap with each other; must remove or rewrite one of these paths; ` +
        `path one: ${showPath(path)}, path two: ${showPath(other)}`,
    );
  }
};

/** Throws as DynamoDB does when a nested path has nowhere to be. */
export const refuseMissingParent = (item: Item, path: Path): void => {
  if (path.length === 1) return;
  const parent = valueAt(item, path.slice(0, -1));
  if ((typeof path.at(-1) === 'string' ? parent?.M : parent?.L) === undefined) throw noSuchDocument();
};
