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

/** Trouble in front of a host, for every request while it lasts. */
export interface Outage {
  readonly host: string;
  /**
   * HTTP status, e.g. 503 (the default) or 429; `refused` fails the connection; `silent` never answers;
   * `lost` lets the host do its work and then loses the answer, so that a careless sender does it twice.
   */
  readonly answer?: number | 'refused' | 'silent' | 'lost';
  /** How many requests it hits; default: all. */
  readonly times?: number;
  /** Sent with 429 and 503, seconds. */
  readonly retryAfter?: number;
  /** Virtual milliseconds; default: until taken back. */
  readonly until?: number;
}

export interface Internet {
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
  /** Adds a host by name, or by ending when the name starts with a dot. */
  readonly host: (name: string, answer: Host) => void;
  /** Begins an outage; answers how to end it. */
  readonly outage: (outage: Outage) => () => void;
  /** The outage in front of this host now, if any. */
  readonly outageOf: (host: string) => Outage | undefined;
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

/** Longer than any client waits. */
const silence = 120_000;

const troubled = async (
  world: World,
  { host, answer = 503, retryAfter }: Outage,
  goOn: () => Promise<HttpResponse>,
): Promise<HttpResponse> => {
  if (answer === 'refused') throw connectionError('ECONNREFUSED', host);
  if (answer === 'silent') {
    await world.clock.sleep(silence);
    throw connectionError('ETIMEDOUT', host);
  }
  if (answer === 'lost') {
    await goOn();
    throw connectionError('ECONNRESET', host);
  }
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return respond(answer, troubledWords[answer] ?? 'service unavailable', headers);
};

/** As Slack says it. */
const troubledWords: Readonly<Record<number, string>> = { 404: 'no_service', 429: 'rate_limited' };

const receive = ({ method, headers, body }: HttpRequest, url: URL): Received => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array());
  return { method: method.toUpperCase(), url, headers: headersOf(headers), body: Buffer.from(bytes).toString('utf8'), bytes };
};

export const makeInternet = (world: World): Internet => {
  const hosts = new Map<string, Host>();
  const outages = new Map<Outage, number>();
  const outageOf = (host: string): Outage | undefined =>
    [...outages].find(
      ([{ host: hit, until = Infinity, times = Infinity }, hits]) => hit === host && world.clock.now < until && hits < times,
    )?.[0];
  const find = (name: string): Host | undefined =>
    hosts.get(name) ?? [...hosts].find(([known]) => known.startsWith('.') && name.endsWith(known))?.[1];
  return {
    outageOf,
    host: (name, answer) => void hosts.set(name, answer),
    outage: (outage) => {
      outages.set(outage, 0);
      world.trail.add({ kind: 'fault', who: outage.host, what: `outage begins: ${outage.answer ?? 503}` });
      return () => {
        if (outages.delete(outage)) world.trail.add({ kind: 'fault', who: outage.host, what: 'outage ends' });
      };
    },
    request: async (request) => {
      const url = new URL(request.url);
      const reach = async (): Promise<HttpResponse> => {
        const host = find(url.hostname);
        if (host === undefined) throw connectionError('ENOTFOUND', url.hostname);
        return host(receive(request, url));
      };
      const trouble = outageOf(url.hostname);
      if (trouble === undefined) return reach();
      outages.set(trouble, outages.get(trouble)! + 1);
      return troubled(world, trouble, reach);
    },
  };
};
