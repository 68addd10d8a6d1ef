// Change sets: a template compared with the stack as it was last deployed, kept until it is executed or deleted.
import { AwsError, type ResourceType } from '../../simulated.ts';
import type { Evaluation } from './evaluation.ts';
import { references } from './intrinsics.ts';
import { changedProperties, type Stack } from './stack.ts';
import type { Template } from './template.ts';

export interface ChangeSet {
  readonly name: string;
  readonly id: string;
  readonly stack: Stack;
  readonly createdAt: number;
  readonly description: string | undefined;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly changes: readonly object[];
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly reason: string | undefined;
  /** The request as it was given, for tags, capabilities and role. */
  readonly input: any;
  execution: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'EXECUTE_FAILED';
}

export interface Comparison {
  readonly stack: Stack;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly evaluation: Evaluation;
  readonly typeOf: (type: string) => ResourceType;
}

type Properties = Readonly<Record<string, unknown>>;

const change = (ResourceChange: object): object => ({ Type: 'Resource', ResourceChange });

/** Properties that change, because they are written otherwise or refer to a parameter whose value is another one now. */
const changing = ({ stack, parameters }: Comparison, before: Properties, after: Properties): ReadonlyMap<string, 'DirectModification' | 'ParameterReference'> => {
  const written = changedProperties(before, after).map((name) => [name, 'DirectModification'] as const);
  const others = new Set([...Object.keys(parameters), ...Object.keys(stack.parameters)].filter((name) => parameters[name] !== stack.parameters[name]));
  const referring = Object.entries(after).filter(([, value]) => [...references(value)].some((name) => others.has(name)));
  return new Map([...referring.map(([name]) => [name, 'ParameterReference'] as const), ...written]);
};

const modification = (comparison: Comparison, logicalId: string): readonly object[] => {
  const { stack, template, evaluation, typeOf } = comparison;
  const existing = stack.resources.get(logicalId);
  const declaration = evaluation.declaration(logicalId);
  if (existing === undefined) return [change({ Action: 'Add', LogicalResourceId: logicalId, ResourceType: declaration.Type, Scope: [], Details: [] })];
  const properties = changing(comparison, stack.template.Resources?.[logicalId]?.Properties ?? {}, template.Resources?.[logicalId]?.Properties ?? {});
  if (properties.size === 0) return [];
  const type = typeOf(declaration.Type);
  const recreates = (name: string): boolean => type.update === undefined || type.replaceOn?.includes(name) === true;
  const Details = [...properties].map(([Name, ChangeSource]) => ({
    Target: { Attribute: 'Properties', Name, RequiresRecreation: recreates(Name) ? 'Always' : 'Never' },
    Evaluation: ChangeSource === 'DirectModification' ? 'Static' : 'Dynamic',
    ChangeSource,
  }));
  const Replacement = [...properties.keys()].some(recreates) ? 'True' : 'False';
  const { type: ResourceType, made } = existing;
  return [change({ Action: 'Modify', LogicalResourceId: logicalId, PhysicalResourceId: made.ref, ResourceType, Replacement, Scope: ['Properties'], Details })];
};

/** What a template would change in a stack, as far as it can be seen before anything is touched. */
export const changesOf = (comparison: Comparison): readonly object[] => {
  const kept = new Set(comparison.evaluation.order);
  const removed = [...comparison.stack.resources.values()].filter(({ logicalId }) => !kept.has(logicalId));
  return [
    ...comparison.evaluation.order.flatMap((logicalId) => modification(comparison, logicalId)),
    ...removed.map(({ logicalId, type, made }) =>
      change({ Action: 'Remove', LogicalResourceId: logicalId, PhysicalResourceId: made.ref, ResourceType: type, Scope: [], Details: [] }),
    ),
  ];
};

export const changeSetShape = (set: ChangeSet): object => ({
  ChangeSetName: set.name,
  ChangeSetId: set.id,
  StackId: set.stack.id,
  StackName: set.stack.name,
  ...(set.description === undefined ? {} : { Description: set.description }),
  Parameters: Object.entries(set.parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  CreationTime: new Date(set.createdAt),
  ExecutionStatus: set.execution,
  Status: set.status,
  ...(set.reason === undefined ? {} : { StatusReason: set.reason }),
  NotificationARNs: [],
  RollbackConfiguration: {},
  Capabilities: set.input.Capabilities ?? [],
  Tags: set.input.Tags ?? [],
  Changes: set.changes,
  IncludeNestedStacks: false,
});

export interface ChangeSets {
  add(set: ChangeSet): void;
  /** By name within a stack, or by id. Throws ChangeSetNotFound. */
  find(name: string, stack: Stack | undefined): ChangeSet;
  of(stack: Stack): readonly ChangeSet[];
  remove(set: ChangeSet): void;
}

export const makeChangeSets = (): ChangeSets => {
  const sets = new Map<string, ChangeSet>();
  return {
    add: (set) => {
      if ([...sets.values()].some(({ name, stack }) => name === set.name && stack === set.stack)) {
        throw new AwsError('AlreadyExistsException', `ChangeSet ${set.name} already exists`);
      }
      sets.set(set.id, set);
    },
    find: (name, stack) => {
      const found = sets.get(name) ?? [...sets.values()].find((set) => set.name === name && set.stack === stack);
      if (found === undefined) throw new AwsError('ChangeSetNotFoundException', `ChangeSet [${name}] does not exist`, 404);
      return found;
    },
    of: (stack) => [...sets.values()].filter((set) => set.stack === stack),
    remove: (set) => void sets.delete(set.id),
  };
};
