// Function URLs: an HTTPS request becomes Lambda's payload format 2.0, and the function's answer an HTTP response.
import type { World } from '../../world.ts';
import { LATEST, type FunctionRecord } from './functions.ts';
import type { RunFunction } from './run-function.ts';

export interface UrlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface UrlResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface UrlAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

const eventOf = (world: World, { method, url, headers, body }: UrlRequest, requestId: string): object => {
  const { host, pathname, searchParams } = new URL(url);
  const lowered = Object.fromEntries(Object.entries({ host, ...headers }).map(([name, value]) => [name.toLowerCase(), value]));
  const http = { method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '203.0.113.10', userAgent: lowered['user-agent'] ?? '' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: searchParams.toString(),
    headers: lowered,
    queryStringParameters: Object.fromEntries(searchParams),
    requestContext: {
      accountId: 'anonymous', apiId: host.split('.')[0], domainName: host, domainPrefix: host.split('.')[0], http,
      requestId, routeKey: '$default', stage: '$default', time: new Date(world.clock.now).toUTCString(), timeEpoch: world.clock.now,
    },
    ...(body === '' ? {} : { body }),
    isBase64Encoded: false,
  };
};

const json = (status: number, value: unknown): UrlResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/** Whoever may call: everybody needs lambda:InvokeFunctionUrl in the function's policy; a URL for IAM callers refuses unsigned requests. */
const mayVisit = (world: World, { url, policy, arn }: FunctionRecord): boolean => {
  if (url?.authType !== 'NONE') return false;
  const context = { 'lambda:FunctionUrlAuthType': 'NONE' };
  const permission = { action: 'lambda:InvokeFunctionUrl', resource: arn, resourcePolicy: policy, context };
  return world.services.iam.allowsService('anonymous', permission).allowed;
};

const responseOf = (payload: unknown): UrlResponse => {
  const answer = payload as UrlAnswer | string | null;
  if (typeof answer !== 'object' || answer === null || answer.statusCode === undefined) return json(200, payload);
  const headers = Object.fromEntries(Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const body = answer.isBase64Encoded ? Buffer.from(answer.body ?? '', 'base64').toString('utf8') : answer.body ?? '';
  return { status: answer.statusCode, headers, body };
};

/** Answers a visitor of the function whose URL has the request's host. */
export const visitUrl = async (
  world: World, record: FunctionRecord | undefined, run: RunFunction, request: UrlRequest,
): Promise<UrlResponse> => {
  if (record === undefined) return json(404, { Message: null });
  if (!mayVisit(world, record)) return json(403, { Message: FORBIDDEN });
  const resolved = { record, configuration: record.latest, arn: record.arn, qualifier: LATEST };
  const requestId = world.random.stream('lambda.requests').uuid();
  const outcome = await run({ resolved, event: eventOf(world, request, requestId), requestId, by: request.url });
  return outcome.ok ? responseOf(outcome.payload) : json(502, { Message: 'Internal Server Error' });
};
