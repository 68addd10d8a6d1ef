// What a door's bundle can do without: the SDK writes out every error of a service, its own package files and a reader of event streams.
import type { Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';

/** A class per error, as the SDK has them, made by one function: same names, faults and fields. */
const makeError = `
const makeError = (name, fault) => class extends Base {
  static name = name;
  name = name;
  $fault = fault;
  constructor(options) {
    super({ name, $fault: fault, ...options });
    Object.setPrototypeOf(this, new.target.prototype);
    const { name: _name, message: _message, $metadata: _metadata, $fault: _fault, ...fields } = options;
    Object.assign(this, fields);
  }
};
`;

/** `models/errors.js`: each class written out becomes one call. Throws when the SDK writes its classes differently than expected. */
const shortClasses = (source: string, path: string): string => {
  const [base = ''] = source.split('\n', 1);
  const classes = [...source.matchAll(/export class (\w+) extends __BaseException \{([\s\S]*?)\n\}/g)].map(([, name = '', body = '']) => ({ name, fault: /\$fault = "(\w+)"/.exec(body)?.[1] }));
  const odd = classes.filter(({ fault }) => fault === undefined).map(({ name }) => name);
  if (odd.length > 0 || !/^import \{ \w+ as __BaseException \} from/.test(base)) throw new Error(`${path} is not written as bundling expects: ${odd.join(', ')}`);
  const made = classes.map(({ name, fault }) => `export const ${name} = /* @__PURE__ */ makeError('${name}', '${fault}');`);
  return `${base.replace('__BaseException', 'Base')}\n${makeError}${made.join('\n')}\n`;
};

/** Errors whose only member is their message; all others keep the schema they have. */
const plainError =
  /export var (\w+)\$ = \[-3, n0, \w+,\n {4}\{ (?:\[_aQE\]: \[`([^`]+)`, (\d+)\], )?\[_e\]: (_c|_se?)(?:, \[_hE\]: (\d+))? \},\n {4}\[(_m|_M)\],\n {4}\[0\]\n\];\nn0_registry\.registerError\(\1\$, \1\);\n/g;

/** `schemas/schemas_0.js`: the schemas of plain errors become rows of one text, registered in a loop. */
const shortSchemas = (source: string): string => {
  const base = /import \{ (\w+ServiceException) \} from "[^"]+";/.exec(source)?.[1];
  if (base === undefined || !source.includes('const n0_registry = new TypeRegistry(n0);')) return source;
  const rows: string[] = [];
  const rest = source.replaceAll(plainError, (whole, name: string, code = '', status = '', fault: string, http = '', member: string) => {
    if (source.split(`${name}$`).length > 3) return whole;
    rows.push([name, code === name ? '=' : code, status, fault === '_c' ? '' : 's', http === status ? '=' : http, member === '_m' ? '' : 'M'].join(','));
    return '';
  });
  if (rows.length === 0) return source;
  return rest.replace(
    'const n0_registry = new TypeRegistry(n0);',
    `const n0_registry = new TypeRegistry(n0);
const Base = ${base};${makeError}
for (const row of ${JSON.stringify(rows.join(';'))}.split(';')) {
  const [name, code, status, fault, http, member] = row.split(',');
  const error = fault === '' ? 'client' : 'server';
  const httpError = Number(http === '=' ? status : http);
  const traits = { error, ...(code === '' ? {} : { awsQueryError: [code === '=' ? name : code, Number(status)] }), ...(httpError === 0 ? {} : { httpError }) };
  n0_registry.registerError([-3, n0, name, traits, [member === 'M' ? 'Message' : 'message'], [0]], makeError(name, error));
}`,
  );
};

/** `{ [_xN]: … }` becomes `{ "xmlName": … }`: a computed key may run code, so that the bundler keeps every schema that has one, used or not. */
const literalKeys = (source: string): string => {
  const texts = new Map([...source.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm)].map(([, name = '', text = '']) => [name, text]));
  return source.replaceAll(/\[(_\w+)\]: /g, (whole, name: string) => (texts.has(name) ? `${texts.get(name)}: ` : whole));
};

/** What the SDK asks of its reader of event streams: clients set it up without using it, a stream itself is refused by name. */
const noEventStreams = `
const refuse = () => { throw new Error('event streams are left out of the bundles'); };
export const eventStreamSerdeProvider = () => undefined;
export const resolveEventStreamSerdeConfig = (config) => config;
export class EventStreamSerde { serializeEventStream() { refuse(); } deserializeEventStream() { refuse(); } }
`;

/** Of each known machine a door reads its pattern and what it is, not the half megabyte of examples: one text per kind. */
const shortList = (source: string): string => {
  const kinds = Map.groupBy(JSON.parse(source) as readonly { readonly pattern: string; readonly tags: readonly string[] }[], ({ tags }) => tags.join());
  const rows = [...kinds].map(([tags, machines]) => [tags, machines.map(({ pattern }) => pattern).join('\n')]);
  return `export default ${JSON.stringify(rows)}.flatMap(([tags, patterns]) => patterns.split('\\n').map((pattern) => ({ pattern, tags: tags.split(',') })));`;
};

/** Makes every bundle smaller without changing what the SDK answers. */
export const diet: Plugin = {
  name: 'diet',
  setup(builder) {
    const client = '@aws-sdk[\\\\/]client-[^\\\\/]+[\\\\/]';
    builder.onLoad({ filter: new RegExp(`${client}dist-es[\\\\/]models[\\\\/]errors\\.js$`) }, ({ path }) => ({ contents: shortClasses(readFileSync(path, 'utf8'), path), loader: 'js' }));
    builder.onLoad({ filter: new RegExp(`${client}dist-es[\\\\/]schemas[\\\\/]schemas_0\\.js$`) }, ({ path }) => ({ contents: literalKeys(shortSchemas(readFileSync(path, 'utf8'))), loader: 'js' }));
    // Clients read their own version from their package file, for the user agent.
    builder.onLoad({ filter: new RegExp(`${client}package\\.json$`) }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    builder.onLoad({ filter: /crawler-user-agents[\\/]crawler-user-agents\.json$/ }, ({ path }) => ({ contents: shortList(readFileSync(path, 'utf8')), loader: 'js' }));
    // Endpoint discovery is off unless asked for, and a ledger has one endpoint: its cache needs no bound.
    builder.onLoad({ filter: /mnemonist[\\/]lru-cache\.js$/ }, () => ({ contents: 'export default class extends Map { constructor() { super(); } peek(key) { return this.get(key); } }', loader: 'js' }));
    // No operation a door calls answers with an event stream; left in, its one dynamic import would keep all of the SDK's core in every bundle.
    builder.onResolve({ filter: /^@smithy[\\/]core[\\/]event-streams$/ }, () => ({ path: 'event-streams', namespace: 'left-out' }));
    builder.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: noEventStreams, loader: 'js' }));
  },
};
