// The account's roles and customer managed policies, and what is attached to what.
import type { PolicyDocument } from '../../simulated.ts';
import { AwsError } from '../../simulated.ts';
import type { NamedPolicy } from './evaluate.ts';
import { awsManagedPolicy } from './managed-policies.ts';

export interface RoleRecord {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  trust: PolicyDocument | undefined;
  boundaryArn: string | undefined;
  tags: Readonly<Record<string, string>>;
  readonly inline: Map<string, PolicyDocument>;
  readonly attached: Set<string>;
}

export interface RoleStore {
  put(role: RoleRecord): void;
  remove(arn: string): void;
  all(): readonly RoleRecord[];
  byName(name: string): RoleRecord;
  find(arn: string): RoleRecord | undefined;
  /** Throws NoSuchEntity as IAM words it. */
  byArn(arn: string): RoleRecord;
  putManaged(arn: string, document: PolicyDocument): void;
  removeManaged(arn: string): void;
  /** Inline and attached policies of a role, in the order they came. */
  policiesOf(role: RoleRecord): readonly NamedPolicy[];
  boundaryOf(role: RoleRecord): NamedPolicy | undefined;
  /** Forgets what was computed for a role whose inline policies or attachments changed. */
  changed(role: RoleRecord): void;
}

const noSuchEntity = (what: string): AwsError => new AwsError('NoSuchEntity', what, 404);

export const makeRoleStore = (): RoleStore => {
  const roles = new Map<string, RoleRecord>();
  const managed = new Map<string, PolicyDocument>();
  const policies = new Map<string, readonly NamedPolicy[]>();
  const document = (arn: string): PolicyDocument => managed.get(arn) ?? awsManagedPolicy(arn);
  const compute = (role: RoleRecord): readonly NamedPolicy[] => [
    ...[...role.inline].map(([name, inline]) => ({ name, document: inline })),
    ...[...role.attached].map((arn) => ({ name: arn.slice(arn.lastIndexOf('/') + 1), document: document(arn) })),
  ];
  return {
    put: (role) => {
      if (roles.has(role.arn)) throw new AwsError('EntityAlreadyExists', `Role with name ${role.name} already exists.`, 409);
      roles.set(role.arn, role);
    },
    remove: (arn) => {
      roles.delete(arn);
      policies.delete(arn);
    },
    all: () => [...roles.values()],
    byName: (name) => {
      const found = [...roles.values()].find((role) => role.name === name);
      if (found === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
      return found;
    },
    find: (arn) => roles.get(arn),
    byArn: (arn) => {
      const found = roles.get(arn);
      if (found === undefined) throw noSuchEntity(`The role with ARN ${arn} cannot be found.`);
      return found;
    },
    putManaged: (arn, content) => {
      managed.set(arn, content);
      policies.clear();
    },
    removeManaged: (arn) => {
      managed.delete(arn);
      policies.clear();
    },
    policiesOf: (role) => {
      const known = policies.get(role.arn);
      if (known !== undefined) return known;
      const computed = compute(role);
      policies.set(role.arn, computed);
      return computed;
    },
    boundaryOf: ({ boundaryArn }) => (boundaryArn === undefined ? undefined : { name: boundaryArn, document: document(boundaryArn) }),
    changed: (role) => void policies.delete(role.arn),
  };
};
