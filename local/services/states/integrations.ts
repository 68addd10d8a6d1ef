// Service integrations of a Task state: each calls AWS as the machine's own role and names its errors as Step Functions does.
import { StateFailure } from '../../asl/failure.ts';
import { readResource } from '../../asl/task.ts';
import type { TaskCall } from '../../asl/walk.ts';
import { serviceModel } from '../../protocol/model.ts';
import type { AwsError, Caller } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { findSdkTarget, fromApiOutput, sdkErrorName, toApiInput, type SdkTarget } from '../sdk-integration.ts';

export interface Integrator {
  readonly world: World;
  readonly caller: Caller;
}

/** Optimized integrations: the SDK service behind them, the prefix of their errors, and members that may be written as objects. */
const optimized: Readonly<Record<string, { readonly sdk: string; readonly prefix: string; readonly texts: readonly string[] }>> = {
  dynamodb: { sdk: 'dynamodb', prefix: 'DynamoDB', texts: [] },
  ecs: { sdk: 'ecs', prefix: 'ECS', texts: [] },
  events: { sdk: 'eventbridge', prefix: 'EventBridge', texts: ['Detail'] },
  sns: { sdk: 'sns', prefix: 'SNS', texts: ['Message'] },
  sqs: { sdk: 'sqs', prefix: 'SQS', texts: ['MessageBody'] },
  states: { sdk: 'sfn', prefix: 'StepFunctions', texts: ['Input'] },
};

/** Makes the call of a task and answers what the state machine sees; `.sync` and `.waitForTaskToken` are handled by the caller. */
export const callIntegration = async (
  integrator: Integrator,
  { resource, arguments: given }: Pick<TaskCall, 'resource' | 'arguments'>,
): Promise<unknown> => {
  const parts = resource.split(':');
  if (parts[2] === 'lambda') return invokeFunction(integrator, { FunctionName: resource, Payload: given }).then(({ Payload }) => Payload);
  const [service = '', ...rest] = parts.slice(5);
  if (service === 'lambda') return invokeFunction(integrator, given as LambdaArguments);
  if (service === 'aws-sdk') return callSdk(integrator, named(rest[0] ?? '', rest[1] ?? ''), given);
  const known = optimized[service];
  if (known === undefined) throw new StateFailure('States.Runtime', `The resource ${resource} is not simulated.`, false);
  const target = { ...named(known.sdk, rest[0] ?? ''), prefix: known.prefix };
  const output = await callSdk(integrator, target, textsOf(given, known.texts));
  if (service === 'events') checkEntries(output);
  return output;
};

/** Why AWS would refuse a Resource at creation, or undefined. */
export const resourceProblem = (resource: string): string | undefined => {
  const { base, pattern } = readResource(resource);
  if (/^arn:aws:lambda:[^:]+:\d+:function:.+$/.test(base)) return pattern === 'request' ? undefined : `${resource} takes no pattern`;
  const [service = '', ...rest] = base.startsWith('arn:aws:states:::') ? base.split(':').slice(5) : [];
  if (service === 'lambda' && rest[0] === 'invoke') return pattern === 'sync' ? `${resource} has no .sync` : undefined;
  const known = optimized[service];
  const isSync = ['ecs:runTask', 'states:startExecution'].includes(`${service}:${rest[0]}`);
  if (pattern === 'sync' && !isSync) return `the resource ${resource} is not simulated or does not exist`;
  try {
    if (service === 'aws-sdk') findSdkTarget(rest[0] ?? '', rest[1] ?? '');
    else if (known === undefined) return `the resource ${resource} is not simulated or does not exist`;
    else findSdkTarget(known.sdk, rest[0] ?? '');
    return undefined;
  } catch (problem) {
    return (problem as Error).message;
  }
};

const named = (service: string, operation: string): SdkTarget => {
  try {
    return findSdkTarget(service, operation);
  } catch (problem) {
    throw new StateFailure('States.Runtime', (problem as Error).message, false);
  }
};

