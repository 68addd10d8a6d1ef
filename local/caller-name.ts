// How a caller is written in errors, in the trail and in sts:GetCallerIdentity.
import type { Caller } from './simulated.ts';

/** `arn:aws:sts::…:assumed-role/ROLE/SESSION` for a role, the principal for a service, the operator's user otherwise. */
export const callerArn = (caller: Caller, account: string): string => {
  switch (caller.kind) {
    case 'role': {
      const roleName = caller.roleArn.slice(caller.roleArn.lastIndexOf('/') + 1);
      return `arn:aws:sts::${account}:assumed-role/${roleName}/${caller.session}`;
    }
    case 'service':
      return caller.principal;
    case 'operator':
      return `arn:aws:iam::${account}:user/operator`;
  }
};

const labels = new WeakMap<Caller, string>();

const roleLabel = (caller: Caller & { readonly kind: 'role' }): string => {
  const known = labels.get(caller);
  if (known !== undefined) return known;
  const label = `${caller.roleArn.slice(caller.roleArn.lastIndexOf('/') + 1)}/${caller.session}`;
  labels.set(caller, label);
  return label;
};

/** A short name for the trail: `ROLE/SESSION`, the principal, or `operator`. */
export const callerLabel = (caller: Caller): string => {
  switch (caller.kind) {
    case 'role':
      return roleLabel(caller);
    case 'service':
      return caller.principal;
    case 'operator':
      return 'operator';
  }
};
