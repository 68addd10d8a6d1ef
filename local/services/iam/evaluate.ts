// IAM's decision for one request within one account: explicit deny, permissions boundary, identity policies, resource policy.
import type { Permission, PolicyDocument } from '../../simulated.ts';
import type { RequestContext } from './request-context.ts';
import { coveringAction, coversResource, statementsOf, type Statement } from './statements.ts';

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** A statement that decided, with the action pattern through which it did. */
export interface Hit {
  readonly policy: string;
  readonly statement: string;
  readonly pattern: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** For a refusal the words AWS appends to its message; for a grant the policy and statement. */
  readonly why: string;
  /** Statements of the caller's own policies that granted it, for the usage record. */
  readonly granting: readonly Hit[];
}

/** Who is asking, in the ways a Principal element may name them: `['AWS', arn]`, `['Service', 'events.amazonaws.com']`. */
export interface Principal {
  readonly kind: 'AWS' | 'Service' | 'Federated';
  /** Names that grant directly: the role, its session. */
  readonly names: readonly string[];
  /** Names that only delegate to the caller's own policies: the account. */
  readonly delegating: readonly string[];
}

export interface Question {
  readonly permission: Permission;
  readonly context: RequestContext;
  readonly principal: Principal;
  /** undefined for callers without identity policies (services). */
  readonly identity: readonly NamedPolicy[] | undefined;
  readonly boundary?: NamedPolicy;
}

const meets = (statement: Statement, { permission, context }: Question): boolean =>
  coversResource(statement, permission.resource, context) && statement.condition(context);

const speaks = (statement: Statement, question: Question): boolean =>
  coveringAction(statement, question.permission.action) !== undefined && meets(statement, question);

/** A statement whose actions cover the one asked for, and what it is called when it decides. */
interface Candidate {
  readonly statement: Statement;
  readonly hit: Hit;
}

const candidates = new WeakMap<readonly NamedPolicy[], Map<string, readonly Candidate[]>>();

const findCandidates = (policies: readonly NamedPolicy[], action: string): readonly Candidate[] =>
  policies.flatMap((policy) =>
    statementsOf(policy.document).flatMap((statement) => {
      const pattern = coveringAction(statement, action);
      return pattern === undefined ? [] : [{ statement, hit: { policy: policy.name, statement: statement.name, pattern } }];
    }),
  );

/** The statements of these policies that speak about an action, found once. */
const candidatesFor = (policies: readonly NamedPolicy[], action: string): readonly Candidate[] => {
  const known = candidates.get(policies) ?? new Map<string, readonly Candidate[]>();
  const found = known.get(action) ?? findCandidates(policies, action);
  candidates.set(policies, known.set(action, found));
  return found;
};

const hits = (policies: readonly NamedPolicy[], allow: boolean, question: Question): readonly Hit[] =>
  candidatesFor(policies, question.permission.action)
    .filter(({ statement }) => statement.allow === allow && meets(statement, question))
    .map(({ hit }) => hit);

const names = (statement: Statement, kind: string, candidates: readonly string[]): boolean =>
  (statement.principals?.get(kind) ?? []).some((written) => written === '*' || candidates.includes(written));

/** How a resource policy answers this principal. `delegated`: it trusts the account, so the identity policies decide. */
const resourceAnswer = (policy: PolicyDocument | undefined, question: Question): 'deny' | 'allow' | 'none' => {
  if (policy === undefined) return 'none';
  const { kind, names: direct, delegating } = question.principal;
  let answer: 'allow' | 'none' = 'none';
  for (const statement of statementsOf(policy)) {
    const named = names(statement, kind, statement.allow ? direct : [...direct, ...delegating]);
    if (named === statement.notPrincipal || !speaks(statement, question)) continue;
    if (!statement.allow) return 'deny';
    answer = 'allow';
  }
  return answer;
};

const refused = (why: string): Decision => ({ allowed: false, why, granting: [] });

/**
 * Decides as IAM does inside one account: any explicit deny wins; the boundary must allow; then an identity policy
 * or a resource policy that names the caller (not merely its account) is enough.
 */
export const evaluate = (question: Question): Decision => {
  const { permission, identity, boundary } = question;
  const { action } = permission;
  const resource = resourceAnswer(permission.resourcePolicy, question);
  if (resource === 'deny') return refused('with an explicit deny in a resource-based policy');
  if (identity === undefined) {
    return resource === 'allow'
      ? { allowed: true, why: 'resource-based policy', granting: [] }
      : refused(`because no resource-based policy allows the ${action} action`);
  }
  if (hits(identity, false, question).length > 0) return refused('with an explicit deny in an identity-based policy');
  if (boundary !== undefined) {
    if (hits([boundary], false, question).length > 0) return refused('with an explicit deny in a permissions boundary');
    if (hits([boundary], true, question).length === 0) return refused(`because no permissions boundary allows the ${action} action`);
  }
  const granting = hits(identity, true, question);
  const first = granting[0];
  if (first !== undefined) return { allowed: true, why: `${first.policy}: ${first.statement}`, granting };
  if (resource === 'allow') return { allowed: true, why: 'resource-based policy', granting: [] };
  return refused(`because no identity-based policy allows the ${action} action`);
};
