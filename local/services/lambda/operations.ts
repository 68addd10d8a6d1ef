// Lambda's API as far as the house uses it: invoke, look, limit concurrency, grant and revoke.
import type { CallContext, Operation } from '../../simulated.ts';
import { callerLabel } from '../../caller-name.ts';
import type { EventSources } from './event-sources.ts';
import { invalidContent, resourceConflict, resourceNotFound, tooLarge } from './failures.ts';
import { LATEST, rebuildPolicy, type Configuration, type FunctionStore, type Resolved } from './functions.ts';
import { mappingOperations } from './mapping-operations.ts';
import type { InvokeOutcome } from './outcome.ts';
import { permissionStatement } from './permission.ts';
import type { RunningFunctions } from './running-functions.ts';
import { configurationView, functionView } from './views.ts';

export interface Start {
  readonly nameOrArn: string;
  readonly qualifier?: string;
  readonly event: unknown;
  readonly by: string;
  readonly async: boolean;
}

export interface OperationParts {
  readonly store: FunctionStore;
  readonly running: RunningFunctions;
  readonly sources: EventSources;
  readonly start: (start: Start) => Promise<InvokeOutcome>;
}

type Operations = Readonly<Record<string, Operation>>;

/** Synchronous requests and answers may hold 6 MB, events 1 MB (aws-facts F). */
const SYNCHRONOUS_LIMIT = 6 * 1024 * 1024;
const EVENT_LIMIT = 1024 * 1024;

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('utf8');

const parse = (payload: Uint8Array | string | undefined): unknown => {
  const text = payload === undefined ? '' : typeof payload === 'string' ? payload : textOf(payload);
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidContent();
  }
};

const encoder = new TextEncoder();
const bytes = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));

const invoke = ({ store, start }: OperationParts): Operation => ({
  needs: ({ FunctionName, Qualifier }) => {
    const permission = { action: 'lambda:InvokeFunction', resource: store.arnOf(FunctionName, Qualifier) };
    const record = store.find(FunctionName);
    return [record === undefined ? permission : { ...permission, resourcePolicy: record.policy }];
  },
  run: async ({ FunctionName, Qualifier, InvocationType = 'RequestResponse', Payload }, { caller }: CallContext) => {
    const async = InvocationType === 'Event';
    const limit = async ? EVENT_LIMIT : SYNCHRONOUS_LIMIT;
    if ((Payload?.length ?? 0) > limit) throw tooLarge(limit);
    const event = parse(Payload);
    const { configuration } = store.resolve(FunctionName, Qualifier);
    if (InvocationType === 'DryRun') return { StatusCode: 204 };
    const outcome = await start({ nameOrArn: FunctionName, qualifier: Qualifier, event, by: callerLabel(caller), async });
    if (async) return { StatusCode: 202 };
    const common = { StatusCode: 200, ExecutedVersion: configuration.version };
    if (outcome.ok) return { ...common, Payload: bytes(outcome.payload) };
    const { errorType, errorMessage, trace } = outcome;
    return { ...common, FunctionError: 'Unhandled', Payload: bytes({ errorType, errorMessage, trace }) };
  },
});

/** An operation on one function, permitted by the action of its own name. */
const onFunction = (store: FunctionStore, action: string, run: (resolved: Resolved, input: any) => unknown): Operations => ({
  [action]: {
    needs: ({ FunctionName, Qualifier }) => [{ action: `lambda:${action}`, resource: store.arnOf(FunctionName, Qualifier) }],
    run: (input) => run(store.resolve(input.FunctionName, input.Qualifier), input),
  },
});

const policyOperations = (store: FunctionStore): Operations => ({
  ...onFunction(store, 'GetPolicy', ({ record }) => {
    if (record.statements.size === 0) throw resourceNotFound();
    return { Policy: JSON.stringify(record.policy) };
  }),
  ...onFunction(store, 'AddPermission', ({ record, arn }, input) => {
    const { StatementId } = input;
    if (record.statements.has(StatementId)) throw resourceConflict(`The statement id (${StatementId}) provided already exists.`);
    const statement = permissionStatement(StatementId, arn, input);
    record.statements.set(StatementId, statement);
    rebuildPolicy(record);
    return { Statement: JSON.stringify(statement) };
  }),
  ...onFunction(store, 'RemovePermission', ({ record }, { StatementId }) => {
    if (!record.statements.delete(StatementId)) throw resourceNotFound(`Statement ${StatementId} is not found in resource policy.`);
    rebuildPolicy(record);
    return {};
  }),
});

const concurrencyOperations = (store: FunctionStore): Operations => ({
  ...onFunction(store, 'PutFunctionConcurrency', ({ record }, { ReservedConcurrentExecutions }) => {
    record.reservedConcurrency = ReservedConcurrentExecutions;
    return { ReservedConcurrentExecutions };
  }),
  ...onFunction(store, 'DeleteFunctionConcurrency', ({ record }) => {
    record.reservedConcurrency = undefined;
    return {};
  }),
  ...onFunction(store, 'GetFunctionConcurrency', ({ record }) => ({ ReservedConcurrentExecutions: record.reservedConcurrency })),
});

const configurationOperations = ({ store, running }: OperationParts): Operations => ({
  ...onFunction(store, 'GetFunction', functionView),
  ...onFunction(store, 'GetFunctionConfiguration', configurationView),
  ...onFunction(store, 'UpdateFunctionConfiguration', (resolved, { Environment, Timeout, MemorySize }) => {
    const { latest } = resolved.record;
    const changed: Configuration = {
      ...latest,
      environment: Environment?.Variables ?? latest.environment,
      timeoutSeconds: Timeout ?? latest.timeoutSeconds,
      memoryMb: MemorySize ?? latest.memoryMb,
    };
    resolved.record.latest = changed;
    running.replaced(changed);
    return configurationView({ ...resolved, configuration: changed });
  }),
});

export const lambdaOperations = (parts: OperationParts): Operations => {
  const { store, sources } = parts;
  return {
    Invoke: invoke(parts),
    ListFunctions: {
      needs: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
      run: () => ({
        Functions: store.all().map((record) =>
          configurationView({ record, configuration: record.latest, arn: record.arn, qualifier: LATEST }),
        ),
      }),
    },
    ...configurationOperations(parts),
    ...policyOperations(store),
    ...concurrencyOperations(store),
    ...mappingOperations(store, sources),
  };
};
