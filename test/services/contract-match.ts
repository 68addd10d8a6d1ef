// Compares what a simulated service answered with what the documentation shows; ids, ARNs and instants are matched by pattern.

/** What is written in a case, made out of JSON: `~…` is a regular expression on the whole text, `~absent` and `~any` what they say. */
export type Pattern = unknown;

const PATTERN = /^~([\s\S]*)$/;

const plain = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return value;
};

const shown = (value: unknown): string => JSON.stringify(plain(value)) ?? 'nothing';

const textMismatch = (actual: unknown, pattern: string, path: string): readonly string[] => {
  if (pattern === '~any') return actual === undefined ? [`${path} is absent`] : [];
  if (pattern === '~absent') return actual === undefined ? [] : [`${path} is ${shown(actual)} and should be absent`];
  const expression = PATTERN.exec(pattern)?.[1];
  if (expression === undefined) return actual === pattern ? [] : [`${path} is ${shown(actual)}, not ${shown(pattern)}`];
  const isText = typeof actual === 'string' || typeof actual === 'number';
  return isText && new RegExp(`^(?:${expression})$`).test(String(actual)) ? [] : [`${path} is ${shown(actual)}, which does not match ${expression}`];
};

const listMismatch = (actual: unknown, patterns: readonly Pattern[], path: string): readonly string[] => {
  if (!Array.isArray(actual)) return [`${path} is ${shown(actual)}, not a list`];
  if (actual.length !== patterns.length) return [`${path} has ${actual.length} items, not ${patterns.length}: ${shown(actual)}`];
  return patterns.flatMap((pattern, index) => mismatch(actual[index], pattern, `${path}[${index}]`));
};

/** The operators a case may use instead of a value: text that is JSON, a list that contains something, an object without other fields. */
const operators: Readonly<Record<string, (actual: unknown, pattern: any, path: string) => readonly string[]>> = {
  '~json': (actual, pattern, path) => (typeof actual === 'string' ? mismatch(JSON.parse(actual), pattern, `${path}(JSON)`) : [`${path} is ${shown(actual)}, not text`]),
  '~some': (actual, patterns: readonly Pattern[], path) => {
    if (!Array.isArray(actual)) return [`${path} is ${shown(actual)}, not a list`];
    return patterns
      .filter((pattern) => actual.every((item) => mismatch(item, pattern, path).length > 0))
      .map((pattern) => `${path} has no ${shown(pattern)} among ${shown(actual)}`);
  },
  '~only': (actual, pattern: object, path) => {
    const more = Object.keys((actual ?? {}) as object).filter((key) => (actual as Record<string, unknown>)[key] !== undefined && !(key in pattern));
    return [...more.map((key) => `${path}.${key} is not in the documentation`), ...mismatch(actual, pattern, path)];
  },
};

/** Where `actual` is not what the documentation shows, one line each; fields that are not named may be there. */
export const mismatch = (actual: unknown, pattern: Pattern, path: string): readonly string[] => {
  const value = plain(actual);
  if (typeof pattern === 'string') return textMismatch(value, pattern, path);
  if (Array.isArray(pattern)) return listMismatch(value, pattern, path);
  if (typeof pattern !== 'object' || pattern === null) return value === pattern ? [] : [`${path} is ${shown(value)}, not ${shown(pattern)}`];
  const [name, inner] = Object.entries(pattern)[0] ?? [];
  const operator = operators[name ?? ''];
  if (operator !== undefined) return operator(value, inner, path);
  if (typeof value !== 'object' || value === null) return [`${path} is ${shown(value)}, not an object`];
  return Object.entries(pattern).flatMap(([key, field]) => mismatch((value as Record<string, unknown>)[key], field, `${path}.${key}`));
};
