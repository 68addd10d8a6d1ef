// What CloudFormation remembers of a stack between operations: the properties it last applied, not what the resource has become since.
import type { Made } from '../../simulated.ts';
import type { Template } from './template.ts';

export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
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

/** One line of DescribeStackEvents. */
export interface StackEvent {
  readonly id: string;
  readonly at: number;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  /** ClientRequestToken of the operation it belongs to. */
  readonly token: string | undefined;
}

/** What a caller may say of a stack besides its template. */
export interface StackSettings {
  readonly tags?: readonly { readonly Key?: string; readonly Value?: string }[];
  readonly capabilities?: readonly string[];
  readonly roleArn?: string;
  readonly token?: string;
}

export interface Stack {
  readonly name: string;
  readonly id: string;
  status: StackStatus;
  reason: string | undefined;
  template: Template;
  /** Values given to its parameters, by name. */
  parameters: Readonly<Record<string, string>>;
  settings: StackSettings;
  readonly createdAt: number;
  updatedAt: number | undefined;
  deletedAt: number | undefined;
  /** Termination protection. */
  isProtected: boolean;
  /** Oldest first. */
  readonly events: StackEvent[];
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
