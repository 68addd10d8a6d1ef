// One web request to the world outside AWS, with a time limit; the only place that opens such a connection.
import { request as openPlain } from 'node:http';
import { request as openSecure } from 'node:https';
import type { Answer } from '../domain/delivery.ts';

export interface WebQuestion {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Milliseconds before a silent peer is given up; default five seconds. */
  readonly limit?: number;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface WebHost {
  /** Set by a host that answers for the outside world; Lambda opens real connections. */
  readonly web?: (question: WebQuestion) => Promise<WebAnswer>;
}

/** A Lambda door has 15 seconds in all. */
const LIMIT = 5_000;

/** Sends the request. Rejects with an error named `WebTimeout` or the system's own (`ECONNREFUSED`, …) when there is no answer. */
export const webRequest = (host: WebHost, question: WebQuestion): Promise<WebAnswer> => host.web?.(question) ?? overNetwork(question);

/** What it means for a road that nobody answered: an address whose host does not exist waits for a person, anything else may pass. */
export const noAnswer = ({ message }: Error): Answer =>
  /\bENOTFOUND\b/.test(message)
    ? { kind: 'refused', why: `no answer, for there is no such host (${message})` }
    : { kind: 'unavailable', why: `no answer (${message})` };

const overNetwork = ({ method, url, headers, body, limit: most = LIMIT }: WebQuestion): Promise<WebAnswer> =>
  new Promise((resolve, reject) => {
    // Only a site without a domain of its own is asked over plain HTTP.
    const open = url.startsWith('http:') ? openPlain : openSecure;
    const request = open(url, { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        clearTimeout(limit);
        const seen = Object.entries(response.headers).map(
          ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value] as const,
        );
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(seen), body: Buffer.concat(parts).toString('utf8') });
      });
    });
    const limit = setTimeout(
      () =>
        request.destroy(Object.assign(new Error(`no answer from ${new URL(url).host} within ${most / 1000} s`), { name: 'WebTimeout' })),
      most,
    );
    request.on('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    request.end(body);
  });
