// Stacks, resources and events in the shapes the CloudFormation API answers them in.
import { AwsError } from '../../simulated.ts';
import type { Stack, StackEvent } from './stack.ts';

const INHERITED = 'AWS::';

export const stackShape = (stack: Stack): object => ({
  StackName: stack.name,
  StackId: stack.id,
  ...(stack.template.Description === undefined ? {} : { Description: stack.template.Description }),
  Parameters: Object.entries(parametersOf(stack)).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  CreationTime: new Date(stack.createdAt),
  ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: new Date(stack.updatedAt) }),
  ...(stack.deletedAt === undefined ? {} : { DeletionTime: new Date(stack.deletedAt) }),
  RollbackConfiguration: { RollbackTriggers: [] },
  StackStatus: stack.status,
  ...(stack.reason === undefined ? {} : { StackStatusReason: stack.reason }),
  DisableRollback: false,
  NotificationARNs: [],
  Capabilities: stack.settings.capabilities ?? [],
  Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => outputShape(stack, OutputKey, OutputValue)),
  ...(stack.settings.roleArn === undefined ? {} : { RoleARN: stack.settings.roleArn }),
  Tags: (stack.settings.tags ?? []).filter(({ Key = '' }) => !Key.startsWith(INHERITED)),
  EnableTerminationProtection: stack.isProtected,
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});

const outputShape = (stack: Stack, OutputKey: string, OutputValue: string): object => {
  const declared = stack.template.Outputs?.[OutputKey];
  const [exportName] = declared?.Export === undefined ? [] : (Object.entries(stack.exports).find(([, value]) => value === OutputValue) ?? []);
  return { OutputKey, OutputValue, ...(exportName === undefined ? {} : { ExportName: exportName }) };
};

/** Values of every parameter: given ones, and the defaults of the others. */
const parametersOf = (stack: Stack): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(stack.template.Parameters ?? {}).map(([name, { Default }]) => [name, stack.parameters[name] ?? String(Default ?? '')]),
  );

export const summaryShape = (stack: Stack): object => ({
  StackId: stack.id,
  StackName: stack.name,
  CreationTime: new Date(stack.createdAt),
  ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: new Date(stack.updatedAt) }),
  ...(stack.deletedAt === undefined ? {} : { DeletionTime: new Date(stack.deletedAt) }),
  StackStatus: stack.status,
  ...(stack.reason === undefined ? {} : { StackStatusReason: stack.reason }),
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});

export const eventShape = (stack: Stack, event: StackEvent): object => ({
  StackId: stack.id,
  EventId: event.id,
  StackName: stack.name,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.type,
  Timestamp: new Date(event.at),
  ResourceStatus: event.status,
  ...(event.reason === undefined ? {} : { ResourceStatusReason: event.reason }),
  ...(event.token === undefined ? {} : { ClientRequestToken: event.token }),
});

/** The resources of a stack with the last status of each. */
export const resourceShapes = (stack: Stack): readonly Readonly<Record<string, unknown>>[] =>
  [...stack.resources.values()].map(({ logicalId, type, made }) => {
    const last = stack.events.findLast((event) => event.logicalId === logicalId && event.type === type);
    return {
      StackName: stack.name,
      StackId: stack.id,
      LogicalResourceId: logicalId,
      PhysicalResourceId: made.ref,
      ResourceType: type,
      Timestamp: new Date(last?.at ?? stack.createdAt),
      LastUpdatedTimestamp: new Date(last?.at ?? stack.createdAt),
      ResourceStatus: last?.status ?? 'CREATE_COMPLETE',
      DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
    };
  });

export const noSuchStack = (nameOrId: unknown): AwsError => new AwsError('ValidationError', `Stack with id ${String(nameOrId)} does not exist`);
