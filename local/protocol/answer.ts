// Answers one AWS request as it travels: finds service and operation, reads the input, calls the world, writes output or error.
import { AwsError, type Caller } from '../simulated.ts';
import type { World } from '../world.ts';
import { readBody, writeBody } from './json.ts';
import { serviceModel, signingNames, type OperationModel, type ServiceModel } from './model.ts';
import { escapeXml, readEc2Form, readForm, writeEc2Xml, writeXml } from './query.ts';
import { readRest, writeRest } from './rest.ts';
import { readS3, writeS3, writeS3Error } from './s3.ts';
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

const scopePattern = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/;

/** Whose key signed the request and for which service, from the credential scope of its signature; presigned addresses have it in their query. */
export const credentialScope = (headers: WireRequest['headers'], path = ''): Scope | undefined => {
  const found = scopePattern.exec(headers['authorization'] ?? '') ?? scopePattern.exec(path.replaceAll(/%2f/gi, '/'));
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
  if (service.protocol === 'rest-xml') return { service, ...readS3(service, request) };
  if (form !== undefined) {
    const operation = operationOf(service, form.get('Action'));
    return { service, operation, input: (service.protocol === 'ec2' ? readEc2Form : readForm)(operation.input, form) };
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

/** What AWS says to a body its parser cannot take: the caller's fault, whatever it was. */
const readOrRefuse = (service: ServiceModel, request: WireRequest, form: URLSearchParams | undefined): Read => {
  try {
    return read(service, request, form);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    const code = service.protocol === 'rest-xml' ? 'MalformedXML' : form === undefined ? 'SerializationException' : 'MalformedInput';
    throw new AwsError(code, error instanceof Error ? error.message : String(error), 400);
  }
};

/** A structure's schema: its members' names, required ones first, and how many of them are required. */
interface RequiredFirst {
  readonly 4?: readonly string[];
  readonly 6?: number;
}

/** Members every request must have; AWS checks them before it looks at anything else. */
const checkRequired = ({ service, operation, input }: Read): void => {
  const { 4: names = [], 6: required = 0 } = (operation.input?.getSchema() ?? []) as unknown as RequiredFirst;
  const given = input as Readonly<Record<string, unknown>>;
  const absent = names.slice(0, required).filter((name) => given[name] === undefined || given[name] === null);
  if (absent.length === 0) return;
  // An empty body is a value: blobs are never missed.
  const blobs = new Set([...(operation.input?.structIterator() ?? [])].flatMap(([name, member]) => (member.isBlobSchema() ? [name] : [])));
  const missing = absent.filter((name) => !blobs.has(name));
  if (missing.length === 0) return;
  const found = missing.map((name) => `Value null at '${name}' failed to satisfy constraint: Member must not be null`).join('; ');
  const code = service.protocol === 'query' || service.protocol === 'ec2' ? 'ValidationError' : 'ValidationException';
  throw new AwsError(code, `${missing.length} validation error${missing.length === 1 ? '' : 's'} detected: ${found}`, 400);
};

const write = ({ service, operation }: Read, output: unknown, requestId: string, form: boolean): WireResponse => {
  if (service.protocol === 'rest-xml') return writeS3(service, operation, output);
  if (service.protocol === 'ec2') return { status: 200, headers: XML, body: writeEc2Xml(service, operation, output, requestId) };
  if (form) return { status: 200, headers: XML, body: writeXml(service, operation, output, requestId) };
  if (service.protocol === 'rest') return writeRest(operation, output);
  return { status: 200, headers: { 'content-type': service.contentType }, body: writeBody(operation.output, output) };
};

const writeError = (service: ServiceModel | undefined, form: boolean, error: AwsError, requestId: string): WireResponse => {
  const { status, message, extra } = error;
  const fault = status < 500 ? 'Sender' : 'Receiver';
  if (service?.protocol === 'rest-xml') return writeS3Error(error, requestId);
  const queryCode = service?.queryErrorCodes.get(error.code) ?? error.code;
  if (form) {
    const described = `<Type>${fault}</Type><Code>${escapeXml(queryCode)}</Code><Message>${escapeXml(message)}</Message>`;
    if (service?.protocol === 'ec2') {
      return { status, headers: XML, body: `<Response><Errors><Error>${described}</Error></Errors><RequestID>${requestId}</RequestID></Response>` };
    }
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
  const scope = credentialScope(request.headers, request.path);
  let service: ServiceModel | undefined;
  try {
    service = modelOf(scope, form);
    if (service === undefined) throw unknownOperation(`${scope?.service ?? 'a request without signature'} is no service of this rehearsal`);
    const found = readOrRefuse(service, request, form);
    const caller = UNSIGNED.includes(found.operation.name) ? ({ kind: 'operator' } as const) : callerOf(world, scope);
    checkRequired(found);
    const output = await world.call({ service: service.signingName, operation: found.operation.name, input: found.input, caller });
    const response = write(found, output, requestId, form !== undefined);
    return { ...response, headers: { ...standard, ...response.headers } };
  } catch (error) {
    const response = writeError(service, form !== undefined, asAwsError(world, error), requestId);
    return { ...response, headers: { ...standard, ...response.headers } };
  }
};
