// The REST-JSON protocol: members travel in the path, the query string, headers, a payload or the JSON body.
import { readBody, readJson, writeBody, writeJson } from './json.ts';
import type { OperationModel, ServiceModel, Shape } from './model.ts';
import { HTTP_DATE, readTimestamp, writeTimestamp } from './timestamps.ts';
import type { WireRequest } from './wire.ts';

interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Fixed parts of the query string that belong to the route. */
  readonly query: readonly (readonly [string, string | undefined])[];
  /** Literal characters: of two routes that match, the one that says more wins. */
  readonly weight: number;
}

const route = (operation: OperationModel): Route | undefined => {
  if (operation.http === undefined) return undefined;
  const [method, uri] = operation.http;
  const [path = '', query] = uri.split('?');
  const labels: string[] = [];
  const pattern = path.replace(/\/$/, '').replace(/\{(\w+)(\+)?\}/g, (_, name: string, greedy: string | undefined) => {
    labels.push(name);
    return greedy === undefined ? '([^/]+)' : '(.+)';
  });
  const fixed = query === undefined ? [] : query.split('&').map((pair) => pair.split('=') as [string, string | undefined]);
  const weight = path.replace(/\{[^}]*\}/g, '').length + 1000 * fixed.length;
  return { operation, method, path: new RegExp(`^${pattern}/?$`), labels, query: fixed, weight };
};

const routesOf = new WeakMap<ServiceModel, readonly Route[]>();
const routes = (service: ServiceModel): readonly Route[] => {
  const known = routesOf.get(service);
  if (known !== undefined) return known;
  const all = [...service.operations.values()].flatMap((operation) => route(operation) ?? []);
  const made = all.toSorted((one, other) => other.weight - one.weight);
  routesOf.set(service, made);
  return made;
};

export const fromText = (shape: Shape, text: string): unknown => {
  if (shape.isBooleanSchema()) return text === 'true';
  if (shape.isBigIntegerSchema()) return BigInt(text);
  if (shape.isNumericSchema()) return Number(text);
  if (shape.isTimestampSchema()) return readTimestamp(text);
  return text;
};

const BINDINGS: readonly string[] = [
  'httpLabel', 'httpQuery', 'httpHeader', 'httpPayload', 'httpResponseCode', 'httpPrefixHeaders', 'httpQueryParams',
];

/** Whether a member travels outside the JSON body. */
export const bound = (member: Shape): boolean => {
  const traits: object = member.getMergedTraits();
  return BINDINGS.some((name) => name in traits);
};

const readPayload = (member: Shape, body: Buffer): unknown => {
  if (member.isBlobSchema()) return new Uint8Array(body);
  if (member.isStringSchema()) return body.toString('utf8');
  return readJson(member, JSON.parse(body.toString('utf8')), { jsonName: true });
};

export const readQuery = (member: Shape, all: readonly string[]): unknown =>
  member.isListSchema() ? all.map((text) => fromText(member.getValueSchema(), text)) : fromText(member, all[0]!);

interface Located {
  readonly labels: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly request: WireRequest;
}

const readBound = (name: string, member: Shape, { labels, query, request }: Located): unknown => {
  const traits = member.getMergedTraits();
  if (traits.httpLabel) return fromText(member, decodeURIComponent(labels.get(name)!));
  if (traits.httpQuery !== undefined) return query.has(traits.httpQuery) ? readQuery(member, query.getAll(traits.httpQuery)) : undefined;
  if (traits.httpHeader !== undefined) {
    const header = request.headers[traits.httpHeader.toLowerCase()];
    return header === undefined ? undefined : fromText(member, header);
  }
  if (traits.httpPayload) return request.body.length === 0 ? undefined : readPayload(member, request.body);
  return undefined;
};

const readInput = (shape: Shape, located: Located): Record<string, unknown> => {
  const members = [...shape.structIterator()];
  const hasPayload = members.some(([, member]) => member.getMergedTraits().httpPayload);
  const input = hasPayload ? {} : readBody(shape, located.request.body, { jsonName: true, skip: bound });
  for (const [name, member] of members) {
    const value = readBound(name, member, located);
    if (value !== undefined) input[name] = value;
  }
  return input;
};

export interface RestCall {
  readonly operation: OperationModel;
  readonly input: unknown;
}

const hasQuery = ({ query }: Route, given: URLSearchParams): boolean =>
  query.every(([key, value]) => given.has(key) && (value === undefined || given.get(key) === value));

/** Which operation a REST request means, and its input; undefined when no route of the service matches. */
export const readRest = (service: ServiceModel, request: WireRequest): RestCall | undefined => {
  const url = new URL(request.path, 'http://rehearsal');
  for (const candidate of routes(service)) {
    const match = candidate.method === request.method ? candidate.path.exec(url.pathname) : null;
    if (match === null) continue;
    if (!hasQuery(candidate, url.searchParams)) continue;
    const labels = new Map(candidate.labels.map((name, index) => [name, match[index + 1]!]));
    const { operation } = candidate;
    if (operation.input === undefined) return { operation, input: {} };
    return { operation, input: readInput(operation.input, { labels, query: url.searchParams, request }) };
  }
  return undefined;
};

export const headerText = (member: Shape, value: unknown): string => {
  if (member.isTimestampSchema()) return String(writeTimestamp(member, value as Date, HTTP_DATE));
  if (member.getMergedTraits().mediaType === 'application/json') return Buffer.from(String(value)).toString('base64');
  return String(value);
};

interface RestResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

const writePayload = (member: Shape, value: unknown): { readonly body: string | Uint8Array; readonly contentType: string } => {
  if (member.isBlobSchema()) return { body: value as Uint8Array, contentType: 'application/octet-stream' };
  if (member.isStringSchema()) return { body: String(value), contentType: 'text/plain' };
  return { body: JSON.stringify(writeJson(member, value, { jsonName: true })), contentType: 'application/json' };
};

/** The response to a REST request: status, headers and body from the members' bindings. */
export const writeRest = ({ output: shape, http }: OperationModel, output: unknown): RestResponse => {
  const value = (output ?? {}) as Readonly<Record<string, unknown>>;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  let status = http?.[2] ?? 200;
  let body: string | Uint8Array = writeBody(shape, value, { jsonName: true, skip: bound });
  for (const [name, member] of shape?.structIterator() ?? []) {
    const found = value[name];
    const traits = member.getMergedTraits();
    if (traits.httpPayload) body = '';
    if (found === undefined || found === null) continue;
    if (traits.httpHeader !== undefined) headers[traits.httpHeader.toLowerCase()] = headerText(member, found);
    else if (traits.httpResponseCode) status = Number(found);
    else if (traits.httpPayload) {
      const payload = writePayload(member, found);
      body = payload.body;
      headers['content-type'] = payload.contentType;
    }
  }
  return { status, headers, body };
};
