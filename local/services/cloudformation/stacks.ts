// CloudFormation: deploys and removes stacks through the simulators, compares template with template, and takes back what fails.
import { AwsError, type SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { makeEvaluation, type Evaluation } from './evaluation.ts';
import { bookOf, checkLostExports, importerOf } from './exports.ts';
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

/** What every operation on a stack works with. */
interface Desk {
  readonly world: World;
  readonly tools: OperationTools;
  readonly stacks: Map<string, Stack>;
  /** Deleted stacks by their id: they can still be asked for. */
  readonly gone: Map<string, Stack>;
  readonly book: StackBook;
}

const makeTools = (world: World): OperationTools => ({
  world,
  typeOf: makeResourceTypes(world),
  tell: (stack, resource, status, detail = {}) => {
    world.trail.add({ kind: 'stack', who: stack.name, what: `${status} ${resource.logicalId}`, detail: { type: resource.type, ...detail } });
    noteEvent(world, stack, resource, status, detail);
  },
  note: (stack, resource, status, detail) => noteEvent(world, stack, resource, status, detail),
});

const evaluate = ({ world, tools, book }: Desk, stack: Stack, template: Template, parameters: Readonly<Record<string, string>>): Evaluation => {
  const { name: stackName, id: stackId, resources } = stack;
  const evaluation = makeEvaluation({ world, stackName, stackId, template, parameters, resources, book });
  for (const id of evaluation.order) tools.typeOf(evaluation.declaration(id).Type);
  return evaluation;
};

const begin = (desk: Desk, { stackName, template, parameters = {}, settings = {} }: DeployInput): Operation => {
  const { world, stacks } = desk;
  const current = stacks.get(stackName);
  const isNew = current === undefined || current.status === 'REVIEW_IN_PROGRESS';
  if (!isNew && current.status.endsWith('_IN_PROGRESS')) {
    throw new TemplateProblem(`Stack:${current.id} is in ${current.status} state and can not be updated.`);
  }
  const stack = current ?? newStack(world, stackName, template);
  const evaluation = evaluate(desk, stack, template, parameters);
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
      return run({ ...desk, stack, evaluation, template, parameters, isUpdate: !isNew });
    },
  };
};

const remove = async (desk: Desk, stackName: string, token?: string): Promise<Deployed> => {
  const { world, stacks } = desk;
  const stack = stacks.get(stackName);
  if (stack === undefined) return { status: 'DELETE_COMPLETE', outputs: {}, changes: [] };
  stack.settings = { ...stack.settings, ...(token === undefined ? {} : { token }) };
  const user = importerOf(stacks, Object.keys(stack.exports), stackName);
  if (user !== undefined) {
    return { status: stack.status, outputs: stack.outputs, changes: [], reason: `Export cannot be deleted as it is in use by ${user}` };
  }
  setStatus(world, stack, 'DELETE_IN_PROGRESS');
  return removeStack(desk, stack);
};

const review = ({ world, stacks }: Desk, name: string, template: Template): Stack => {
  const stack = newStack(world, name, template);
  stacks.set(name, stack);
  setStatus(world, stack, 'REVIEW_IN_PROGRESS');
  return stack;
};

export const makeCloudformation = (world: World): Cloudformation => {
  const stacks = new Map<string, Stack>();
  const desk: Desk = { world, tools: makeTools(world), stacks, gone: new Map(), book: bookOf(stacks) };
  return {
    signingName: 'cloudformation',
    operations: cloudformationOperations({
      world,
      find: (nameOrId) => stacks.get(nameOrId) ?? [...stacks.values()].find(({ id }) => id === nameOrId) ?? desk.gone.get(nameOrId),
      all: () => [...stacks.values(), ...desk.gone.values()],
      review: (name, template) => review(desk, name, template),
      evaluate: (stack, template, parameters) => evaluate(desk, stack, template, parameters),
      isUnchanged,
      typeOf: desk.tools.typeOf,
      begin: (input) => begin(desk, input),
      remove: (stackName, token) => remove(desk, stackName, token),
    }),
    support,
    deploy: async (input) => {
      if (stacks.get(input.stackName)?.status === 'ROLLBACK_COMPLETE') await remove(desk, input.stackName);
      return begin(desk, input).run();
    },
    remove: (stackName) => remove(desk, stackName),
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

interface Run extends Desk {
  readonly stack: Stack;
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

const removeStack = async ({ world, tools, stacks, gone }: Desk, stack: Stack): Promise<Deployed> => {
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
