// The internet outside AWS: hosts that answer requests, and the outages and rate limits a rehearsal may put in front of them.
import type { World } from '../world.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request as a host sees it: lower-case header names, the body as text. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes: Uint8Array;
}

export type Host = (request: Received) => HttpResponse | Promise<HttpResponse>;

/** Trouble in front of a host: a status for every request, or no connection at all. */
export interface Outage {
  readonly host: string;
  /** HTTP status, e.g. 503 or 429; `refused` fails the connection. Default 503. */
  readonly answer?: number | 'refused';
  /** Sent with 429 and 503, seconds. */
  readonly retryAfter?: number;
  /** Virtual milliseconds; default: until taken back. */
  readonly until?: number;
}

export interface Internet {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Adds a host by name, or by ending when the name starts with a dot. */
  host(name: string, answer: Host): void;
  /** Begins an outage; answers how to end it. */
  outage(outage: Outage): () => void;
  /** The outage in front of this host now, if any. */
  outageOf(host: string): Outage | undefined;
}

const headersOf = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

export const respond = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain', 'content-length': String(Buffer.byteLength(body)), ...headers },
  body,
});

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse =>
  respond(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });

const connectionError = (code: string, host: string): Error =>
  Object.assign(new Error(code === 'ENOTFOUND' ? `getaddrinfo ENOTFOUND ${host}` : `connect ${code} ${host}:443`), {
    code,
    hostname: host,
  });

const troubled = ({ host, answer = 503, retryAfter }: Outage): HttpResponse => {
  if (answer === 'refused') throw connectionError('ECONNREFUSED', host);
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return respond(answer, answer === 429 ? 'rate_limited' : 'service unavailable', headers);
};

export const makeInternet = (world: World): Internet => {
  const hosts = new Map<string, Host>();
  const outages = new Set<Outage>();
  const outageOf = (host: string): Outage | undefined =>
    [...outages].find((outage) => outage.host === host && (outage.until === undefined || world.clock.now < outage.until));
  const find = (name: string): Host | undefined =>
    hosts.get(name) ?? [...hosts].find(([known]) => known.startsWith('.') && name.endsWith(known))?.[1];
  return {
    outageOf,
    host: (name, answer) => void hosts.set(name, answer),
    outage: (outage) => {
      outages.add(outage);
      world.trail.add({ kind: 'fault', who: outage.host, what: `outage begins: ${outage.answer ?? 503}` });
      return () => {
        if (outages.delete(outage)) world.trail.add({ kind: 'fault', who: outage.host, what: 'outage ends' });
      };
    },
    request: async (request) => {
      const url = new URL(request.url);
      const trouble = outageOf(url.hostname);
      if (trouble !== undefined) return troubled(trouble);
      const host = find(url.hostname);
      if (host === undefined) throw connectionError('ENOTFOUND', url.hostname);
      const bytes = typeof request.body === 'string' ? Buffer.from(request.body) : (request.body ?? new Uint8Array());
      return host({
        method: request.method.toUpperCase(),
        url,
        headers: headersOf(request.headers),
        body: Buffer.from(bytes).toString('utf8'),
        bytes,
      });
    },
  };
};
