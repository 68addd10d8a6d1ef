// Functions and event source mappings as Lambda's API shows them.
import type { World } from '../../world.ts';
import type { Mapping } from './event-sources.ts';
import type { FunctionStore, Resolved } from './functions.ts';

export const configurationView = ({ record, configuration, arn }: Resolved): object => ({
  FunctionName: configuration.functionName,
  FunctionArn: arn,
  Version: configuration.version,
  Description: configuration.description,
  Role: configuration.roleArn,
  Handler: configuration.handler,
  Runtime: configuration.runtime,
  Architectures: [configuration.architecture],
  PackageType: 'Zip',
  Timeout: configuration.timeoutSeconds,
  MemorySize: configuration.memoryMb,
  Environment: { Variables: configuration.environment },
  LoggingConfig: { LogGroup: configuration.logGroup, LogFormat: configuration.logFormat },
  LastModified: new Date(configuration.lastModified).toISOString().replace('Z', '+0000'),
  CodeSha256: configuration.assetHash,
  RevisionId: `${record.name}-${configuration.lastModified}`,
  State: 'Active',
  LastUpdateStatus: 'Successful',
});

export const functionView = (resolved: Resolved): object => {
  const { record, configuration } = resolved;
  const { reservedConcurrency } = record;
  return {
    Configuration: configurationView(resolved),
    Code: { RepositoryType: 'S3', Location: `https://awslambda.s3.amazonaws.com/${configuration.assetHash ?? ''}` },
    Tags: record.tags,
    ...(reservedConcurrency === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
  };
};

export const mappingView = (world: World, store: FunctionStore, { id, settings }: Mapping): object => ({
  UUID: id,
  EventSourceArn: settings.eventSourceArn,
  FunctionArn: store.arnOf(settings.functionName),
  BatchSize: settings.batchSize,
  MaximumBatchingWindowInSeconds: settings.windowSeconds,
  State: settings.enabled ? 'Enabled' : 'Disabled',
  StateTransitionReason: 'USER_INITIATED',
  LastModified: new Date(world.clock.now),
});
