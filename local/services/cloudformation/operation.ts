// One stack operation: resources created and updated after what they depend on, each as soon as it can; a failure undoes what was done.
import type { ResourceContext, ResourceType } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { resolveReferences } from './dynamic-references.ts';
import { nameSuffix, type Evaluation } from './evaluation.ts';
import { changedProperties, type Change, type ManagedResource, type Stack } from './stack.ts';

export interface OperationTools {
  readonly world: World;
  readonly typeOf: (type: string) => ResourceType;
  /** Writes a resource's status into the trail. */
  readonly tell: (stack: Stack, resource: { readonly logicalId: string; readonly type: string }, status: string, detail?: StatusDetail) => void;
  /** The same for DescribeStackEvents alone: that something began. */
  readonly note: (stack: Stack, resource: { readonly logicalId: string; readonly type: string }, status: string, detail?: StatusDetail) => void;
}

export interface StatusDetail {
  readonly physicalId?: string;
  readonly reason?: string;
  readonly properties?: readonly string[];
}

/** Something to take back when the operation fails, newest first. */
type Undo = () => Promise<void>;

export interface Applied {
  readonly changes: readonly Change[];
  /** Removes what replacements left behind, once everything else has succeeded. */
  readonly cleanUp: readonly (() => Promise<Change>)[];
}

export class OperationFailed extends Error {
  readonly undo: readonly Undo[];
  constructor(message: string, undo: readonly Undo[]) {
    super(message);
    this.undo = undo;
  }
}

interface Progress {
  readonly changes: Change[];
  readonly undo: Undo[];
  readonly cleanUp: (() => Promise<Change>)[];
  failure: { readonly logicalId: string; readonly message: string } | undefined;
}

/** Creates and updates everything of the evaluation; throws OperationFailed with what has to be undone. */
export const applyResources = async (tools: OperationTools, stack: Stack, evaluation: Evaluation): Promise<Applied> => {
  const progress: Progress = { changes: [], undo: [], cleanUp: [], failure: undefined };
  const started = new Map<string, Promise<void>>();
  for (const logicalId of evaluation.order) {
    const before = evaluation.dependencies(logicalId).map((id) => started.get(id) ?? Promise.resolve());
    started.set(
      logicalId,
      Promise.all(before).then(() => applyOne(tools, stack, evaluation, logicalId, progress)),
    );
  }
  await Promise.all(started.values());
  if (progress.failure !== undefined) {
    const { logicalId, message } = progress.failure;
    throw new OperationFailed(`The following resource(s) failed: [${logicalId}]. ${message}`, progress.undo.toReversed());
  }
  return { changes: progress.changes, cleanUp: progress.cleanUp };
};

const applyOne = async (
  tools: OperationTools,
  stack: Stack,
  evaluation: Evaluation,
  logicalId: string,
  progress: Progress,
): Promise<void> => {
  if (progress.failure !== undefined) return;
  const { Type: type } = evaluation.declaration(logicalId);
  try {
    const before = stack.resources.get(logicalId);
    const written = evaluation.properties(logicalId);
    if (before === undefined) await create(tools, stack, evaluation, { logicalId, written, generation: 0 }, progress);
    else await change(tools, stack, evaluation, before, written, progress);
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    tools.tell(stack, { logicalId, type }, stack.resources.has(logicalId) ? 'UPDATE_FAILED' : 'CREATE_FAILED', { reason: message });
    progress.failure ??= { logicalId, message };
  }
};

interface Creation {
  readonly logicalId: string;
  readonly written: Readonly<Record<string, unknown>>;
  readonly generation: number;
}

const create = async (
  tools: OperationTools,
  stack: Stack,
  evaluation: Evaluation,
  creation: Creation,
  progress: Progress,
): Promise<void> => {
  const resource = await make(tools, stack, evaluation, creation);
  stack.resources.set(creation.logicalId, resource);
  progress.changes.push({ logicalId: creation.logicalId, type: resource.type, action: 'create', properties: [] });
  progress.undo.push(async () => {
    await removeResource(tools, stack, resource);
    stack.resources.delete(creation.logicalId);
  });
  tools.tell(stack, resource, 'CREATE_COMPLETE', { physicalId: resource.made.ref });
};