/** Members AWS turns into JSON text when they are written as objects, at any depth. */
const textsOf = (value: unknown, names: readonly string[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => textsOf(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const changed = Object.entries(value).map(([name, member]): [string, unknown] => {
    if (!names.includes(name)) return [name, textsOf(member, names)];
    return [name, typeof member === 'string' ? member : JSON.stringify(member)];
  });
  return Object.fromEntries(changed);
};

const checkEntries = (output: unknown): void => {
  const { FailedEntryCount = 0 } = output as { FailedEntryCount?: number };
  if (FailedEntryCount > 0) throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(output));
};

const callSdk = async ({ world, caller }: Integrator, target: SdkTarget, given: unknown): Promise<unknown> => {
  let input: unknown;
  try {
    input = toApiInput(target, given);
  } catch (problem) {
    throw new StateFailure('States.Runtime', (problem as Error).message, false);
  }
  try {
    return fromApiOutput(target, await world.call({ service: target.service, operation: target.operation, input, caller }));
  } catch (problem) {
    throw asFailure(problem, target.service, target.prefix);
  }
};

/** Errors the service declares keep their names; all others become the service's general exception, as in the Java SDK. */
const asFailure = (problem: unknown, service: string, prefix: string): Error => {
  const { code, message, status } = problem as AwsError;
  if (code === undefined) return problem as Error;
  const declared = serviceModel(service)?.queryErrorCodes ?? new Map<string, string>();
  const isDeclared = declared.has(code) || [...declared.values()].includes(code);
  const error = isDeclared ? sdkErrorName(prefix, code) : `${prefix}.${prefix}Exception`;
  return new StateFailure(error, `${message} (Service: ${prefix}, Status Code: ${status})`);
};

interface LambdaArguments {
  readonly FunctionName: string;
  readonly Payload?: unknown;
  readonly InvocationType?: string;
  readonly Qualifier?: string;
}

interface InvokeOutput {
  readonly StatusCode?: number;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
  readonly Payload?: Uint8Array;
}

/** Errors of the Lambda service that Step Functions names one by one; anything else is Lambda.AWSLambdaException. */
const lambdaErrors: ReadonlySet<string> = new Set([
  'ServiceException',
  'TooManyRequestsException',
  'ResourceNotFoundException',
  'EC2ThrottledException',
  'ResourceConflictException',
]);

/** `lambda:invoke`: the payload goes as JSON and comes back parsed; an error the function threw keeps its type. */
const invokeFunction = async ({ world, caller }: Integrator, given: LambdaArguments): Promise<Record<string, unknown>> => {
  const { FunctionName, Payload = {}, InvocationType = 'RequestResponse', Qualifier } = given;
  const input = { FunctionName, InvocationType, Qualifier, Payload: Buffer.from(JSON.stringify(Payload)) };
  let output: InvokeOutput;
  try {
    output = (await world.call({ service: 'lambda', operation: 'Invoke', input, caller })) as InvokeOutput;
  } catch (problem) {
    const { code, message, status } = problem as AwsError;
    if (code === undefined) throw problem;
    const error = lambdaErrors.has(code) ? code : 'AWSLambdaException';
    throw new StateFailure(`Lambda.${error}`, `${message} (Service: Lambda, Status Code: ${status})`);
  }
  const text = output.Payload === undefined ? '' : Buffer.from(output.Payload).toString('utf8');
  if (output.FunctionError !== undefined) throw functionFailure(text);
  const answer: Record<string, unknown> = {
    ExecutedVersion: output.ExecutedVersion ?? '$LATEST',
    SdkHttpMetadata: { HttpStatusCode: output.StatusCode ?? 200 },
    StatusCode: output.StatusCode ?? 200,
  };
  if (text !== '') answer.Payload = JSON.parse(text);
  return answer;
};

const functionFailure = (text: string): StateFailure => {
  const { errorType } = JSON.parse(text === '' ? '{}' : text) as { errorType?: string };
  return new StateFailure(errorType ?? 'Lambda.Unknown', text);
};
