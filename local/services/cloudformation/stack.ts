// What CloudFormation remembers of a stack between operations: the properties it last applied, not what the resource has become since.
import type { Made } from '../../simulated.ts';
import type { Template } from './template.ts';

export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

export interface ManagedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly made: Made;
  /** Evaluated properties as last applied, dynamic references as written: what the next deployment is compared with. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The same with dynamic references resolved: what the simulator was given. */
  readonly applied: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string;
  /** How often the resource has been made, for a new physical name when it is replaced. */
  readonly generation: number;
}

export interface Stack {
  readonly name: string;
  readonly id: string;
  status: StackStatus;
  template: Template;
  readonly resources: Map<string, ManagedResource>;
  outputs: Readonly<Record<string, string>>;
  exports: Readonly<Record<string, string>>;
  imports: ReadonlySet<string>;
}

/** What one stack may know of the others. */
export interface StackBook {
  readonly exported: (name: string) => string;
  readonly output: (stackName: string, outputName: string) => string;
}

/** One thing a deployment did to one resource. */
export interface Change {
  readonly logicalId: string;
  readonly type: string;
  readonly action: 'create' | 'update' | 'replace' | 'remove' | 'retain';
  /** Top-level properties that differ, for updates and replacements. */
  readonly properties: readonly string[];
}

/** Deep equality of JSON values, the order of members not counting. */
export const sameValue = (left: unknown, right: unknown): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const leftKeys = Object.keys(left);
  if (leftKeys.length !== Object.keys(right).length) return false;
  return leftKeys.every((key) => Object.hasOwn(right, key) && sameValue((left as any)[key], (right as any)[key]));
};

/** The top-level properties that differ between two templates' evaluated properties. */
export const changedProperties = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !sameValue(before[name], after[name])).toSorted();
