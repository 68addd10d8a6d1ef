// CloudFormation's Lambda types.
import type { Made, ResourceContext, ResourceType } from '../../simulated.ts';
import type { EventSources, MappingSettings } from './event-sources.ts';
import { invalidParameter } from './failures.ts';
import { LATEST, rebuildPolicy, USUAL_ASYNC, type Configuration, type FunctionRecord, type FunctionStore } from './functions.ts';
import { permissionStatement } from './permission.ts';
import type { RunningFunctions } from './running-functions.ts';

export interface Parts {
  readonly store: FunctionStore;
  readonly running: RunningFunctions;
  readonly eventSources: EventSources;
  /** Function URL host -> function. */
  readonly urls: Map<string, FunctionRecord>;
}

/** `<hash>.zip`, as CDK names its file assets. */
const assetHash = (code: { readonly S3Key?: string } | undefined): string | undefined =>
  code?.S3Key?.replace(/^.*\//, '').replace(/\.zip$/, '');

const configurationOf = (name: string, properties: any, now: number): Configuration => ({
  functionName: name,
  version: LATEST,
  description: properties.Description ?? '',
  roleArn: properties.Role,
  handler: properties.Handler ?? '',
  runtime: properties.Runtime ?? '',
  architecture: properties.Architectures?.[0] ?? 'x86_64',
  timeoutSeconds: Number(properties.Timeout ?? 3),
  memoryMb: Number(properties.MemorySize ?? 128),
  environment: Object.fromEntries(Object.entries(properties.Environment?.Variables ?? {}).map(([key, value]) => [key, String(value)])),
  assetHash: assetHash(properties.Code),
  logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
  logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
  platformLogs: ['DEBUG', 'INFO', undefined].includes(properties.LoggingConfig?.SystemLogLevel),
  deadLetterArn: properties.DeadLetterConfig?.TargetArn,
  layers: properties.Layers ?? [],
  lastModified: now,
});

const apply = (record: FunctionRecord, properties: any): void => {
  const { ReservedConcurrentExecutions: reserved } = properties;
  record.reservedConcurrency = reserved === undefined ? undefined : Number(reserved);
  for (const { Key, Value } of properties.Tags ?? []) record.tags[Key] = Value;
};

const functionType = ({ store, running }: Parts): ResourceType => {
  const assumable = (roleArn: string, { world }: ResourceContext): void => {
    if (world.services.iam.mayAssume({ kind: 'service', principal: 'lambda.amazonaws.com' }, roleArn).allowed) return;
    throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
  };
  const made = ({ name, arn }: FunctionRecord): Made => ({ ref: name, attributes: { Arn: arn } });
  return {
    replaceOn: ['FunctionName', 'PackageType'],
    create: (properties, context) => {
      assumable(properties.Role, context);
      const name = properties.FunctionName ?? context.generatedName(64);
      const record = store.add(configurationOf(name, properties, context.world.clock.now));
      apply(record, properties);
      return made(record);
    },
    update: (before, properties, _, context) => {
      assumable(properties.Role, context);
      const { record } = store.resolve(before.ref);
      record.latest = configurationOf(record.name, properties, context.world.clock.now);
      apply(record, properties);
      running.replaced(record.latest);
      return made(record);
    },
    remove: (before) => {
      running.replaced(store.resolve(before.ref).configuration);
      store.remove(before.ref);
    },
  };
};

const permissionType = ({ store }: Parts): ResourceType => ({
  replaceOn: [
    'Action', 'EventSourceToken', 'FunctionName', 'FunctionUrlAuthType', 'InvokedViaFunctionUrl',
    'Principal', 'PrincipalOrgID', 'SourceAccount', 'SourceArn',
  ],
  create: (properties, context) => {
    const { record, arn } = store.resolve(properties.FunctionName);
    const id = context.generatedName(100);
    record.statements.set(id, permissionStatement(id, arn, properties));
    rebuildPolicy(record);
    return { ref: id, attributes: { Id: id } };
  },
  remove: ({ ref }, properties) => {
    const record = store.find(properties.FunctionName);
    record?.statements.delete(ref);
    if (record !== undefined) rebuildPolicy(record);
  },
});

const versionType = ({ store }: Parts): ResourceType => ({
  replaceOn: ['FunctionName', 'CodeSha256', 'Description'],
  create: (properties) => {
    const { record } = store.resolve(properties.FunctionName);
    const version = String(record.versions.size + 1);
    record.versions.set(version, { ...record.latest, version });
    const arn = `${record.arn}:${version}`;
    return { ref: arn, attributes: { Version: version, FunctionArn: arn } };
  },
  remove: (made, properties) => void store.find(properties.FunctionName)?.versions.delete(String(made.attributes['Version'])),
});

const aliasType = ({ store }: Parts): ResourceType => {
  const set = (properties: any): Made => {
    const { record } = store.resolve(properties.FunctionName);
    record.aliases.set(properties.Name, String(properties.FunctionVersion));
    const arn = `${record.arn}:${properties.Name}`;
    return { ref: arn, attributes: { AliasArn: arn } };
  };
  return {
    replaceOn: ['FunctionName', 'Name'],
    create: set,
    update: (_, properties) => set(properties),
    remove: (_, properties) => void store.find(properties.FunctionName)?.aliases.delete(properties.Name),
  };
};

const mappingSettings = (properties: any): MappingSettings => ({
  functionName: properties.FunctionName,
  eventSourceArn: properties.EventSourceArn,
  batchSize: Number(properties.BatchSize ?? 10),
  windowSeconds: Number(properties.MaximumBatchingWindowInSeconds ?? 0),
  enabled: properties.Enabled !== false && properties.Enabled !== 'false',
  reportsItemFailures: (properties.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
  maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
});

const mappingType = ({ eventSources }: Parts): ResourceType => {
  const made = (id: string, { world }: ResourceContext): Made => ({
    ref: id, attributes: { Id: id, EventSourceMappingArn: `arn:aws:lambda:${world.region}:${world.account}:event-source-mapping:${id}` },
  });
  return {
    replaceOn: ['EventSourceArn', 'StartingPosition', 'SelfManagedEventSource'],
    create: (properties, context) => made(eventSources.add(mappingSettings(properties)).id, context),
    update: (before, properties, _, context) => made(eventSources.change(before.ref, mappingSettings(properties)).id, context),
    remove: ({ ref }) => eventSources.remove(ref),
  };
};

const urlType = ({ store, urls }: Parts): ResourceType => {
  const set = (properties: any, host: string): Made => {
    const { record } = store.resolve(properties.TargetFunctionArn);
    record.url = { host, authType: properties.AuthType };
    urls.set(host, record);
    return { ref: record.arn, attributes: { FunctionArn: record.arn, FunctionUrl: `https://${host}/` } };
  };
  const hostOf = (made: Made): string => new URL(String(made.attributes['FunctionUrl'])).host;
  return {
    replaceOn: ['TargetFunctionArn', 'Qualifier'],
    create: (properties, { world }) => set(properties, `${world.random.stream('lambda.urls').hex(32)}.lambda-url.${world.region}.on.aws`),
    update: (made, properties) => set(properties, hostOf(made)),
    remove: (made) => {
      const record = urls.get(hostOf(made));
      if (record !== undefined) record.url = undefined;
      urls.delete(hostOf(made));
    },
  };
};

const asyncType = ({ store }: Parts): ResourceType => {
  const set = (properties: any, context: ResourceContext): Made => {
    const { record } = store.resolve(properties.FunctionName);
    record.asyncSettings.set(properties.Qualifier ?? LATEST, {
      maximumAttempts: Number(properties.MaximumRetryAttempts ?? USUAL_ASYNC.maximumAttempts),
      maximumAgeSeconds: Number(properties.MaximumEventAgeInSeconds ?? USUAL_ASYNC.maximumAgeSeconds),
      onFailure: properties.DestinationConfig?.OnFailure?.Destination,
      onSuccess: properties.DestinationConfig?.OnSuccess?.Destination,
    });
    return { ref: context.generatedName(), attributes: {} };
  };
  return {
    replaceOn: ['FunctionName', 'Qualifier'],
    create: set,
    update: (_, properties, __, context) => set(properties, context),
    remove: (_, properties) => void store.find(properties.FunctionName)?.asyncSettings.delete(properties.Qualifier ?? LATEST),
  };
};

const layerVersionType = (): ResourceType => {
  let version = 0;
  return {
    replaceOn: ['Content', 'LayerName', 'CompatibleRuntimes', 'CompatibleArchitectures', 'Description', 'LicenseInfo'],
    create: (properties, context) => {
      version += 1;
      const { region, account } = context.world;
      const arn = `arn:aws:lambda:${region}:${account}:layer:${properties.LayerName ?? context.generatedName(64)}:${version}`;
      return { ref: arn, attributes: { LayerVersionArn: arn } };
    },
  };
};

export const lambdaResources = (parts: Parts): Readonly<Record<string, ResourceType>> => ({
  'AWS::Lambda::Function': functionType(parts),
  'AWS::Lambda::Permission': permissionType(parts),
  'AWS::Lambda::Version': versionType(parts),
  'AWS::Lambda::Alias': aliasType(parts),
  'AWS::Lambda::EventSourceMapping': mappingType(parts),
  'AWS::Lambda::Url': urlType(parts),
  'AWS::Lambda::EventInvokeConfig': asyncType(parts),
  'AWS::Lambda::LayerVersion': layerVersionType(),
});
