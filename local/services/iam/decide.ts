// Decides requests by policies and remembers what was decided: the same request is asked thousands of times.
import { callerArn } from '../../caller-name.ts';
import type { Caller, Permission, PolicyDocument } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { evaluate, type Decision, type NamedPolicy, type Principal } from './evaluate.ts';
import { requestContext, type RequestContext } from './request-context.ts';
import type { RoleRecord, RoleStore } from './roles.ts';

const principalOf = (caller: Caller, account: string): Principal => {
  switch (caller.kind) {
    case 'service':
      return { kind: 'Service', names: [caller.principal], delegating: [] };
    case 'role':
      return { kind: 'AWS', names: [caller.roleArn, callerArn(caller, account)], delegating: [account, `arn:aws:iam::${account}:root`] };
    case 'operator':
      return { kind: 'AWS', names: [callerArn(caller, account)], delegating: [account, `arn:aws:iam::${account}:root`] };
  }
};

/** What the policies say of a request of this caller; `role` is the role behind it, when it is one that exists. */
export type Decide = (caller: Caller, permission: Permission, role: RoleRecord | undefined) => Decision;

/** Condition keys whose values change although the caller and the request stay the same. */
const changes = (key: string): boolean => /^aws:(?:currenttime|epochtime|principaltag\/)/i.test(key);

/** What was looked at besides action and resource: nothing, the request's own condition keys, or something that changes. */
type Looked = 'nothing' | 'request' | 'more';

/** The decision, and what was looked at to find it. */
const makeEvaluation = (world: World, store: RoleStore) => (...[caller, permission, role]: Parameters<Decide>) => {
  let looked: Looked = 'nothing';
  const whole = requestContext({
    caller, permission, account: world.account, region: world.region, now: world.clock.now, principalTags: role?.tags ?? {},
  });
  const context: RequestContext = {
    get: (key) => {
      if (looked !== 'more') looked = changes(key) ? 'more' : 'request';
      return whole.get(key);
    },
  };
  const boundary = role === undefined ? undefined : store.boundaryOf(role);
  const decision = evaluate({
    permission,
    context,
    principal: principalOf(caller, world.account),
    identity: role === undefined ? undefined : store.policiesOf(role),
    ...(boundary === undefined ? {} : { boundary }),
  });
  return { decision, looked };
};

/** Decisions by action and resource, and where a condition was asked also by the condition keys of the request. */
type Decided = Map<string, Map<string, Decision | 'asks'>>;

const names = new WeakMap<Permission, string>();

/** What decides besides action and policies: the resource and the condition keys. */
const nameOf = (permission: Permission): string => {
  const known = names.get(permission);
  if (known !== undefined) return known;
  const { resource, context = {} } = permission;
  let name = resource;
  for (const key in context) name += `\n${key}\n${String(context[key])}`;
  names.set(permission, name);
  return name;
};

/** Policies decide the same for the same request until they change; documents never change, they are replaced. */
export const makeDecide = (world: World, store: RoleStore): Decide => {
  const evaluation = makeEvaluation(world, store);
  const byPolicies = new WeakMap<readonly NamedPolicy[], Decided>();
  const byDocument = new WeakMap<PolicyDocument, Map<string, Decided>>();
  const ofRole = (policies: readonly NamedPolicy[]): Decided => {
    const known = byPolicies.get(policies) ?? new Map();
    byPolicies.set(policies, known);
    return known;
  };
  const ofService = (document: PolicyDocument, principal: string): Decided => {
    const callers = byDocument.get(document) ?? new Map<string, Decided>();
    byDocument.set(document, callers);
    const known = callers.get(principal) ?? new Map();
    callers.set(principal, known);
    return known;
  };
  /** Where decisions on this request are kept; nowhere when both a role's policies and a resource's have a say. */
  const shelf = (caller: Caller, { resourcePolicy }: Permission, role: RoleRecord | undefined): Decided | undefined => {
    if (role !== undefined) return role.boundaryArn === undefined && resourcePolicy === undefined ? ofRole(store.policiesOf(role)) : undefined;
    return caller.kind === 'service' && resourcePolicy !== undefined ? ofService(resourcePolicy, caller.principal) : undefined;
  };
  return (caller, permission, role) => {
    const decided = shelf(caller, permission, role);
    if (decided === undefined) return evaluation(caller, permission, role).decision;
    const ofAction = decided.get(permission.action) ?? new Map<string, Decision | 'asks'>();
    const before = ofAction.get(permission.resource);
    if (before !== undefined && before !== 'asks') return before;
    const again = before === 'asks' ? ofAction.get(nameOf(permission)) : undefined;
    if (again !== undefined && again !== 'asks') return again;
    const { decision, looked } = evaluation(caller, permission, role);
    decided.set(permission.action, ofAction);
    if (looked === 'nothing') ofAction.set(permission.resource, decision);
    else {
      ofAction.set(permission.resource, 'asks');
      if (looked === 'request') ofAction.set(nameOf(permission), decision);
    }
    return decision;
  };
};
