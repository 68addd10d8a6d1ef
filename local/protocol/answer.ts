// Answers one AWS request as it travels: finds service and operation, reads the input, calls the world, writes output or error.
import { AwsError, type Caller } from '../simulated.ts';
import type { World } from '../world.ts';
import { readBody, writeBody } from './json.ts';
import { serviceModel, signingNames, type OperationModel, type ServiceModel } from './model.ts';
import { escapeXml, readForm, writeXml } from './query.ts';
import { readRest, writeRest } from './rest.ts';
import type { WireRequest, WireResponse } from './wire.ts';

interface Scope {
  readonly accessKeyId: string;
  readonly service: string;
}

interface Read {
  readonly service: ServiceModel;
  readonly operation: OperationModel;
  readonly input: unknown;
}

/** Whose key signed the request and for which service, from the credential scope of its signature. */
export const credentialScope = (headers: WireRequest['headers']): Scope | undefined => {
  const found = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(headers['authorization'] ?? '');
  return found === null ? undefined : { accessKeyId: found[1]!, service: found[2]! };
};

const isForm = (request: WireRequest): boolean => (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

const unknownOperation = (what: string): AwsError => new AwsError('UnknownOperationException', what, 404);

const modelOf = (scope: Scope | undefined, form: URLSearchParams | undefined): ServiceModel | undefined => {
  if (scope !== undefined) return serviceModel(scope.service);
  const version = form?.get('Version');
  return signingNames.map(serviceModel).find((model) => model?.protocol === 'query' && model.version === version);
};

const operationOf = (service: ServiceModel, name: string | null | undefined): OperationModel => {
  const operation = service.operations.get(name ?? '');
  if (operation === undefined) throw unknownOperation(`${service.signingName} has no operation ${String(name)}`);
  return operation;
};

const read = (service: ServiceModel, request: WireRequest, form: URLSearchParams | undefined): Read => {
  if (form !== undefined) {
    const operation = operationOf(service, form.get('Action'));
    return { service, operation, input: readForm(operation.input, form) };
  }
  const target = request.headers['x-amz-target'];
  if (target !== undefined) {
    const operation = operationOf(service, target.slice(target.lastIndexOf('.') + 1));
    return { service, operation, input: readBody(operation.input, request.body) };
  }
  const rest = readRest(service, request);
  if (rest === undefined) throw unknownOperation(`${service.signingName} has no operation at ${request.method} ${request.path}`);
  return { service, ...rest };
};

const XML = { 'content-type': 'text/xml' };

const write = ({ service, operation }: Read, output: unknown, requestId: string): WireResponse => {
  if (service.protocol === 'query') return { status: 200, headers: XML, body: writeXml(service, operation, output, requestId) };
  if (service.protocol === 'rest') return writeRest(operation, output);
  return { status: 200, headers: { 'content-type': service.contentType }, body: writeBody(operation.output, output) };
};

const writeError = (service: ServiceModel | undefined, form: boolean, error: AwsError, requestId: string): WireResponse => {
  const { status, message, extra } = error;
  const fault = status < 500 ? 'Sender' : 'Receiver';
  const queryCode = service?.queryErrorCodes.get(error.code) ?? error.code;
  if (form) {
    const described = `<Type>${fault}</Type><Code>${escapeXml(queryCode)}</Code><Message>${escapeXml(message)}</Message>`;
    const content = `<Error>${described}</Error><RequestId>${requestId}</RequestId>`;
    return { status, headers: XML, body: `<ErrorResponse xmlns="${service?.xmlNamespace ?? ''}">${content}</ErrorResponse>` };
  }
  const compatible: Record<string, string> = service?.queryCompatible === true ? { 'x-amzn-query-error': `${queryCode};${fault}` } : {};
  return {
    status,
    headers: { 'content-type': service?.contentType ?? 'application/json', 'x-amzn-errortype': error.code, ...compatible },
    body: JSON.stringify({ __type: error.code, message, ...extra }),
  };
};

/** An error no simulator worded is a fault of the rehearsal itself: the caller gets AWS's 500, and the run fails with the real error. */
const asAwsError = (world: World, error: unknown): AwsError => {
  if (error instanceof AwsError) return error;
  world.clock.after(0, () => { throw error; }, 'fault of a simulator');
  return new AwsError('InternalFailure', error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error), 500);
};

const callerOf = (world: World, scope: Scope | undefined): Caller => {
  if (scope === undefined) throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  const caller = world.services.sts.callerOf(scope.accessKeyId);
  if (caller !== undefined) return caller;
  throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
};

/** Unsigned by design, as AWS has it: no caller to know. */
const UNSIGNED: readonly string[] = ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'];

/** Answers a request with the bytes AWS would send; the `date` header is virtual time, or the SDK would correct its clock to real time. */
export const answer = async (world: World, request: WireRequest): Promise<WireResponse> => {
  const requestId = world.random.stream('requests').uuid();
  const standard = { 'x-amzn-requestid': requestId, date: new Date(world.clock.now).toUTCString() };
  const form = isForm(request) ? new URLSearchParams(request.body.toString('utf8')) : undefined;
  const scope = credentialScope(request.headers);
  let service: ServiceModel | undefined;
  try {
    service = modelOf(scope, form);
    if (service === undefined) throw unknownOperation(`${scope?.service ?? 'a request without signature'} is no service of this rehearsal`);
    const found = read(service, request, form);
    const caller = UNSIGNED.includes(found.operation.name) ? ({ kind: 'operator' } as const) : callerOf(world, scope);
    const output = await world.call({ service: service.signingName, operation: found.operation.name, input: found.input, caller });
    const response = write(found, output, requestId);
    return { ...response, headers: { ...standard, ...response.headers } };
  } catch (error) {
    const response = writeError(service, form !== undefined, asAwsError(world, error), requestId);
    return { ...response, headers: { ...standard, ...response.headers } };
  }
};
