// What is wrong with a platform file, in one list: where, what stands there, why it cannot be, and what to write instead.
import * as v from 'valibot';

export interface Finding {
  readonly file: string;
  /** Dotted path of the field, e.g. `services.api.memory`. */
  readonly field: string;
  /** What stands there, as JSON. */
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
}

type Issue = v.BaseIssue<unknown>;
type AnySchema = { readonly [Key: string]: unknown };

/** The schema below optional, nullable and the like. */
const inner = (schema: AnySchema): AnySchema => {
  const wrapped = schema['wrapped'];
  return typeof wrapped === 'object' && wrapped !== null ? inner(wrapped as AnySchema) : schema;
};

/** The metadata of a field, wherever in the nest of optional and nullable it was said. */
const saidOf = (schema: AnySchema): Readonly<Record<string, unknown>> => {
  const own = 'pipe' in schema ? v.getMetadata(schema as never) : {};
  if (Object.keys(own).length > 0) return own;
  const wrapped = schema['wrapped'];
  return typeof wrapped === 'object' && wrapped !== null ? saidOf(wrapped as AnySchema) : {};
};

const childOf = (schema: AnySchema, name: string): AnySchema | null => {
  const bare = inner(schema);
  const entries = bare['entries'] as Readonly<Record<string, AnySchema>> | undefined;
  if (entries !== undefined) return entries[name] ?? null;
  if (bare['type'] === 'record') return bare['value'] as AnySchema;
  if (bare['type'] === 'array') return bare['item'] as AnySchema;
  const options = bare['options'];
  if (!Array.isArray(options)) return null;
  const tried = options.filter((option) => typeof option === 'object').map((option) => childOf(option as AnySchema, name));
  return tried.find((child) => child !== null) ?? null;
};

const schemaAt = (root: AnySchema, path: readonly string[]): AnySchema | null =>
  path.reduce<AnySchema | null>((schema, name) => (schema === null ? null : childOf(schema, name)), root);

const pathOf = (issue: Issue): readonly string[] => (issue.path ?? []).map((item) => String(item.key));

/** A union reports one issue for all its options; the option that got furthest tells more. */
const leaves = (issue: Issue): readonly Issue[] => {
  const below = (issue.issues ?? []) as readonly Issue[];
  if (issue.type !== 'union' || below.length === 0) return [issue];
  const deepest = Math.max(...below.map((one) => pathOf(one).length));
  if (deepest === 0) return [issue];
  return below
    .filter((one) => pathOf(one).length === deepest)
    .flatMap(leaves)
    .map((one) => ({ ...one, path: [...(issue.path ?? []), ...(one.path ?? [])] as never }));
};

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/** The known word nearest to a mistyped one. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : null;
};

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? `a ${typeof value}`;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const unknownField = (root: AnySchema, path: readonly string[]): string => {
  const parent = schemaAt(root, path.slice(0, -1));
  const known = Object.keys((parent === null ? {} : (inner(parent)['entries'] as object | undefined)) ?? {});
  const like = nearest(path[path.length - 1] ?? '', known);
  return like === null ? `remove it; known here: ${known.join(', ')}` : `write \`${like}\`; known here: ${known.join(', ')}`;
};

/** What to write, by the example of the field or, where only its parent has one, of that. */
const remedyFor = (root: AnySchema, path: readonly string[], expected: string | null): string => {
  for (let length = path.length; length > 0; length -= 1) {
    const schema = schemaAt(root, path.slice(0, length));
    const example = schema === null ? undefined : saidOf(schema)['example'];
    const where = length === path.length ? '' : `${path.slice(0, length).join('.')}: `;
    if (example !== undefined) return `write for example ${where}${shown(example)}`;
  }
  return `give ${expected ?? 'another value'}`;
};

const findingOf = (root: AnySchema, issue: Issue, file: string): Finding => {
  const path = pathOf(issue);
  const field = path.length === 0 ? '(the file)' : path.join('.');
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { file, field, value: shown(issue.path?.at(-1)?.value), problem: 'there is no such field', remedy: unknownField(root, path) };
  }
  const missing = issue.type === 'strict_object' && issue.received === 'undefined';
  const problem = missing
    ? 'this field is missing'
    : issue.message.replace(/^Invalid type: Expected/, 'expected').replace(/ but received .*$/, '');
  return {
    file,
    field,
    value: shown(issue.input),
    problem,
    remedy: remedyFor(root, path, issue.expected),
  };
};

/** Every issue of a parse as a finding, in the order of the file. */
export const findingsOf = (schema: v.GenericSchema<any, any>, issues: readonly Issue[], file: string): readonly Finding[] =>
  issues.flatMap(leaves).map((issue) => findingOf(schema as unknown as AnySchema, issue, file));

/** Findings as lines for a terminal. */
export const findingLines = (findings: readonly Finding[]): readonly string[] =>
  findings.flatMap((finding) => [
    `${finding.file}: ${finding.field} = ${finding.value}`,
    `    ${finding.problem}`,
    `    remedy: ${finding.remedy}`,
  ]);
