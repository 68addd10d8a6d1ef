// The port of a running world: AWS requests, control requests and pages on one loopback server that no client can bring down.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../protocol/answer.ts';
import type { WireRequest, WireResponse } from '../protocol/wire.ts';
import type { Stage } from '../rehearsal/play.ts';
import { control, CONTROL } from './control.ts';
import { follow } from './follow.ts';
import { json } from './replies.ts';
import type { Running } from './view.ts';

/** Answers a page by its path; undefined when there is none. */
export type Pages = (path: string) => WireResponse | undefined | Promise<WireResponse | undefined>;

export interface ServerOptions {
  readonly running: Running;
  readonly stage: Stage;
  /** 0 takes any free port. */
  readonly port: number;
  readonly pages: Pages;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const LARGEST_BODY = 128 * 1024 * 1024;
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|(?:[^:]+\.)?localhost)(?::\d+)?$/i;

class TooLarge extends Error {}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) throw new TooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
};

/** Node gives repeated headers as a list; AWS reads them joined. */
const headersOf = (request: IncomingMessage): WireRequest['headers'] =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

const isControl = (request: IncomingMessage): boolean => pathOf(request).startsWith(CONTROL);

/** Signed in a header or in the query, or an unsigned operation of the query protocol. */
const isForAws = ({ headers, url = '', method }: IncomingMessage): boolean =>
  headers.authorization !== undefined ||
  url.includes('X-Amz-Credential=') ||
  headers['x-amz-target'] !== undefined ||
  headers['smithy-protocol'] !== undefined ||
  (method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'));

/** Requests a web page of another origin made the browser send (or a name rebound to this address) are not the user's own. */
const isForeign = ({ headers }: IncomingMessage): boolean => {
  const { host = '', origin } = headers;
  if (!LOOPBACK.test(host)) return true;
  return origin !== undefined && origin !== `http://${host}`;
};

const noPage = json(404, { error: 'there is nothing here. AWS requests are signed; control requests are below /_dayshift/ (docs/serve.md)' });

const handle = async ({ running, stage, pages }: ServerOptions, request: IncomingMessage): Promise<WireResponse> => {
  const wire: WireRequest = { method: request.method ?? 'GET', path: request.url ?? '/', headers: headersOf(request), body: await bodyOf(request) };
  if (isControl(request)) return control(running, stage, wire);
  if (isForAws(request)) return running.driver.enter(() => answer(running.world, wire), `${wire.method} ${wire.path}`);
  if (wire.method !== 'GET' && wire.method !== 'HEAD') return noPage;
  return (await pages(pathOf(request))) ?? noPage;
};

const send = (request: IncomingMessage, response: ServerResponse, { status, headers, body }: WireResponse): void => {
  if (response.destroyed) return;
  // Clients from outside live in real time: with the world's own they would correct their clocks, and repeat every request that failed.
  response.writeHead(status, { ...headers, date: new Date().toUTCString() });
  response.end(request.method === 'HEAD' ? undefined : body);
};

const serveOne = async (options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  // Whoever leaves in the middle of a conversation takes nothing along.
  response.on('error', () => undefined);
  try {
    if ((isControl(request) || !isForAws(request)) && isForeign(request)) {
      return send(request, response, json(403, { error: 'control requests and pages are for this machine, by the name 127.0.0.1 or localhost' }));
    }
    if (request.method === 'GET' && pathOf(request) === `${CONTROL}follow`) return follow(options.running, request, response);
    send(request, response, await handle(options, request));
  } catch (error) {
    refuse(request, response, error);
  }
};

const refuse = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
  if (response.headersSent || request.destroyed) return void response.destroy();
  if (error instanceof TooLarge) {
    send(request, response, { ...json(413, { error: `a request may have at most ${LARGEST_BODY} bytes` }), headers: { connection: 'close' } });
    return;
  }
  const wrong = error instanceof Error && error.name === 'WrongRequest';
  send(request, response, json(wrong ? 400 : 500, { error: error instanceof Error ? error.message : String(error) }));
};

const portInUse = (port: number): Error =>
  Object.assign(new Error(`Port ${port} is in use. Give another with --port, or --port 0 for any free one; another rehearsal may be running (.rehearsals/*/endpoint.json)`), { name: 'PortInUse' });

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? portInUse(port) : error));
    server.listen(port, '127.0.0.1', resolve);
  });

/** Opens the port. Throws PortInUse with the remedy. */
export const openServer = async (options: ServerOptions): Promise<Listening> => {
  const server = createServer((request, response) => void serveOne(options, request, response));
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
};
