// CloudFormation: deploys and removes stacks through the simulators, compares template with template, and takes back what fails.
import { AwsError, type SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { makeEvaluation, type Evaluation } from './evaluation.ts';
import { TemplateProblem } from './intrinsics.ts';
import { applyResources, OperationFailed, removeResource, type OperationTools } from './operation.ts';
import { cloudformationOperations } from './operations.ts';
import { noteEvent, setStatus, stackUuid } from './stack-events.ts';
import { makeResourceTypes } from './resource-types.ts';
import { sameValue, type Change, type ManagedResource, type Stack, type StackBook, type StackSettings, type StackStatus } from './stack.ts';
import type { Template } from './template.ts';

export interface DeployInput {
  readonly stackName: string;
  readonly template: Template;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Asset hash -> directory; the world's own assets serve Lambda code, this is only checked to be there. */
  readonly assets?: ReadonlyMap<string, string>;
  readonly settings?: StackSettings;
}

export interface Deployed {
  readonly status: StackStatus;
  readonly outputs: Readonly<Record<string, string>>;
  readonly changes: readonly Change[];
  /** Why it failed; absent on success. */
  readonly reason?: string;
}

export interface Cloudformation extends SimulatedService {
  /**
   * Creates or updates a stack; a template that changes nothing leaves it as it is, with its status.
   * Answers ROLLBACK_COMPLETE or UPDATE_ROLLBACK_COMPLETE with the reason when a resource fails.
   * Throws TemplateProblem for a template CloudFormation refuses before touching anything.
   * Takes no virtual time of its own; a resource that waits (a service becoming steady) makes it wait, so the clock must run.
   */
  readonly deploy: (input: DeployInput) => Promise<Deployed>;
  /** Deletes a stack; resources with DeletionPolicy Retain stay. */
  readonly remove: (stackName: string) => Promise<Deployed>;
  readonly stack: (stackName: string) => Stack | undefined;
  readonly stacks: () => readonly Stack[];
  /** Physical id of a resource of a stack. */
  readonly physicalId: (stackName: string, logicalId: string) => string | undefined;
}

export const makeCloudformation = (world: World): Cloudformation => {
  const stacks = new Map<string, Stack>();
  /** Deleted stacks can still be asked for by their id. */
  const gone = new Map<string, Stack>();
  const book = bookOf(stacks);
  const tools: OperationTools = {
    world,
    typeOf: makeResourceTypes(world),
    tell: (stack, resource, status, detail = {}) => {
      world.trail.add({ kind: 'stack', who: stack.name, what: `${status} ${resource.logicalId}`, detail: { type: resource.type, ...detail } });
      noteEvent(world, stack, resource, status, detail);
    },
    note: (stack, resource, status, detail) => noteEvent(world, stack, resource, status, detail),
  };
  const evaluate = (stack: Stack, template: Template, parameters: Readonly<Record<string, string>>): Evaluation => {
    const { name: stackName, id: stackId, resources } = stack;
    const evaluation = makeEvaluation({ world, stackName, stackId, template, parameters, resources, book });
    for (const id of evaluation.order) tools.typeOf(evaluation.declaration(id).Type);
    return evaluation;
  };
  const begin = ({ stackName, template, parameters = {}, settings = {} }: DeployInput): Operation => {
    const current = stacks.get(stackName);
    const isNew = current === undefined || current.status === 'REVIEW_IN_PROGRESS';
    if (!isNew && isBusy(current)) throw new TemplateProblem(`Stack:${current.id} is in ${current.status} state and can not be updated.`);
    const stack = current ?? newStack(world, stackName, template);
    const evaluation = evaluate(stack, template, parameters);
    if (!isNew && !stack.status.includes('ROLLBACK') && isUnchanged(stack, evaluation)) {
      return { stack, isUnchanged: true, run: async () => ({ status: stack.status, outputs: stack.outputs, changes: [] }) };
    }
    return {
      stack,
      isUnchanged: false,
      run: () => {
        stacks.set(stack.name, stack);
        stack.settings = { ...stack.settings, ...settings };
        if (!isNew) stack.updatedAt = world.clock.now;
        setStatus(world, stack, isNew ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
        return run({ world, tools, stack, stacks, evaluation, template, parameters, isUpdate: !isNew });
      },
    };
  };
  const remove = async (stackName: string, token?: string): Promise<Deployed> => {
    const stack = stacks.get(stackName);
    if (stack === undefined) return { status: 'DELETE_COMPLETE', outputs: {}, changes: [] };
    stack.settings = { ...stack.settings, ...(token === undefined ? {} : { token }) };
    const user = importerOf(stacks, Object.keys(stack.exports), stackName);
    if (user !== undefined) {
      const reason = `Export cannot be deleted as it is in use by ${user}`;
      setStatus(world, stack, 'DELETE_FAILED', reason);
      return { status: stack.status, outputs: stack.outputs, changes: [], reason };
    }
    setStatus(world, stack, 'DELETE_IN_PROGRESS');
    return removeStack(world, tools, stack, stacks, gone);
  };
  return {
    signingName: 'cloudformation',
    operations: cloudformationOperations({
      world,
      find: (nameOrId) => stacks.get(nameOrId) ?? [...stacks.values()].find(({ id }) => id === nameOrId) ?? gone.get(nameOrId),
      all: () => [...stacks.values(), ...gone.values()],
      review: (name, template) => {
        const stack = newStack(world, name, template);
        stacks.set(name, stack);
        setStatus(world, stack, 'REVIEW_IN_PROGRESS');
        return stack;
      },
      evaluate,
      isUnchanged,
      typeOf: tools.typeOf,
      begin,
      remove,
    }),
    support,
    deploy: async (input) => {
      if (stacks.get(input.stackName)?.status === 'ROLLBACK_COMPLETE') await remove(input.stackName);
      return begin(input).run();
    },
    remove,
    stack: (name) => stacks.get(name),
    stacks: () => [...stacks.values()],
    physicalId: (stackName, logicalId) => stacks.get(stackName)?.resources.get(logicalId)?.made.ref,
  };
};

/** An operation that was found possible and only has to be run. */
export interface Operation {
  readonly stack: Stack;
  readonly isUnchanged: boolean;
  readonly run: () => Promise<Deployed>;
}

const isBusy = ({ status }: Stack): boolean => status.endsWith('_IN_PROGRESS');

const support = {
  does: [
    'All intrinsic functions CDK 2.276 renders, conditions, rules, mappings, exports, Fn::GetStackOutput',
    'SSM-typed parameters read anew at each deployment; dynamic references resolved when a resource is touched (design note 7)',
    'Updates by comparing templates, never live state; replacement or in-place by property; rollback; DeletionPolicy, UpdateReplacePolicy',
    'Stack status events on EventBridge; resource events in the trail',
    'The API behind cdk and aws cloudformation: change sets, CreateStack, UpdateStack, DeleteStack, termination protection, events, JSON and YAML templates',
  ],
  doesNot: [
    'Time: an operation takes only what its resources wait for',
    'Snapshots for DeletionPolicy Snapshot (the resource is just deleted)',
    'Nested stacks, macros, custom resources, stack policies, drift detection, imports, stack sets',
    'Change sets that see through references: a resource that changes only because another is replaced is not listed beforehand',
  ],
};

const newStack = (world: World, stackName: string, template: Template): Stack => ({
  name: stackName,
  id: `arn:aws:cloudformation:${world.region}:${world.account}:stack/${stackName}/${stackUuid(stackName, world.clock.now)}`,
  status: 'REVIEW_IN_PROGRESS',
  reason: undefined,
  template,
  parameters: {},
  settings: {},
  createdAt: world.clock.now,
  updatedAt: undefined,
  deletedAt: undefined,
  isProtected: false,
  events: [],
  resources: new Map(),
  outputs: {},
  exports: {},
  imports: new Set(),
});

interface Run {
  readonly world: World;
  readonly tools: OperationTools;
  readonly stack: Stack;
  readonly stacks: ReadonlyMap<string, Stack>;
  readonly evaluation: Evaluation;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly isUpdate: boolean;
}

const run = async ({ world, tools, stack, stacks, evaluation, template, parameters, isUpdate }: Run): Promise<Deployed> => {
  try {
    const { changes, cleanUp } = await applyResources(tools, stack, evaluation);
    const { values, exports } = evaluation.outputs();
    checkLostExports(stacks, stack, exports);
    if (isUpdate) setStatus(world, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const removed = await removeGone(tools, stack, evaluation);
    for (const step of cleanUp.toReversed()) await step();
    stack.template = template;
    stack.parameters = parameters;
    stack.outputs = values;
    stack.exports = exports;
    stack.imports = evaluation.imported;
    setStatus(world, stack, isUpdate ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE');
    return { status: stack.status, outputs: values, changes: [...changes, ...removed] };
  } catch (problem) {
    if (!(problem instanceof OperationFailed) && !(problem instanceof TemplateProblem)) throw problem;
    return rollBack(world, stack, problem, isUpdate);
  }
};

/** Nothing to do: CloudFormation then makes no operation at all, and the stack keeps its status. */
const isUnchanged = (stack: Stack, evaluation: Evaluation): boolean => {
  if (stack.resources.size !== evaluation.order.length) return false;
  const isSame = evaluation.order.every((id) => {
    const { Type, DeletionPolicy = 'Delete' } = evaluation.declaration(id);
    const before = stack.resources.get(id);
    if (before === undefined || before.type !== Type || before.deletionPolicy !== DeletionPolicy) return false;
    return sameValue(before.written, evaluation.properties(id));
  });
  if (!isSame) return false;
  const { values, exports } = evaluation.outputs();
  return sameValue(values, stack.outputs) && sameValue(exports, stack.exports);
};

const rollBack = async (world: World, stack: Stack, problem: Error, isUpdate: boolean): Promise<Deployed> => {
  setStatus(world, stack, isUpdate ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS', problem.message);
  const failures: string[] = [];
  for (const undo of problem instanceof OperationFailed ? problem.undo : []) {
    await undo().catch((failure: unknown) => void failures.push(String(failure)));
  }
  const reason = [problem.message, ...failures].join('; ');
  const ended = isUpdate ? 'UPDATE_ROLLBACK' : 'ROLLBACK';
  setStatus(world, stack, `${ended}_${failures.length > 0 ? 'FAILED' : 'COMPLETE'}`, reason);
  return { status: stack.status, outputs: stack.outputs, changes: [], reason };
};

/** Resources the new template no longer has, in reverse order of their making. */
const removeGone = async (tools: OperationTools, stack: Stack, evaluation: Evaluation): Promise<Change[]> => {
  const kept = new Set(evaluation.order);
  const gone = [...stack.resources.values()].filter(({ logicalId }) => !kept.has(logicalId)).toReversed();
  const changes: Change[] = [];
  for (const resource of gone) changes.push(await discard(tools, stack, resource));
  const ordered = evaluation.order.map((id) => [id, stack.resources.get(id)] as const);
  stack.resources.clear();
  for (const [id, resource] of ordered) if (resource !== undefined) stack.resources.set(id, resource);
  return changes;
};

const removeStack = async (world: World, tools: OperationTools, stack: Stack, stacks: Map<string, Stack>, gone: Map<string, Stack>): Promise<Deployed> => {
  try {
    const changes = await removeAll(tools, stack);
    stack.deletedAt = world.clock.now;
    setStatus(world, stack, 'DELETE_COMPLETE');
    stacks.delete(stack.name);
    gone.set(stack.id, stack);
    return { status: 'DELETE_COMPLETE', outputs: {}, changes };
  } catch (problem) {
    if (!(problem instanceof AwsError)) throw problem;
    setStatus(world, stack, 'DELETE_FAILED', problem.message);
    return { status: stack.status, outputs: stack.outputs, changes: [], reason: problem.message };
  }
};

const removeAll = async (tools: OperationTools, stack: Stack): Promise<Change[]> => {
  const changes: Change[] = [];
  for (const resource of [...stack.resources.values()].toReversed()) changes.push(await discard(tools, stack, resource));
  return changes;
};

const discard = async (tools: OperationTools, stack: Stack, resource: ManagedResource): Promise<Change> => {
  const { logicalId, type, deletionPolicy } = resource;
  const isKept = deletionPolicy === 'Retain' || deletionPolicy === 'RetainExceptOnCreate';
  if (isKept) tools.tell(stack, resource, 'DELETE_SKIPPED', { physicalId: resource.made.ref });
  else await removeResource(tools, stack, resource);
  stack.resources.delete(logicalId);
  return { logicalId, type, action: isKept ? 'retain' : 'remove', properties: [] };
};

const checkLostExports = (stacks: ReadonlyMap<string, Stack>, stack: Stack, exports: Readonly<Record<string, string>>): void => {
  const lost = Object.entries(stack.exports).filter(([name, value]) => exports[name] !== value);
  const user = importerOf(
    stacks,
    lost.map(([name]) => name),
    stack.name,
  );
  if (user !== undefined)
    throw new TemplateProblem(`Cannot update or delete export ${lost.map(([name]) => name).join(', ')} as it is in use by ${user}`);
};

const importerOf = (stacks: ReadonlyMap<string, Stack>, exports: readonly string[], owner: string): string | undefined =>
  [...stacks.values()].find((stack) => stack.name !== owner && exports.some((name) => stack.imports.has(name)))?.name;

const bookOf = (stacks: ReadonlyMap<string, Stack>): StackBook => ({
  exported(name) {
    const owner = [...stacks.values()].find((stack) => Object.hasOwn(stack.exports, name));
    if (owner === undefined) throw new TemplateProblem(`No export named ${name} found.`);
    return owner.exports[name] as string;
  },
  output(stackName, outputName) {
    const value = stacks.get(stackName)?.outputs[outputName];
    if (value === undefined) throw new TemplateProblem(`Fn::GetStackOutput: stack ${stackName} has no output ${outputName}`);
    return value;
  },
});

