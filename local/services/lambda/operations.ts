// Lambda's API as far as the house uses it: invoke, look, pause event sources, limit concurrency, grant and revoke.
import { AwsError, type CallContext, type Operation, type PolicyStatement } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { callerLabel } from '../../caller-name.ts';
import type { EventSources, Mapping } from './event-sources.ts';
import { LATEST, rebuildPolicy, type Configuration, type FunctionRecord, type FunctionStore, type Resolved } from './functions.ts';
import { permissionStatement } from './permission.ts';
import type { InvokeOutcome } from './outcome.ts';
import type { RunningFunctions } from './running-functions.ts';

type Start = (nameOrArn: string, qualifier: string | undefined, event: unknown, by: string, async: boolean) => Promise<InvokeOutcome>;

/** Synchronous requests and answers may hold 6 MB, events 1 MB (aws-facts F). */
const SYNCHRONOUS_LIMIT = 6 * 1024 * 1024;
const EVENT_LIMIT = 1024 * 1024;

const parse = (payload: Uint8Array | string | undefined): unknown => {
  const text = payload === undefined ? '' : Buffer.from(payload as Uint8Array).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json: Could not parse payload into json', 400, { Type: 'User' });
  }
};

const invoke = (store: FunctionStore, start: Start): Operation => ({
  needs: ({ FunctionName, Qualifier }) => {
    const record = store.find(FunctionName);
    const base = { action: 'lambda:InvokeFunction', resource: store.arnOf(FunctionName, Qualifier) };
    return [record === undefined ? base : { ...base, resourcePolicy: record.policy }];
  },
  run: async ({ FunctionName, Qualifier, InvocationType = 'RequestResponse', Payload }, { caller }: CallContext) => {
    const limit = InvocationType === 'Event' ? EVENT_LIMIT : SYNCHRONOUS_LIMIT;
    if ((Payload?.length ?? 0) > limit) throw new AwsError('RequestTooLargeException', `Request must be smaller than ${limit} bytes for the InvokeFunction operation`, 413, { Type: 'User' });
    const event = parse(Payload);
    if (InvocationType === 'DryRun') return { StatusCode: 204 };
    const outcome = await start(FunctionName, Qualifier, event, callerLabel(caller), InvocationType === 'Event');
    if (InvocationType === 'Event') return { StatusCode: 202 };
    const common = { StatusCode: 200, ExecutedVersion: store.resolve(FunctionName, Qualifier).configuration.version };
    if (outcome.ok) return { ...common, Payload: new Uint8Array(Buffer.from(JSON.stringify(outcome.payload))) };
    const { errorType, errorMessage, trace } = outcome;
    return { ...common, FunctionError: 'Unhandled', Payload: new Uint8Array(Buffer.from(JSON.stringify({ errorType, errorMessage, trace }))) };
  },
});

const configurationView = ({ record, configuration, arn }: Resolved): object => {
  const { functionName, version, description, roleArn, handler, runtime, timeoutSeconds, memoryMb, environment, architecture, lastModified, assetHash } = configuration;
  return {
    FunctionName: functionName, FunctionArn: arn, Version: version, Description: description, Role: roleArn, Handler: handler, Runtime: runtime,
    Timeout: timeoutSeconds, MemorySize: memoryMb, Environment: { Variables: environment }, Architectures: [architecture], PackageType: 'Zip',
    LastModified: new Date(lastModified).toISOString().replace('Z', '+0000'), CodeSha256: assetHash, State: 'Active', LastUpdateStatus: 'Successful',
    LoggingConfig: { LogGroup: configuration.logGroup, LogFormat: configuration.logFormat }, RevisionId: `${record.name}-${lastModified}`,
  };
};

const mappingView = (world: World, store: FunctionStore, { id, settings }: Mapping): object => ({
  UUID: id,
  EventSourceArn: settings.eventSourceArn,
  FunctionArn: store.arnOf(settings.functionName),
  BatchSize: settings.batchSize,
  MaximumBatchingWindowInSeconds: settings.windowSeconds,
  State: settings.enabled ? 'Enabled' : 'Disabled',
  StateTransitionReason: 'USER_INITIATED',
  LastModified: new Date(world.clock.now),
});

const onFunction = (store: FunctionStore, action: string, run: (input: any, record: FunctionRecord, resolved: Resolved) => unknown): Operation => ({
  needs: ({ FunctionName, Qualifier }) => [{ action: `lambda:${action}`, resource: store.arnOf(FunctionName, Qualifier) }],
  run: (input) => {
    const resolved = store.resolve(input.FunctionName, input.Qualifier);
    return run(input, resolved.record, resolved);
  },
});

