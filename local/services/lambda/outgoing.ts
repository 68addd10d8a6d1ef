// Where a function's request goes: signed requests to AWS become calls of the world, everything else leaves for the world outside AWS.
import { answer, credentialScope } from '../../protocol/answer.ts';
import type { World } from '../../world.ts';
import type { IncomingResponse, OutgoingRequest } from './worker/virtual-network.ts';

const AWS_HOST = /\.amazonaws\.com(\.cn)?$|\.api\.aws$/;

export const isAwsRequest = ({ host, headers }: OutgoingRequest): boolean => AWS_HOST.test(host) && credentialScope(headers) !== undefined;

/** Answers as AWS or as the other side does; rejects when nobody listens there. */
export const respond = async (world: World, request: OutgoingRequest): Promise<IncomingResponse> => {
  const { protocol, host, method, path, headers, body } = request;
  if (isAwsRequest(request)) return answer(world, { method, path, headers, body: Buffer.from(body) });
  const url = `${protocol}//${host}${path}`;
  const functionUrl = world.services.lambda.urlOf(host);
  const text = Buffer.from(body).toString('utf8');
  if (functionUrl !== undefined) return world.services.lambda.visit({ method, url, headers, body: text });
  const answered = await world.services.outside.http({ method, url, headers, body: Buffer.from(body) });
  return { status: answered.status, headers: { date: new Date(world.clock.now).toUTCString(), ...answered.headers }, body: answered.body };
};