const make = async (
  tools: OperationTools,
  stack: Stack,
  evaluation: Evaluation,
  { logicalId, written, generation }: Creation,
): Promise<ManagedResource> => {
  const declaration = evaluation.declaration(logicalId);
  const applied = resolveReferences(tools.world, written) as Record<string, unknown>;
  tools.note(stack, { logicalId, type: declaration.Type }, 'CREATE_IN_PROGRESS');
  const made = await tools.typeOf(declaration.Type).create(applied, contextOf(tools.world, stack, logicalId, generation));
  return { logicalId, type: declaration.Type, made, written, applied, deletionPolicy: declaration.DeletionPolicy ?? 'Delete', generation };
};

/** An unchanged resource is not touched, however far it has drifted; what changed decides between update and replacement. */
const change = async (
  tools: OperationTools,
  stack: Stack,
  evaluation: Evaluation,
  before: ManagedResource,
  written: Readonly<Record<string, unknown>>,
  progress: Progress,
): Promise<void> => {
  const declaration = evaluation.declaration(before.logicalId);
  const deletionPolicy = declaration.DeletionPolicy ?? 'Delete';
  const properties = changedProperties(before.written, written);
  if (before.type !== declaration.Type) throw new Error(`Update of resource type is not permitted (${before.type} to ${declaration.Type})`);
  if (properties.length === 0) {
    stack.resources.set(before.logicalId, { ...before, deletionPolicy });
    return;
  }
  const type = tools.typeOf(before.type);
  const isReplaced = type.update === undefined || properties.some((name) => type.replaceOn?.includes(name));
  if (isReplaced) return replace(tools, stack, evaluation, before, { written, properties }, progress);
  const applied = resolveReferences(tools.world, written) as Record<string, unknown>;
  const context = contextOf(tools.world, stack, before.logicalId, before.generation);
  const update = type.update as NonNullable<ResourceType['update']>;
  progress.undo.push(async () => {
    const restored = resolveReferences(tools.world, before.written) as Record<string, unknown>;
    const made = await update(before.made, restored, applied, context);
    stack.resources.set(before.logicalId, { ...before, made, applied: restored });
  });
  tools.tell(stack, before, 'UPDATE_IN_PROGRESS', { properties });
  const made = await update(before.made, applied, before.applied, context);
  stack.resources.set(before.logicalId, { ...before, made, written, applied, deletionPolicy });
  progress.changes.push({ logicalId: before.logicalId, type: before.type, action: 'update', properties });
  tools.tell(stack, before, 'UPDATE_COMPLETE', { properties, physicalId: made.ref });
};

const replace = async (
  tools: OperationTools,
  stack: Stack,
  evaluation: Evaluation,
  before: ManagedResource,
  { written, properties }: { readonly written: Readonly<Record<string, unknown>>; readonly properties: readonly string[] },
  progress: Progress,
): Promise<void> => {
  const { logicalId, type } = before;
  tools.tell(stack, before, 'UPDATE_IN_PROGRESS', {
    properties,
    reason: 'Requested update requires the creation of a new physical resource',
  });
  const resource = await make(tools, stack, evaluation, { logicalId, written, generation: before.generation + 1 });
  stack.resources.set(logicalId, resource);
  progress.changes.push({ logicalId, type, action: 'replace', properties });
  progress.undo.push(async () => {
    await removeResource(tools, stack, resource);
    stack.resources.set(logicalId, before);
  });
  const policy = evaluation.declaration(logicalId).UpdateReplacePolicy ?? 'Delete';
  if (policy !== 'Retain') {
    progress.cleanUp.push(async () => {
      await removeResource(tools, stack, before);
      return { logicalId, type, action: 'remove', properties: [] };
    });
  }
  tools.tell(stack, resource, 'UPDATE_COMPLETE', { properties, physicalId: resource.made.ref });
};

/** Takes a resource away from AWS. */
export const removeResource = async (tools: OperationTools, stack: Stack, resource: ManagedResource): Promise<void> => {
  const context = contextOf(tools.world, stack, resource.logicalId, resource.generation);
  tools.note(stack, resource, 'DELETE_IN_PROGRESS', { physicalId: resource.made.ref });
  await tools.typeOf(resource.type).remove?.(resource.made, resource.applied, context);
  tools.tell(stack, resource, 'DELETE_COMPLETE', { physicalId: resource.made.ref });
};

const contextOf = (world: World, stack: Stack, logicalId: string, generation: number): ResourceContext => ({
  world,
  stackName: stack.name,
  logicalId,
  generatedName(maximumLength = 128) {
    const suffix = nameSuffix(stack.id, logicalId, generation);
    const stem = `${stack.name}-${logicalId}`.slice(0, maximumLength - suffix.length - 1).replace(/-+$/, '');
    return `${stem}-${suffix}`;
  },
});
