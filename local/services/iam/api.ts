// The part of IAM's own API that an operator's tools ask: what a principal may do, whom a role trusts, which identity providers there are.
import { AwsError, type Caller, type Operation } from '../../simulated.ts';
import type { Answer } from './iam.ts';
import type { RoleStore } from './roles.ts';
import type { Permission } from '../../simulated.ts';

interface Simulation {
  readonly PolicySourceArn: string;
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[];
  readonly ContextEntries?: readonly { readonly ContextKeyName: string; readonly ContextKeyValues: readonly string[] }[];
}

const noSuch = (what: string): AwsError => new AwsError('NoSuchEntity', `The ${what} cannot be found.`, 404);

const callerBehind = (store: RoleStore, arn: string): Caller => {
  if (arn.includes(':user/operator')) return { kind: 'operator' };
  const role = store.all().find((candidate) => candidate.arn === arn);
  if (role === undefined) throw noSuch(`principal ${arn}`);
  return { kind: 'role', roleArn: role.arn, session: 'simulation' };
};

const decision = ({ allowed, why }: Answer): 'allowed' | 'explicitDeny' | 'implicitDeny' => {
  if (allowed) return 'allowed';
  return why.includes('explicit deny') ? 'explicitDeny' : 'implicitDeny';
};

/** Operations of IAM; `providers` are the ARNs of the account's identity providers. */
export const iamOperations = (
  store: RoleStore,
  providers: ReadonlySet<string>,
  allows: (caller: Caller, permission: Permission) => Answer,
): Readonly<Record<string, Operation>> => ({
  SimulatePrincipalPolicy: {
    needs: ({ PolicySourceArn }: Simulation) => [{ action: 'iam:SimulatePrincipalPolicy', resource: PolicySourceArn }],
    run: ({ PolicySourceArn, ActionNames, ResourceArns = ['*'], ContextEntries = [] }: Simulation) => {
      const caller = callerBehind(store, PolicySourceArn);
      const context = Object.fromEntries(ContextEntries.map(({ ContextKeyName, ContextKeyValues }) => [ContextKeyName, ContextKeyValues]));
      const EvaluationResults = ActionNames.flatMap((action) =>
        ResourceArns.map((resource) => ({
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: decision(allows(caller, { action, resource, context })),
        })),
      );
      return { EvaluationResults, IsTruncated: false };
    },
  },
  GetRole: {
    needs: ({ RoleName }: { RoleName: string }, world) => [
      { action: 'iam:GetRole', resource: `arn:aws:iam::${world.account}:role/${RoleName}` },
    ],
    run: ({ RoleName }: { RoleName: string }) => {
      const role = store.all().find(({ name }) => name === RoleName);
      if (role === undefined) throw noSuch(`role with name ${RoleName}`);
      const AssumeRolePolicyDocument = encodeURIComponent(JSON.stringify(role.trust ?? {}));
      return { Role: { RoleName, Arn: role.arn, RoleId: role.id, Path: '/', CreateDate: new Date(0), AssumeRolePolicyDocument } };
    },
  },
  ListOpenIDConnectProviders: {
    needs: (_, world) => [{ action: 'iam:ListOpenIDConnectProviders', resource: `arn:aws:iam::${world.account}:oidc-provider/*` }],
    run: () => ({ OpenIDConnectProviderList: [...providers].map((Arn) => ({ Arn })) }),
  },
});
