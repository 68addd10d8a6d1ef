// Policy documents compiled once into statements that can be asked quickly.
import type { PolicyDocument, PolicyStatement } from '../../simulated.ts';
import { compileConditions, type Condition } from './conditions.ts';
import { actionMatcher, arnMatcher, type Matcher } from './patterns.ts';
import type { RequestContext } from './request-context.ts';

export interface ActionPattern {
  readonly pattern: string;
  readonly covers: (action: string) => boolean;
}

export interface Statement {
  readonly allow: boolean;
  /** `Sid`, or the statement's place in its document. */
  readonly name: string;
  readonly actions: readonly ActionPattern[];
  readonly notAction: boolean;
  readonly resources: readonly Matcher[];
  readonly notResource: boolean;
  /** Who is meant, only in resource policies and trust policies. */
  readonly principals: ReadonlyMap<string, readonly string[]> | undefined;
  readonly notPrincipal: boolean;
  readonly condition: Condition;
}

const list = (value: unknown): readonly string[] => (value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String));

/** `"*"` or `{AWS: […], Service: […]}` as a map; `"*"` is everybody, kept under `AWS`. */
const principalsOf = (written: unknown): ReadonlyMap<string, readonly string[]> | undefined => {
  if (written === undefined) return undefined;
  if (written === '*') return new Map([['AWS', ['*']], ['Service', ['*']], ['Federated', ['*']]]);
  return new Map(Object.entries(written as Record<string, unknown>).map(([kind, who]) => [kind, list(who)]));
};

const compileStatement = (statement: PolicyStatement, index: number): Statement => {
  const { Effect, Sid, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  const where = `statement ${index + 1}`;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`${where}: Effect must be Allow or Deny, not ${String(Effect)}`);
  if (Action === undefined && NotAction === undefined) throw new Error(`${where}: Action or NotAction is missing`);
  return {
    allow: Effect === 'Allow',
    name: typeof Sid === 'string' && Sid !== '' ? Sid : where,
    actions: list(Action ?? NotAction).map((pattern) => ({ pattern, covers: actionMatcher(pattern) })),
    notAction: Action === undefined,
    resources: list(Resource ?? NotResource).map(arnMatcher),
    notResource: Resource === undefined && NotResource !== undefined,
    principals: principalsOf(Principal ?? NotPrincipal),
    notPrincipal: Principal === undefined && NotPrincipal !== undefined,
    condition: compileConditions(Condition),
  };
};

const compiledDocuments = new WeakMap<PolicyDocument, readonly Statement[]>();

/** The statements of a document; a document is compiled once and must not change afterwards. */
export const statementsOf = (document: PolicyDocument): readonly Statement[] => {
  const known = compiledDocuments.get(document);
  if (known !== undefined) return known;
  const written: unknown = document.Statement;
  const made = (Array.isArray(written) ? written : [written]).map(compileStatement);
  compiledDocuments.set(document, made);
  return made;
};

const coverings = new WeakMap<Statement, Map<string, string | undefined>>();

/** The action pattern through which a statement covers the action (a NotAction statement covers through itself), if it does. */
export const coveringAction = (statement: Statement, action: string): string | undefined => {
  let known = coverings.get(statement);
  if (known === undefined) coverings.set(statement, (known = new Map()));
  if (!known.has(action)) known.set(action, findCovering(statement, action));
  return known.get(action);
};

const findCovering = (statement: Statement, action: string): string | undefined => {
  const hit = statement.actions.find(({ covers }) => covers(action));
  if (statement.notAction) return hit === undefined ? `not ${statement.actions.map(({ pattern }) => pattern).join(', ')}` : undefined;
  return hit?.pattern;
};

/** Whether the statement speaks about this resource; a trust policy has no Resource element and always does. */
export const coversResource = (statement: Statement, resource: string, context: RequestContext): boolean => {
  if (statement.resources.length === 0 && !statement.notResource) return true;
  return statement.resources.some((matches) => matches(resource, context)) !== statement.notResource;
};
