// Simulated IAM: the roles of the templates, the decision for every call of a role, and the record of what was used.
import type { Caller, Permission, PolicyDocument, SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { makeDecide } from './decide.ts';
import type { NamedPolicy } from './evaluate.ts';
import { iamOperations } from './api.ts';
import { iamResources } from './resources.ts';
import { makeRoleStore, type RoleRecord } from './roles.ts';
import { makeUsage, type Grant, type Refusal } from './usage.ts';

export interface Answer {
  readonly allowed: boolean;
  /** The words AWS appends to its refusal, or the granting policy and statement. */
  readonly why: string;
}

export interface RoleView {
  readonly arn: string;
  readonly name: string;
  readonly policies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  readonly trust: PolicyDocument | undefined;
}

export interface NewRole {
  readonly name: string;
  readonly path?: string;
  readonly trust?: PolicyDocument;
  /** Inline policies by name. */
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  readonly managedPolicyArns?: readonly string[];
  readonly boundaryArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Iam extends SimulatedService {
  /** May this caller do it? Roles are evaluated, services by the resource policy when the permission brings one; the operator may. */
  allows(caller: Caller, permission: Permission): Answer;
  /** May this service principal do it? Only the permission's resource policy decides. */
  allowsService(principal: string, permission: Permission): Answer;
  /** May this caller assume the role? Its trust policy decides; a role it does not name itself needs sts:AssumeRole as well. */
  mayAssume(caller: Caller, roleArn: string, context?: Permission['context']): Answer;
  /** The role with its policies; throws NoSuchEntity. */
  role(arn: string): RoleView;
  roles(): readonly RoleView[];
  /** Makes a role without a template; answers its ARN. */
  createRole(role: NewRole): string;
  /** Every granted action of every role with its use count; `used: 0` is granted but never needed (X2). */
  grants(roleArn?: string): readonly Grant[];
  /** What roles asked for and did not get (X2). */
  refusals(): readonly Refusal[];
}

const OPERATOR: Answer = { allowed: true, why: 'operator' };
const SERVICE: Answer = { allowed: true, why: 'AWS service' };

/** The account root as a trusted principal delegates to the identity policies of whoever asks. */
const trustsAccount = (trust: PolicyDocument, account: string): boolean =>
  trust.Statement.some(({ Principal }) => JSON.stringify(Principal ?? '').includes(`arn:aws:iam::${account}:root`));

const support = {
  does: [
    'identity policies, permissions boundaries, resource policies and trust policies inside one account, explicit deny first',
    'NotAction, NotResource, NotPrincipal, wildcards, policy variables',
    'all condition operators, IfExists, Null, ForAllValues, ForAnyValue',
    'SimulatePrincipalPolicy for the operator and for roles, GetRole, ListOpenIDConnectProviders',
    'a record of every grant that was used and every request that was refused',
  ],
  doesNot: [
    "the rest of IAM's own API (roles come from templates)",
    'service control policies, session policies, access across accounts',
    'the delay with which new policies take effect',
  ],
};

export const makeIam = (world: World): Iam => {
  const store = makeRoleStore();
  const usage = makeUsage();
  const providers = new Set<string>();
  const decide = makeDecide(world, store);
  const view = (role: RoleRecord): RoleView => ({
    arn: role.arn, name: role.name, trust: role.trust,
    get policies() { return store.policiesOf(role); },
    get boundary() { return store.boundaryOf(role); },
  });
  const allows = (caller: Caller, permission: Permission): Answer => {
    if (caller.kind === 'operator') return OPERATOR;
    if (caller.kind === 'service') return permission.resourcePolicy === undefined ? SERVICE : decide(caller, permission, undefined);
    // The policies of a role that was deleted meanwhile allow nothing any more.
    const decision = decide(caller, permission, store.find(caller.roleArn));
    usage.record(caller.roleArn, permission, decision);
    return decision;
  };
  /** The same decision without leaving a trace in the record of use. */
  const wouldAllow: Iam['allows'] = (caller, permission) =>
    caller.kind === 'role' ? decide(caller, permission, store.byArn(caller.roleArn)) : caller.kind === 'operator' ? OPERATOR : SERVICE;
  const mayAssume: Iam['mayAssume'] = (caller, roleArn, context = {}) => {
    const { trust } = store.byArn(roleArn);
    const permission: Permission = { action: 'sts:AssumeRole', resource: roleArn, context };
    if (caller.kind === 'operator') return OPERATOR;
    if (trust === undefined) return { allowed: false, why: 'because the role has no trust policy' };
    const trusted = decide(caller, { ...permission, resourcePolicy: trust }, undefined);
    if (trusted.allowed || caller.kind === 'service') return trusted;
    return trustsAccount(trust, world.account) ? allows(caller, permission) : trusted;
  };
  return {
    signingName: 'iam',
    operations: iamOperations(store, providers, wouldAllow),
    resources: iamResources(store, providers),
    support,
    allows,
    allowsService: (principal, permission) => decide({ kind: 'service', principal }, permission, undefined),
    mayAssume,
    role: (arn) => view(store.byArn(arn)),
    roles: () => store.all().map(view),
    createRole: ({ name, path = '/', trust, policies = {}, managedPolicyArns = [], boundaryArn, tags = {} }) => {
      const arn = `arn:aws:iam::${world.account}:role${path}${name}`;
      const id = `AROA${world.random.stream('iam').hex(17).toUpperCase()}`;
      const inline = new Map(Object.entries(policies));
      store.put({ arn, id, name, trust, boundaryArn, tags, inline, attached: new Set(managedPolicyArns) });
      return arn;
    },
    grants: (roleArn) => {
      const asked = roleArn === undefined ? store.all() : [store.byArn(roleArn)];
      return asked.flatMap((role) => usage.grants(role.arn, store.policiesOf(role)));
    },
    refusals: () => usage.refusals(),
  };
};