const policyOperations = (store: FunctionStore): Readonly<Record<string, Operation>> => ({
  GetPolicy: onFunction(store, 'GetPolicy', (_, { policy, statements }) => {
    if (statements.size === 0) throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, { Type: 'User' });
    return { Policy: JSON.stringify(policy) };
  }),
  AddPermission: onFunction(store, 'AddPermission', (input, record, { arn }) => {
    if (record.statements.has(input.StatementId)) throw new AwsError('ResourceConflictException', `The statement id (${input.StatementId}) provided already exists.`, 409);
    const statement: PolicyStatement = permissionStatement(input.StatementId, arn, input);
    record.statements.set(input.StatementId, statement);
    rebuildPolicy(record);
    return { Statement: JSON.stringify(statement) };
  }),
  RemovePermission: onFunction(store, 'RemovePermission', ({ StatementId }, record) => {
    if (!record.statements.delete(StatementId)) throw new AwsError('ResourceNotFoundException', `Statement ${StatementId} is not found in resource policy.`, 404, { Type: 'User' });
    rebuildPolicy(record);
    return {};
  }),
});

const concurrencyOperations = (store: FunctionStore): Readonly<Record<string, Operation>> => ({
  PutFunctionConcurrency: onFunction(store, 'PutFunctionConcurrency', ({ ReservedConcurrentExecutions }, record) => {
    record.reservedConcurrency = ReservedConcurrentExecutions;
    return { ReservedConcurrentExecutions };
  }),
  DeleteFunctionConcurrency: onFunction(store, 'DeleteFunctionConcurrency', (_, record) => {
    record.reservedConcurrency = undefined;
    return {};
  }),
  GetFunctionConcurrency: onFunction(store, 'GetFunctionConcurrency', (_, { reservedConcurrency }) => ({ ReservedConcurrentExecutions: reservedConcurrency })),
});

const mappingOperations = (store: FunctionStore, sources: EventSources): Readonly<Record<string, Operation>> => {
  const arn = (world: World, id: string): string => `arn:aws:lambda:${world.region}:${world.account}:event-source-mapping:${id}`;
  return {
    ListEventSourceMappings: {
      needs: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
      run: ({ FunctionName, EventSourceArn }, { world }) => ({
        EventSourceMappings: sources.all()
          .filter(({ settings }) => FunctionName === undefined || store.arnOf(settings.functionName) === store.arnOf(FunctionName))
          .filter(({ settings }) => EventSourceArn === undefined || settings.eventSourceArn === EventSourceArn)
          .map((mapping) => mappingView(world, store, mapping)),
      }),
    },
    GetEventSourceMapping: {
      needs: ({ UUID }, world) => [{ action: 'lambda:GetEventSourceMapping', resource: arn(world, UUID) }],
      run: ({ UUID }, { world }) => mappingView(world, store, sources.get(UUID)),
    },
    UpdateEventSourceMapping: {
      needs: ({ UUID }, world) => [{ action: 'lambda:UpdateEventSourceMapping', resource: arn(world, UUID) }],
      run: ({ UUID, Enabled, BatchSize, MaximumBatchingWindowInSeconds }, { world }) => {
        const changes = {
          ...(Enabled === undefined ? {} : { enabled: Enabled }),
          ...(BatchSize === undefined ? {} : { batchSize: BatchSize }),
          ...(MaximumBatchingWindowInSeconds === undefined ? {} : { windowSeconds: MaximumBatchingWindowInSeconds }),
        };
        return mappingView(world, store, sources.change(UUID, changes));
      },
    },
  };
};

export const lambdaOperations = (store: FunctionStore, running: RunningFunctions, sources: EventSources, start: Start): Readonly<Record<string, Operation>> => ({
  Invoke: invoke(store, start),
  GetFunction: onFunction(store, 'GetFunction', (_, record, resolved) => ({
    Configuration: configurationView(resolved), Tags: record.tags,
    Code: { RepositoryType: 'S3', Location: `https://awslambda.s3.amazonaws.com/${resolved.configuration.assetHash ?? ''}` },
    ...(record.reservedConcurrency === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency } }),
  })),
  GetFunctionConfiguration: onFunction(store, 'GetFunctionConfiguration', (_, __, resolved) => configurationView(resolved)),
  UpdateFunctionConfiguration: onFunction(store, 'UpdateFunctionConfiguration', ({ Environment, Timeout, MemorySize }, record, resolved) => {
    const changed: Configuration = {
      ...record.latest,
      environment: Environment?.Variables ?? record.latest.environment,
      timeoutSeconds: Timeout ?? record.latest.timeoutSeconds,
      memoryMb: MemorySize ?? record.latest.memoryMb,
    };
    record.latest = changed;
    running.replaced(changed);
    return configurationView({ ...resolved, configuration: changed });
  }),
  ListFunctions: {
    needs: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    run: () => ({ Functions: store.all().map((record) => configurationView({ record, configuration: record.latest, arn: record.arn, qualifier: LATEST })) }),
  },
  ...policyOperations(store),
  ...concurrencyOperations(store),
  ...mappingOperations(store, sources),
});
