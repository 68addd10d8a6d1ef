// Replaces the thread's HTTP clients: each request goes to the world as a message, of each process one at a time in the order its code ended them.
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { Readable, Writable } from 'node:stream';
import { current } from './function-process.ts';
import type { RequestMessage, ResponseMessage, ToWorker } from './messages.ts';

const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
// Not by import: that touches every export, and one of node:http loads a whole second HTTP client into each thread.
const [dns, http, https, net, tls] = [
  process.getBuiltinModule('node:dns'), process.getBuiltinModule('node:http'), process.getBuiltinModule('node:https'),
  process.getBuiltinModule('node:net'), process.getBuiltinModule('node:tls'),
];

/** The network of one process. */
export interface Network {
  send(sending: Sending): void;
  /** A request has left that the world has not reacted to yet. */
  asking(): boolean;
  receive(message: Extract<ToWorker, { kind: 'response' | 'no-response' | 'under-way' }>): void;
}

type Options = RequestOptions & { readonly href?: string };
type OnResponse = (response: IncomingMessage) => void;

/** A request as far as the world needs to know it. */
export type OutgoingRequest = Omit<RequestMessage, 'kind' | 'id'>;
export type IncomingResponse = Pick<ResponseMessage, 'status' | 'headers' | 'body'>;

export interface Sending {
  readonly message: OutgoingRequest;
  readonly respond: (response: IncomingResponse) => void;
  readonly fail: (reason: string) => void;
}

const optionsOf = (target: unknown, more: unknown): Options => {
  if (typeof target === 'string' || target instanceof URL) {
    const { protocol, hostname, port, pathname, search } = new URL(target);
    const named = { protocol, hostname, path: `${pathname}${search}`, ...(port === '' ? {} : { port }) };
    return typeof more === 'object' ? { ...named, ...more } : named;
  }
  return target as Options;
};

const headersOf = (options: Options): Record<string, string> => {
  const given = Object.entries((options.headers ?? {}) as Record<string, string | number | readonly string[]>);
  return Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]));
};

/** A ClientRequest as far as HTTP clients use one: a writable with headers, timeouts and abort. */
const makeRequest = (options: Options, protocol: RequestMessage['protocol'], send: (sending: Sending) => void): ClientRequest => {
  const chunks: Buffer[] = [];
  const inContext = AsyncLocalStorage.snapshot();
  const headers = headersOf(options);
  const host = String(options.hostname ?? options.host ?? 'localhost');
  const writable = new Writable({
    autoDestroy: false,
    write: (chunk: Buffer | string, _, done) => { chunks.push(Buffer.from(chunk)); done(); },
    final: (done) => {
      send({
        message: { protocol, host, method: options.method ?? 'GET', path: options.path ?? '/', headers, body: Buffer.concat(chunks) },
        respond: (response) => void inContext(() => request.emit('response', makeResponse(response))),
        fail: (reason) => void inContext(() => request.emit('error', Object.assign(new Error(reason), { code: reason.split(' ')[0] }))),
      });
      done();
    },
  });
  const request = Object.assign(writable, {
    method: options.method ?? 'GET', path: options.path ?? '/', host, protocol, reusedSocket: true, socket: null, aborted: false,
    setHeader: (name: string, value: string) => { headers[name.toLowerCase()] = String(value); },
    getHeader: (name: string) => headers[name.toLowerCase()],
    getHeaders: () => ({ ...headers }),
    removeHeader: (name: string) => { delete headers[name.toLowerCase()]; },
    flushHeaders: () => undefined,
    setNoDelay: () => undefined,
    setSocketKeepAlive: () => undefined,
    setTimeout: () => request,
    abort: () => { writable.destroy(); },
  }) as unknown as ClientRequest;
  return request;
};

const makeResponse = ({ status, headers, body }: IncomingResponse): IncomingMessage => {
  const content = Buffer.from(body as Uint8Array);
  const response = content.length === 0 ? Readable.from([]) : Readable.from([content]);
  return Object.assign(response, {
    statusCode: status, statusMessage: http.STATUS_CODES[status] ?? '', headers, rawHeaders: Object.entries(headers).flat(),
    httpVersion: '1.1', complete: true, trailers: {}, socket: null, setTimeout: () => response,
  }) as unknown as IncomingMessage;
};

/** What stands in for `http.request` (and `get`, which ends at once): answers a request that `send` gets when the code has ended it. */
export const virtualClient = (protocol: RequestMessage['protocol'], endAtOnce: boolean, send: (sending: Sending) => void) =>
  (target: unknown, more?: unknown, last?: unknown): ClientRequest => {
    const onResponse = [more, last].find((value) => typeof value === 'function') as OnResponse | undefined;
    const request = makeRequest(optionsOf(target, more), protocol, send);
    if (onResponse !== undefined) request.once('response', onResponse);
    if (endAtOnce) request.end();
    return request;
  };

/** No road leads past the world to the real network. */
const refuseOtherRoads = (): void => {
  const refuse = (name: string) => (): never => {
    throw new Error(`the rehearsal carries node:http and node:https requests, not ${name}`);
  };
  Object.assign(net, { connect: refuse('net.connect'), createConnection: refuse('net.createConnection') });
  Object.assign(tls, { connect: refuse('tls.connect') });
  Object.assign(dns, { lookup: refuse('dns.lookup'), resolve: refuse('dns.resolve') });
  globalThis.fetch = async () => refuse('fetch')();
};

/** `post` carries a request to the world. */
export const makeNetwork = (post: (message: RequestMessage) => void): Network => {
  const queue: Sending[] = [];
  const underWay = new Map<number, Sending>();
  let asked: { readonly id: number; readonly sending: Sending } | undefined;
  let lastId = 0;
  const next = (): void => {
    const sending = asked === undefined ? queue.shift() : undefined;
    if (sending === undefined) return;
    lastId += 1;
    asked = { id: lastId, sending };
    post({ kind: 'request', id: lastId, ...sending.message });
  };
  const send = (sending: Sending): void => {
    queue.push(sending);
    next();
  };
  /** The request with that id, which is no longer the current one. */
  const take = (id: number): Sending | undefined => {
    if (asked?.id !== id) return underWay.get(id);
    const { sending } = asked;
    asked = undefined;
    return sending;
  };
  return {
    send,
    asking: () => asked !== undefined,
    receive: (message) => {
      const sending = take(message.id);
      underWay.delete(message.id);
      if (sending === undefined) return;
      if (message.kind === 'under-way') underWay.set(message.id, sending);
      else if (message.kind === 'response') sending.respond(message);
      else sending.fail(message.message);
      next();
    },
  };
};

/** Installs the network: each request is the one of the process that makes it. */
export const installVirtualNetwork = (): void => {
  const send = (sending: Sending): void => current().network.send(sending);
  Object.assign(http, { request: virtualClient('http:', false, send), get: virtualClient('http:', true, send) });
  Object.assign(https, { request: virtualClient('https:', false, send), get: virtualClient('https:', true, send) });
  refuseOtherRoads();
  syncBuiltinESMExports();
};
