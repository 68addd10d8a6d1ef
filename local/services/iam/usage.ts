// Which granted actions were ever used, and what was asked for without a grant: least privilege as a record (rule X2).
import type { PolicyDocument } from '../../simulated.ts';
import type { Decision, Hit, NamedPolicy } from './evaluate.ts';
import { statementsOf } from './statements.ts';

export interface Grant {
  readonly roleArn: string;
  readonly policy: string;
  readonly statement: string;
  /** As written in the policy, e.g. `ecs:Describe*`. */
  readonly action: string;
  /** How many calls it allowed. */
  readonly used: number;
}

export interface Refusal {
  readonly roleArn: string;
  readonly action: string;
  readonly resource: string;
  readonly why: string;
  readonly count: number;
}

export interface Usage {
  record(roleArn: string, permission: { readonly action: string; readonly resource: string }, decision: Decision): void;
  /** Every action an Allow statement of the role grants, with its count. */
  grants(roleArn: string, policies: readonly NamedPolicy[]): readonly Grant[];
  refusals(): readonly Refusal[];
}

const key = (...parts: readonly string[]): string => parts.join('\n');

const grantedActions = (document: PolicyDocument): readonly { readonly statement: string; readonly action: string }[] =>
  statementsOf(document).flatMap((statement) => {
    if (!statement.allow) return [];
    const patterns = statement.actions.map(({ pattern }) => pattern);
    const actions = statement.notAction ? [`not ${patterns.join(', ')}`] : patterns;
    return actions.map((action) => ({ statement: statement.name, action }));
  });

export const makeUsage = (): Usage => {
  const used = new Map<string, { count: number }>();
  const counters = new WeakMap<Hit, { count: number }>();
  const counterOf = (roleArn: string, hit: Hit): { count: number } => {
    const known = counters.get(hit);
    if (known !== undefined) return known;
    const name = key(roleArn, hit.policy, hit.statement, hit.pattern);
    const counter = used.get(name) ?? { count: 0 };
    used.set(name, counter);
    counters.set(hit, counter);
    return counter;
  };
  const refused = new Map<string, Refusal>();
  return {
    record: (roleArn, { action, resource }, decision) => {
      for (const hit of decision.granting) counterOf(roleArn, hit).count += 1;
      if (decision.allowed) return;
      const name = key(roleArn, action, resource);
      refused.set(name, { roleArn, action, resource, why: decision.why, count: (refused.get(name)?.count ?? 0) + 1 });
    },
    grants: (roleArn, policies) =>
      policies.flatMap(({ name: policy, document }) =>
        grantedActions(document).map(({ statement, action }) => ({
          roleArn, policy, statement, action, used: used.get(key(roleArn, policy, statement, action))?.count ?? 0,
        })),
      ),
    refusals: () => [...refused.values()],
  };
};
