// A Lambda function as a target: the event it gets, and how its answer becomes the visitor's (aws-facts E).
import type { Listener, TargetGroup } from './model.ts';
import type { Answer, Visit } from './request.ts';
import type { ElbState } from './state.ts';

const MOST_BYTES = 1_048_576;

interface LambdaAnswer {
  readonly isBase64Encoded?: boolean;
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string;
}

/** Invokes the group's function. A function error or a malformed answer is a 502 (LambdaUserError); no function is a 503. */
export const askLambda = async (state: ElbState, group: TargetGroup, visit: Visit, listener: Listener): Promise<Answer> => {
  const [target] = group.targets.values();
  if (target === undefined) return own(503, 'no function is registered');
  if ((visit.body?.length ?? 0) > MOST_BYTES) return own(413, 'Request Entity Too Large');
  const payload = eventFor(state, group, visit, listener);
  const result = await state.world.services.lambda.invoke({
    functionArn: target.id,
    payload,
    source: { principal: 'elasticloadbalancing.amazonaws.com', sourceArn: group.arn },
  });
  if (!result.ok) return own(502, result.errorMessage);
  return asAnswer(group, target.id, result.payload as LambdaAnswer | null);
};

const own = (status: number, body: string): Answer => ({ status, headers: { server: 'awselb/2.0' }, body, servedBy: 'load balancer' });

const multiValue = (group: TargetGroup): boolean => group.attributes.get('lambda.multi_value_headers.enabled') === 'true';

/** Header names in small letters; query parameters stay encoded. */
const eventFor = (state: ElbState, group: TargetGroup, visit: Visit, listener: Listener): object => {
  const headers: Record<string, string> = Object.fromEntries(
    Object.entries(visit.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  headers['host'] = visit.host;
  headers['x-amzn-trace-id'] =
    `Root=1-${Math.floor(state.world.clock.now / 1_000).toString(16)}-${state.world.random.stream('elb').hex(24)}`;
  headers['x-forwarded-for'] = visit.sourceIp ?? '198.51.100.7';
  headers['x-forwarded-port'] = String(listener.port);
  headers['x-forwarded-proto'] = listener.protocol.toLowerCase();
  const query = Object.fromEntries(
    (visit.query ?? '')
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('='))
      .map(([key, value = '']) => [key!, value]),
  );
  const lists = (record: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, [value]]));
  return {
    requestContext: { elb: { targetGroupArn: group.arn } },
    httpMethod: visit.method ?? 'GET',
    path: visit.path,
    ...(multiValue(group)
      ? { multiValueQueryStringParameters: lists(query), multiValueHeaders: lists(headers) }
      : { queryStringParameters: query, headers }),
    body: visit.body ?? '',
    isBase64Encoded: false,
  };
};

/** `statusCode`, `isBase64Encoded` and headers are required; the right kind of headers, too. */
const asAnswer = (group: TargetGroup, functionArn: string, answer: LambdaAnswer | null): Answer => {
  const headers = multiValue(group) ? flattened(answer?.multiValueHeaders) : answer?.headers;
  if (typeof answer?.statusCode !== 'number' || headers === undefined || typeof answer.isBase64Encoded !== 'boolean') {
    return own(502, 'the function did not answer in the shape a load balancer expects');
  }
  const body = answer.isBase64Encoded ? Buffer.from(answer.body ?? '', 'base64').toString() : (answer.body ?? '');
  if (body.length > MOST_BYTES) return own(502, 'the function answered with more than 1 MB');
  const small = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { status: answer.statusCode, headers: small, body, servedBy: functionArn };
};

const flattened = (headers: LambdaAnswer['multiValueHeaders']): Readonly<Record<string, string>> | undefined =>
  headers === undefined ? undefined : Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(', ')]));
