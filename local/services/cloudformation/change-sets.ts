// Change sets: a template compared with the stack as it was last deployed, kept until it is executed or deleted.
import { AwsError, type ResourceType } from '../../simulated.ts';
import type { Evaluation } from './evaluation.ts';
import { TemplateProblem } from './intrinsics.ts';
import { changedProperties, type ManagedResource, type Stack } from './stack.ts';
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
  readonly evaluation: Evaluation;
  readonly typeOf: (type: string) => ResourceType;
}

type Properties = Readonly<Record<string, unknown>>;

const change = (ResourceChange: object): object => ({ Type: 'Resource', ResourceChange });

/** Evaluated properties; undefined when they refer to something that does not exist before the change set is executed. */
const evaluated = ({ evaluation }: Comparison, logicalId: string): Properties | undefined => {
  try {
    return evaluation.properties(logicalId);
  } catch (problem) {
    if (problem instanceof TemplateProblem) return undefined;
    throw problem;
  }
};

/** Properties that change, because they are written otherwise or because a parameter behind them has another value now. */
const changing = (comparison: Comparison, logicalId: string, before: ManagedResource): ReadonlyMap<string, 'DirectModification' | 'ParameterReference'> => {
  const { stack, template } = comparison;
  const written = changedProperties(stack.template.Resources?.[logicalId]?.Properties ?? {}, template.Resources?.[logicalId]?.Properties ?? {});
  const after = evaluated(comparison, logicalId);
  const names = after === undefined ? written : changedProperties(before.written, after);
  return new Map(names.map((name) => [name, written.includes(name) ? 'DirectModification' : 'ParameterReference']));
};

const modification = (comparison: Comparison, logicalId: string): readonly object[] => {
  const { stack, evaluation, typeOf } = comparison;
  const existing = stack.resources.get(logicalId);
  const declaration = evaluation.declaration(logicalId);
  if (existing === undefined) return [change({ Action: 'Add', LogicalResourceId: logicalId, ResourceType: declaration.Type, Scope: [], Details: [] })];
  const properties = changing(comparison, logicalId, existing);
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
