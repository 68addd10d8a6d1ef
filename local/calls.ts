// The only road for API calls: find the operation, ask IAM, apply faults and request limits, run it, and write it into the trail.
import { callerArn, callerLabel } from './caller-name.ts';
import { AwsError, type Operation, type SimulatedService } from './simulated.ts';
import type { Call, World } from './world.ts';

/** Services that answer in the query protocol (or keep its error codes) word a refusal differently from the JSON ones. */
const QUERY_SERVICES: readonly string[] = ['rds', 'elasticloadbalancing', 'elasticache', 'sts', 'monitoring', 'iam', 'cloudformation'];
const REST_SERVICES: readonly string[] = ['lambda', 'scheduler'];

/** The error code and HTTP status with which a service refuses a caller. */
const refusal = (service: string): { readonly code: string; readonly status: number } => {
  if (service === 'sns') return { code: 'AuthorizationError', status: 403 };
  if (QUERY_SERVICES.includes(service)) return { code: 'AccessDenied', status: 403 };
  if (REST_SERVICES.includes(service)) return { code: 'AccessDeniedException', status: 403 };
  return { code: 'AccessDeniedException', status: 400 };
};

const authorize = (world: World, { service, operation, input, caller }: Call, found: Operation): void => {
  if (caller.kind !== 'role') return;
  for (const permission of found.needs(input, world)) {
    const answer = world.services.iam.allows(caller, permission);
    if (answer.allowed) continue;
    const { code, status } = refusal(service);
    const { action, resource } = permission;
    const who = callerArn(caller, world.account);
    const detail = { action, resource, context: permission.context, service, operation, why: answer.why };
    world.trail.add({ kind: 'fault', who: callerLabel(caller), what: `${action} denied`, detail });
    throw new AwsError(code, `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${answer.why}`, status);
  }
};

const isBytes = (value: unknown): value is Uint8Array => typeof value === 'object' && value instanceof Uint8Array;

/** The input as the trail keeps it: payloads that travel as bytes become the text they are. */
const legible = (input: unknown): unknown => {
  if (typeof input !== 'object' || input === null) return input;
  const members = input as Readonly<Record<string, unknown>>;
  let told: Record<string, unknown> | undefined;
  for (const name in members) {
    const value = members[name];
    if (isBytes(value)) (told ??= { ...members })[name] = Buffer.from(value).toString('utf8');
  }
  return told ?? input;
};

/** The input without its secrets: names stay, values do not (N3). */
const concealed = (input: unknown, secret: readonly string[] = []): unknown => {
  if (typeof input !== 'object' || input === null || secret.length === 0) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, secret.includes(name) ? '(not shown)' : value]));
};

const unknownOperation = (world: World, { service, operation, caller }: Call, why: string): AwsError => {
  const what = `${service}:${operation} is not simulated`;
  world.trail.add({ kind: 'fault', who: callerLabel(caller), what, detail: { service, operation } });
  return new AwsError('UnknownOperationException', `${what}: ${why}`, 400);
};

interface Found {
  readonly operation: Operation;
  /** `SERVICE:OPERATION`, as the trail says it. */
  readonly what: string;
}

/** The operation a call asks for, looked up once by its names. */
const makeLookup = (world: () => World, find: (signingName: string) => SimulatedService | undefined) => {
  const known = new Map<string, Map<string, Found>>();
  const look = (call: Call): Found => {
    const simulator = find(call.service);
    if (simulator === undefined) throw unknownOperation(world(), call, 'no simulator carries that signing name');
    const operation = simulator.operations[call.operation];
    if (operation === undefined) throw unknownOperation(world(), call, `the simulator knows ${Object.keys(simulator.operations).join(', ')}`);
    const found = { operation, what: `${call.service}:${call.operation}` };
    const ofService = known.get(call.service) ?? new Map<string, Found>();
    known.set(call.service, ofService.set(call.operation, found));
    return found;
  };
  return (call: Call): Found => known.get(call.service)?.get(call.operation) ?? look(call);
};

/** Makes `world.call`; `find` answers the simulator for a signing name. Throws AwsError as the service words it. */
export const makeCall = (world: () => World, find: (signingName: string) => SimulatedService | undefined) => {
  let requests = 0;
  const lookup = makeLookup(world, find);
  return async (call: Call): Promise<unknown> => {
    const here = world();
    const { operation, what } = lookup(call);
    authorize(here, call, operation);
    requests += 1;
    const requestId = `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`;
    const who = callerLabel(call.caller);
    const entry = here.trail.add({ kind: 'call', who, what, detail: { input: legible(concealed(call.input, operation.secret)), requestId } });
    try {
      here.faults.beforeEffect(call);
      const output = await operation.run(call.input ?? {}, { world: here, caller: call.caller, requestId });
      here.faults.afterEffect(call);
      return output;
    } catch (error) {
      const { code, message } = error as Partial<AwsError>;
      here.trail.add({ kind: 'call', who, what: `${what} failed`, detail: { code: code ?? String(error), message, call: entry.seq } });
      throw error;
    }
  };
};
