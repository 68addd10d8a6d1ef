// The rehearsal's AWS endpoint on a loopback port: any SDK, any tool, real wire protocols; the access key says who calls.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './protocol/answer.ts';
import type { World } from './world.ts';

export interface Endpoint {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Credentials with which a client acts as the operator. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Node gives repeated headers as a list; AWS reads them joined. */
const headersOf = (request: IncomingMessage): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));

const serve = async (world: World, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await bodyOf(request);
  const answered = await answer(world, { method: request.method ?? 'GET', path: request.url ?? '/', headers: headersOf(request), body });
  response.sendDate = false;
  response.writeHead(answered.status, answered.headers);
  response.end(answered.body);
};

/** Opens the endpoint on a loopback port (any free one by default); the world closes it with itself. */
export const openEndpoint = async (world: World, wanted = 0): Promise<Endpoint> => {
  const server = createServer((request, response) => {
    serve(world, request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const operator = world.services.sts.operator();
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  world.onClose(close);
  return {
    url: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: operator.AccessKeyId, secretAccessKey: operator.SecretAccessKey },
    close,
  };
};
