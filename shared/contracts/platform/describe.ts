// The fields of the platform file as a list: path, kind, default, sentence and example; docs/platform-file.md is made of it.
import * as v from 'valibot';

export interface Field {
  /** Dotted path; `NAME` stands for a name that the file chooses, `[]` for each item of a list. */
  readonly path: string;
  /** What may be written: `text`, `number`, `yes or no`, the words of a choice, `table of …`. */
  readonly kind: string;
  /** JSON of what holds when the field is left out; null when it must be written. */
  readonly fallback: string | null;
  readonly description: string;
  readonly example: unknown;
}

interface AnySchema {
  readonly type: string;
  readonly wrapped?: AnySchema;
  readonly default?: unknown;
  readonly entries?: Readonly<Record<string, AnySchema>>;
  readonly value?: AnySchema;
  readonly item?: AnySchema;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly unknown[];
}

const bare = (schema: AnySchema): AnySchema => (schema.wrapped === undefined ? schema : bare(schema.wrapped));

const saidOf = (schema: AnySchema): Readonly<Record<string, unknown>> => {
  const own = schema.pipe === undefined ? {} : v.getMetadata(schema as never);
  if (Object.keys(own).length > 0) return own;
  return schema.wrapped === undefined ? {} : saidOf(schema.wrapped);
};

const isOptional = (schema: AnySchema): boolean =>
  schema.type === 'optional' || schema.type === 'exact_optional' || (schema.wrapped !== undefined && isOptional(schema.wrapped));

const fallbackOf = (schema: AnySchema): unknown =>
  schema.type === 'optional' ? schema.default : schema.wrapped === undefined ? undefined : fallbackOf(schema.wrapped);

const kindOf = (schema: AnySchema): string => {
  const one = bare(schema);
  switch (one.type) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'yes or no';
    case 'picklist':
      return (one.options ?? []).map(String).join(' · ');
    case 'array':
      return `list of ${one.item === undefined ? 'anything' : kindOf(one.item)}`;
    case 'record':
      return `table of ${one.value === undefined ? 'anything' : kindOf(one.value)}`;
    case 'union':
      return (one.options ?? []).map((option) => kindOf(option as AnySchema)).join(', or ');
    case 'strict_object':
      return 'fields';
    default:
      return one.type;
  }
};

/** Fields below a schema, wherever it nests them. */
const below = (schema: AnySchema, path: string): readonly Field[] => {
  const one = bare(schema);
  if (one.entries !== undefined)
    return Object.entries(one.entries).flatMap(([name, child]) => fieldAt(child, path === '' ? name : `${path}.${name}`));
  if (one.type === 'record' && one.value !== undefined) return below(one.value, `${path}.NAME`);
  if (one.type === 'array' && one.item !== undefined) return below(one.item, `${path}[]`);
  if (one.type === 'union') return (one.options ?? []).flatMap((option) => below(option as AnySchema, path));
  return [];
};

const fieldAt = (schema: AnySchema, path: string): readonly Field[] => {
  const said = saidOf(schema);
  const fallback = fallbackOf(schema);
  const field: Field = {
    path,
    kind: kindOf(schema),
    fallback: isOptional(schema) ? (fallback === undefined ? '' : JSON.stringify(fallback)) : null,
    description: typeof said['description'] === 'string' ? said['description'] : '',
    example: said['example'],
  };
  return [field, ...below(schema, path)];
};

/** Every field of a schema, parents before their children, in the order of the file. */
export const fieldsOf = (schema: unknown): readonly Field[] => below(schema as AnySchema, '');

const cell = (text: string): string => text.replaceAll('|', '\\|');

const code = (value: unknown): string => (value === undefined ? '' : `\`${cell(JSON.stringify(value))}\``);

const fallbackWords = ({ fallback }: Field): string => {
  if (fallback === null) return '**needed**';
  return fallback === '' || fallback === 'null' || fallback === '{}' || fallback === '[]' ? '–' : `\`${cell(fallback)}\``;
};

const row = (field: Field): string =>
  `| \`${field.path}\` | ${cell(field.kind)} | ${fallbackWords(field)} | ${cell(field.description)} | ${code(field.example)} |`;

/** The tables of docs/platform-file.md: one for each first word of the paths. */
export const fieldTables = (schema: unknown): string => {
  const sections = new Map<string, Field[]>();
  for (const field of fieldsOf(schema)) {
    const first = field.path.split(/[.[]/)[0] ?? '';
    sections.set(first, [...(sections.get(first) ?? []), field]);
  }
  const head = '| field | written as | left out | says | example |\n|---|---|---|---|---|';
  return [...sections].map(([name, fields]) => `## \`${name}\`\n\n${head}\n${fields.map(row).join('\n')}\n`).join('\n');
};
