// Hands an SDK client's commands to the world in process: one middleware at the initialize step, so nothing is signed, sent or parsed.
import { plainCopy } from './plain-copy.ts';
import { serviceModel, type Shape } from './protocol/model.ts';
import type { AwsError, Caller } from './simulated.ts';
import type { World } from './world.ts';

interface Arguments {
  readonly input: Record<string, unknown>;
}
type Next = (args: Arguments) => Promise<unknown>;
interface HandlerContext {
  readonly commandName?: string;
}

/** The part of an SDK client that is needed; each client class has it. */
interface AnyClient {
  /** The SDK's cache of resolved middleware stacks, by command. */
  handlers?: unknown;
  readonly config: { readonly defaultSigningName?: string; readonly serviceId?: string; cacheMiddleware?: boolean };
  readonly middlewareStack: {
    add(middleware: (next: Next, context: HandlerContext) => (args: Arguments) => Promise<unknown>, options: object): void;
  };
}

/** The SDK's standard retry mode: three attempts, full jitter, a longer base for throttling. */
const ATTEMPTS = 3;
const BASE_MILLISECONDS = 100;
const THROTTLED_BASE_MILLISECONDS = 500;
const THROTTLES: readonly string[] = [
  'ThrottlingException', 'Throttling', 'TooManyRequestsException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded',
];
const TRANSIENT: readonly string[] = [
  'InternalServerError', 'InternalFailure', 'InternalError', 'ServiceUnavailable', 'ServiceUnavailableException', 'TimeoutError',
];

const isThrottle = ({ code }: AwsError): boolean => THROTTLES.includes(code);
const isTransient = ({ code, status }: AwsError): boolean => TRANSIENT.includes(code) || [500, 502, 503, 504].includes(status);

const tokenMembers = new WeakMap<Shape, readonly string[]>();

/** Members the SDK fills with a fresh token when the caller gave none. */
const idempotencyTokens = (input: Shape | undefined): readonly string[] => {
  if (input === undefined) return [];
  const known = tokenMembers.get(input);
  if (known !== undefined) return known;
  const found = [...input.structIterator()].filter(([, member]) => member.isIdempotencyToken()).map(([name]) => name);
  tokenMembers.set(input, found);
  return found;
};

const asSdkError = (error: AwsError, queryCodes: ReadonlyMap<string, string>, attempts: number): Error => {
  const modelled = [...queryCodes].find(([name, code]) => code === error.code && name !== error.code)?.[0];
  const made = new Error(error.message);
  return Object.assign(made, error.extra, {
    name: modelled ?? error.code,
    $fault: error.status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: error.status, attempts, totalRetryDelay: 0 },
  });
};

/**
 * Connects a client to the world as this caller and answers the client. Errors carry the name, message and modelled members
 * that the SDK gives them, throttling and server errors are retried as the SDK does, in virtual time. A second connect to
 * the same client replaces the first.
 */
export const connect = <Client>(client: Client, world: World, caller: Caller): Client => {
  const { config, middlewareStack } = client as unknown as AnyClient;
  // The stack is put in order once per command, not once per call; what an earlier connect left in the cache goes.
  config.cacheMiddleware = true;
  delete (client as unknown as AnyClient).handlers;
  const service = config.defaultSigningName;
  const model = service === undefined ? undefined : serviceModel(service);
  if (service === undefined || model === undefined) {
    throw new Error(`the rehearsal has no schemas for ${config.serviceId ?? 'this client'}: add it to local/protocol/clients.ts`);
  }
  const random = world.random.stream(`sdk.${service}`);
  const send = async (operation: string, tokens: readonly string[], given: Record<string, unknown>): Promise<unknown> => {
    const input = plainCopy(given);
    for (const name of tokens) input[name] ??= random.uuid();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const output = plainCopy((await world.call({ service, operation, input, caller })) as Record<string, unknown> | undefined) ?? {};
        output['$metadata'] = { httpStatusCode: 200, attempts: attempt };
        return { output, response: {} };
      } catch (error) {
        const failure = error as AwsError;
        if (failure.code === undefined) throw error;
        const throttled = isThrottle(failure);
        if (attempt === ATTEMPTS || !(throttled || isTransient(failure))) throw asSdkError(failure, model.queryErrorCodes, attempt);
        const base = throttled ? THROTTLED_BASE_MILLISECONDS : BASE_MILLISECONDS;
        await world.clock.sleep(Math.floor(random.next() * base * 2 ** (attempt - 1)));
      }
    }
  };
  const middleware = (_next: Next, context: HandlerContext): Next => {
    const operation = (context.commandName ?? '').replace(/Command$/, '');
    const tokens = idempotencyTokens(model.operations.get(operation)?.input);
    return (args) => send(operation, tokens, args.input ?? {});
  };
  middlewareStack.add(middleware, { step: 'initialize', name: 'rehearsal', priority: 'high', override: true });
  return client;
};
